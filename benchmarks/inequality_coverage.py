"""How often 95 % intervals of WHO's 21 measures hold the population's value: ours and simulation.

1,000 made-up surveys of 60 clusters of 25 in 10 strata, four groups of education, and an indicator
whose level varies between clusters; once with a clear gradient, once with a small one. The
simulation draws each group independently 100 times (see inequality.py).
"""

import argparse

import numpy as np

from inequality import simulate_apart
from samling.stats import WHO_MEASURES, Design, estimate, inequality, prop
from samling.stats.inequality.engine import measure_groups
from samling.stats.inequality.measures import BY_NAME, Question

ORDER = ("a", "b", "c", "d")
SHARES = np.array([0.15, 0.40, 0.20, 0.25])
GRADIENTS = {"clear": [0.30, 0.24, 0.20, 0.15], "small": [0.22, 0.20, 0.19, 0.18]}


def true_values(risk: np.ndarray) -> np.ndarray:
    asked = Question(ORDER, True, "adverse", 3, 1.0, "linear")
    found = [measure_groups(BY_NAME[m], risk[None], SHARES[None], asked) for m in WHO_MEASURES]
    return np.array([one.value[0] for one in found])


def draw_survey(rng: np.random.Generator, risk: np.ndarray) -> Design:
    psu = np.repeat(np.arange(60), 25)
    edu = rng.choice(4, psu.size, p=SHARES)
    level = np.exp(rng.normal(-0.02, 0.2, 60))[psu]
    data = {
        "edu": np.array(ORDER)[edu],
        "y": (rng.random(psu.size) < np.clip(risk[edu] * level, 0, 1)).astype(int),
        "psu": psu,
        "stratum": psu // 6,
    }
    return Design(data, strata="stratum", psu="psu")


def cover(risk: np.ndarray, surveys: int, seed: int) -> np.ndarray:
    """Shares covered, (ours and simulation, measures); measures without interval are left out."""
    rng = np.random.default_rng(seed)
    true = true_values(risk)
    held = np.full((2, surveys, true.size), np.nan)
    for one in range(surveys):
        result = estimate(draw_survey(rng, risk), prop("y"), by=[("edu",)])
        found = inequality(result, "edu", order=ORDER, direction="adverse", reference="d")
        for place, row in enumerate(found.rows()):
            if row["status"] == "shown":
                held[0, one, place] = row["ci_low"] <= true[place] <= row["ci_high"]
        block = result.block(("edu",))
        x, se, size = (v[:, 0][None] for v in (block.estimate, block.se, block.sums.b))
        low, high = np.moveaxis(simulate_apart(x, se, size / size.sum(), one)[0], 1, 0)
        held[1, one] = (low <= true) & (true <= high)
    return np.nanmean(held, axis=1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--surveys", type=int, default=1000)
    given = parser.parse_args()
    tables = [cover(np.array(risk), given.surveys, 5) for risk in GRADIENTS.values()]
    print("measure  " + "  ".join(f"{name}: ours, simulation" for name in GRADIENTS))
    for place, name in enumerate(WHO_MEASURES):
        cells = "  ".join(f"{t[0, place]:.3f} {t[1, place]:.3f}" for t in tables)
        print(f"{name:8s} {cells}")


if __name__ == "__main__":
    main()
