"""How often 95 % intervals hold the true value when a survey has 10 to 20 clusters.

Made-up surveys: each cluster has a level of its own that multiplies every risk (so that answers
within a cluster are alike), weights are uneven and tell nothing of the answer, and two groups,
one of them small, have different risks. Columns are designs: strata x clusters x people. A star
stands for less than 0.92; `said` is the smallest share of surveys in which there was an interval.
"""

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterator

import numpy as np

from samling.stats import (
    Design,
    SeparationError,
    categorical,
    direct_rate,
    estimate,
    inequality,
    logistic_regression,
    mean,
    prevalence_ratios,
    prop,
    quantiles,
    ranked_inequality,
)
from samling.stats.inference.interaction import additive_interaction

DESIGNS = {
    "1x10x25": (1, 10, 25),
    "3x4x25": (3, 4, 25),
    "5x4x25": (5, 4, 25),
    "10x2x25": (10, 2, 25),
}
SPREAD = 0.3  # of the logarithm of a cluster's level
RISKS = {"0.02": 0.02, "0.10": 0.10, "0.40": 0.40}
EDU = {"a": 0.30, "b": 0.22, "c": 0.15}
SIZES = np.array([0.2, 0.5, 0.3])
GROUP = {"small": 0.04, "large": 0.10}  # risk; the small group is one in 15
Held = Iterator[tuple[str, float | None, float | None, float]]


def draw(rng: np.random.Generator, shape: tuple[int, int, int]) -> dict[str, np.ndarray]:
    """A survey's columns."""
    strata, clusters, people = shape
    psu = np.repeat(np.arange(strata * clusters), people)
    n = psu.size
    level = np.exp(rng.normal(-(SPREAD**2) / 2, SPREAD, strata * clusters))[psu]
    edu = rng.choice(3, n, p=SIZES)
    group = rng.random(n) < 1 / 15
    one, two = rng.random(n) < 0.4, rng.random(n) < 0.4

    def happens(risk: np.ndarray | float) -> np.ndarray:
        return (rng.random(n) < np.minimum(np.asarray(risk) * level, 1.0)).astype(int)

    return {
        "psu": psu,
        "stratum": psu // clusters,
        "w": np.exp(rng.normal(0, 0.5, n)),
        "edu": np.array(list(EDU))[edu],
        "group": np.where(group, "small", "large"),
        "both": np.array(["00", "10", "01", "11"])[one + 2 * two],
        "income": edu + rng.random(n),
        "amount": np.exp(rng.normal(0, 1, n)) * level,
        "worse": happens(np.array(list(EDU.values()))[edu]),
        "rare": happens(np.where(group, GROUP["small"], GROUP["large"])),
        "joint": happens(np.array([0.10, 0.15, 0.15, 0.30])[one + 2 * two]),
        **{f"p{name}": happens(risk) for name, risk in RISKS.items()},
    }


def proportions(design: Design) -> Held:
    for ci in ("logit", "korn-graubard", "wilson", "wald"):
        for name, risk in RISKS.items():
            (row,) = estimate(design, prop(f"p{name}"), ci=ci).rows()
            yield f"prop {name} {ci}", row["ci_low"], row["ci_high"], risk
    (row,) = estimate(design, mean("amount")).rows()
    yield "mean, skewed", row["ci_low"], row["ci_high"], float(np.exp(0.5))


def gaps(design: Design) -> Held:
    result = estimate(design, prop("rare"), by=["group"])
    (row,) = result.differences("group", "group", [("large", "small")]).rows()
    yield "difference, small group", row["ci_low"], row["ci_high"], 0.06
    row, _ = result.versus_rest("group", "group").rows()
    yield "versus rest", row["ci_low"], row["ci_high"], 0.06
    (row,) = result.contrast({"q": "large / small"}, by=("group",)).rows()
    yield "ratio, small group", row["ci_low"], row["ci_high"], 2.5
    edge = min(r["y"] for r in result.rows()) == 0
    found = inequality(
        result, "group", direction="adverse", measures=["D"], order=["large", "small"]
    )
    (row,) = found.rows()
    yield "D, small group", row["ci_low"], row["ci_high"], 0.06
    if edge:
        yield "D, small group at 0", row["ci_low"], row["ci_high"], 0.06


def spread(design: Design) -> Held:
    for ci in ("wald", "wilson", "korn-graubard"):
        (row,) = quantiles(design, "amount", 0.5, ci=ci).rows()
        yield f"median {ci}", row["ci_low"], row["ci_high"], TRUE_QUANTILES[0.5]
        (row,) = quantiles(design, "amount", 0.9, ci=ci).rows()
        yield f"quantile 0.9 {ci}", row["ci_low"], row["ci_high"], TRUE_QUANTILES[0.9]


def slopes(design: Design) -> Held:
    result = estimate(design, prop("worse"), by=["edu"])
    names = ["D", "R", "SII", "RII", "ACI", "RCI"]
    found = inequality(result, "edu", order=list(EDU), direction="adverse")
    for row in (row for row in found.rows() if row["measure"] in names):
        yield (
            f"{row['measure']} of groups",
            row["ci_low"],
            row["ci_high"],
            TRUE_SLOPES[row["measure"]],
        )
    ranked = ranked_inequality(design, "worse", "income", measures=["SII", "ACI"])
    for row in ranked.rows():
        yield f"{row['name']} ranked", row["ci_low"], row["ci_high"], TRUE_RANKED[row["name"]]


def models(design: Design) -> Held:
    fit = logistic_regression(design, "worse", [categorical("edu"), categorical("both")])
    for row in fit.marginal("edu").rows():
        yield f"AMP {row['name']}", row["ci_low"], row["ci_high"], EDU[row["name"][-1]]
    (row,) = fit.marginal("edu").contrast({"gap": "a - c"}).rows()
    yield "AMP difference", row["ci_low"], row["ci_high"], 0.15
    fit = prevalence_ratios(design, "joint", [categorical("both", reference="00")])
    found = additive_interaction(
        fit.estimates.values,
        fit.estimates.covariance,
        fit.estimates.names,
        first="both=10",
        second="both=01",
        both="both=11",
        measure="PR",
        df=float(fit.estimates.df.min()),
        reference=(0, 0),
    )
    for name, true in (("reri", 1.0), ("ap", 1 / 3), ("s", 2.0)):
        one = getattr(found, name)
        for kind in ("delta", "mover"):
            low, high = getattr(one, kind) or (None, None)
            yield f"{name.upper()} {kind}", low, high, true


def rates(rng: np.random.Generator) -> Held:
    bands = ["0-44", "45-64", "65-79", "80+"]
    people = np.array([50_000, 25_000, 12_000, 4_000]) / 10
    risk = np.array([2e-4, 2e-3, 8e-3, 3e-2])
    sizes = dict(zip(bands, (55, 27, 13, 5), strict=True))
    true = float(np.array(list(sizes.values())) @ risk) / 100 * 100_000
    for share in (1.0, 4.0):
        data = {
            "age_band": bands,
            "count": rng.poisson(people * share * risk),
            "population": people * share,
        }
        (row,) = direct_rate(data, standard=sizes).rows()
        yield f"DSR, {people @ risk * share:.0f} events", row["ci_low"], row["ci_high"], true


def truths(seed: int) -> None:
    """True values that have no formula, from a very large survey of equal weights."""
    data = draw(np.random.default_rng(seed), (1, 60_000, 25))
    data["w"] = np.ones(data["w"].size)
    for share in (0.5, 0.9):
        TRUE_QUANTILES[share] = float(np.quantile(data["amount"], share))
    x, p = np.array(list(EDU.values())), SIZES
    rank = np.cumsum(p) - p / 2
    mu, cov = p @ x, p @ (x * rank) - (p @ x) / 2
    slope = cov / (p @ (rank - 0.5) ** 2)
    middle = mu - slope * 0.5
    TRUE_SLOPES.update(
        D=0.15, R=2.0, SII=slope, RII=(middle + slope) / middle, ACI=2 * cov, RCI=2 * cov / mu
    )
    # Income runs within education, so a rank is uniform; the risk is a step of it.
    edge = np.concatenate([[0.0], np.cumsum(p)])
    first = x @ (edge[1:] ** 2 - edge[:-1] ** 2) / 2
    TRUE_RANKED.update(SII=12 * (first - mu / 2), ACI=2 * (first - mu / 2))


TRUE_QUANTILES: dict[float, float] = {}
TRUE_SLOPES: dict[str, float] = {}
TRUE_RANKED: dict[str, float] = {}
FAMILIES: dict[str, Callable[[Design], Held]] = {
    "prop": proportions,
    "gaps": gaps,
    "quantiles": spread,
    "slopes": slopes,
    "models": models,
}


def _asked(family: str, design: Design) -> list[tuple[str, float | None, float | None, float]]:
    """Nothing where a model has no answer."""
    try:
        return list(FAMILIES[family](design))
    except SeparationError:
        return []


def cover(
    shape: tuple[int, int, int], surveys: int, seed: int, families: list[str]
) -> dict[str, list[float]]:
    """Per interval, 1 or 0 for each survey, NaN where there was none."""
    rng = np.random.default_rng(seed)
    held: dict[str, list[float]] = defaultdict(list)
    for _ in range(surveys):
        design = Design(draw(rng, shape), weights="w", strata="stratum", psu="psu")
        found = [line for name in families for line in _asked(name, design)]
        for name, low, high, true in [*found, *rates(rng)]:
            held[name].append(np.nan if low is None or high is None else float(low <= true <= high))
    return held


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--surveys", type=int, default=1000)
    parser.add_argument("--families", nargs="*", default=list(FAMILIES))
    given = parser.parse_args()
    truths(1)
    found = {
        name: cover(shape, given.surveys, 2, given.families) for name, shape in DESIGNS.items()
    }
    names = list(dict.fromkeys(name for table in found.values() for name in table))
    print(f"| interval | {' | '.join(found)} | said |\n|---|{'---|' * (len(found) + 1)}")
    for name in names:
        cells, said = [], []
        for table in found.values():
            values = np.array(table.get(name, [np.nan]))
            share = float(np.nanmean(values)) if np.isfinite(values).any() else np.nan
            cells.append(f"{share:.3f}{'*' if share < 0.92 else ''}")
            said.append(np.isfinite(values).mean())
        print(f"| {name} | {' | '.join(cells)} | {min(said):.2f} |")


if __name__ == "__main__":
    main()
