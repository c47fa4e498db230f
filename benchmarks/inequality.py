"""WHO's 21 measures for 500 indicator-areas: ours, and 100 simulations per measure in NumPy.

20 indicators (0/1, 5 % missing) in 25 areas by 4 groups of education, 40 strata and 1,000 clusters.
The cube is estimated first and not timed; both then start from the same result. The simulation
does what the R package healthequal does for ten of the measures, for all: draw every group
independently 100 times, make the measure of each draw, take percentiles. Each draws its own
numbers, one measure and one indicator-area at a time, the draws together. Seconds are of processor
time, since others may be at work.
"""

import argparse
import statistics
import time

import numpy as np

from samling.stats import (
    WHO_MEASURES,
    Design,
    Result,
    Simulation,
    estimate,
    inequality,
    prop,
)

ORDER = ("primary", "secondary", "short", "long")
INDICATORS, AREAS, STRATA, CLUSTERS, DRAWS = 20, 25, 40, 1000, 100


def draw_survey(rows: int, seed: int = 1) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    cluster = np.sort(rng.integers(0, CLUSTERS, rows))
    level = rng.choice(4, rows, p=[0.15, 0.4, 0.2, 0.25])
    data = {
        "w": rng.uniform(1, 10, rows),
        "stratum": cluster * STRATA // CLUSTERS,
        "psu": cluster,
        "area": rng.integers(0, AREAS, rows),
        "edu": np.array(ORDER)[level],
    }
    for index in range(INDICATORS):
        risk = 0.1 + 0.02 * index + 0.04 * (3 - level)
        y = (rng.random(rows) < risk).astype(float)
        y[rng.random(rows) < 0.05] = np.nan
        data[f"y{index}"] = y
    return data


def formulas(x: np.ndarray, p: np.ndarray) -> dict[str, np.ndarray]:
    """All measures of drawn estimates (draws, groups); what they share is made each time."""
    mean = x @ p
    gap = x - mean[:, None]
    rank = np.cumsum(p) - p / 2
    cross = (x * rank) @ p - mean / 2
    slope = cross / ((rank - 0.5) ** 2 @ p)
    best, last = x.min(axis=1, keepdims=True), x[:, -1]
    ratio = np.maximum(x, 1e-9) / mean[:, None]
    variance = gap**2 @ p
    return {
        "D": lambda: x[:, 0] - last,
        "R": lambda: x[:, 0] / last,
        "SII": lambda: slope,
        "RII": lambda: (mean + slope / 2) / (mean - slope / 2),
        "ACI": lambda: 2 * cross,
        "RCI": lambda: 2 * cross / mean,
        "BGV": lambda: variance,
        "BGSD": lambda: np.sqrt(variance),
        "COV": lambda: 100 * np.sqrt(variance) / mean,
        "IDISU": lambda: 100 * np.abs(gap).mean(axis=1) / mean,
        "IDISW": lambda: 100 * np.abs(gap) @ p / mean,
        "MDBU": lambda: np.abs(x - best).mean(axis=1),
        "MDBW": lambda: np.abs(x - best) @ p,
        "MDMU": lambda: np.abs(gap).mean(axis=1),
        "MDMW": lambda: np.abs(gap) @ p,
        "MDRU": lambda: np.abs(x - last[:, None]).mean(axis=1),
        "MDRW": lambda: np.abs(x - last[:, None]) @ p,
        "TI": lambda: 1000 * (ratio * np.log(ratio)) @ p,
        "MLD": lambda: -1000 * np.log(ratio) @ p,
        "PAR": lambda: last - mean,
        "PAF": lambda: 100 * (last - mean) / mean,
    }


def simulate_apart(x: np.ndarray, se: np.ndarray, p: np.ndarray, seed: int) -> np.ndarray:
    """Percentile intervals (blocks, measures, 2), every group drawn independently."""
    rng = np.random.default_rng(seed)
    out = np.empty((x.shape[0], len(WHO_MEASURES), 2))
    for block in range(x.shape[0]):
        for place, name in enumerate(WHO_MEASURES):
            drawn = np.clip(rng.normal(x[block], se[block], (DRAWS, x.shape[1])), 0, 1)
            out[block, place] = np.quantile(formulas(drawn, p[block])[name](), [0.025, 0.975])
    return out


def timed(work, repeat: int) -> tuple[float, object]:
    seconds, found = [], None
    for _ in range(repeat):
        start = time.process_time()
        found = work()
        seconds.append(time.process_time() - start)
    return statistics.median(seconds), found


def compare(result: Result, repeat: int) -> None:
    """Print what ours takes and finds, then the simulation, and how they compare."""
    options = {"order": ORDER, "direction": "adverse", "reference": "long"}
    ours, found = timed(lambda: inequality(result, "edu", **options), repeat)
    rows = found.rows()
    shown = sum(row["status"] == "shown" for row in rows)
    print(f"ours, delta: {ours:.3f} s, {len(rows)} measures, {shown} with an interval")
    curve, _ = timed(lambda: inequality(result, "edu", model="logit", **options), repeat)
    print(f"ours, delta, SII and RII of the logistic curve: {curve:.3f} s")
    draws = Simulation(seed=1, draws=DRAWS)
    joint, _ = timed(lambda: inequality(result, "edu", simulation=draws, **options), 1)
    print(f"ours, {DRAWS} draws of the whole covariance: {joint:.3f} s")
    groups = independent_groups(result)
    theirs, one = timed(lambda: simulate_apart(*groups, seed=1), 1)
    print(f"{DRAWS} simulations, one measure and area at a time: {theirs:.2f} s")
    print(f"simulation / ours: {theirs / ours:.1f}")
    two = simulate_apart(*groups, seed=2)
    width = one[:, :, 1] - one[:, :, 0]
    moved = np.abs((two[:, :, 1] - two[:, :, 0]) / width - 1)
    print(f"width of a simulated interval with another seed: {np.median(moved):.0%} off (median)")
    said = np.array([row["ci_high"] - row["ci_low"] for row in rows]).reshape(width.shape)
    print(f"width simulated / ours, median: {np.median(width / said):.2f}")


def independent_groups(result: Result) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Estimates, standard errors and shares, (blocks, groups), in ours' order."""
    block = result.block(("area", "edu"))
    place = [block.grouping.values[1].index(name) for name in ORDER]
    shape = (AREAS, 4, INDICATORS)
    x, se, size = (
        np.moveaxis(values.reshape(shape)[:, place], 1, 2).reshape(-1, 4)
        for values in (block.estimate, block.se, block.sums.b)
    )
    return x, se, size / size.sum(axis=1, keepdims=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=float, default=1e6)
    parser.add_argument("--repeat", type=int, default=5)
    given = parser.parse_args()
    design = Design(draw_survey(int(given.rows)), weights="w", strata="stratum", psu="psu")
    asked = [prop(f"y{index}") for index in range(INDICATORS)]
    start = time.process_time()
    result = estimate(design, asked, by=[("area", "edu")])
    print(f"the cube itself, {given.rows:.0e} rows: {time.process_time() - start:.2f} s")
    compare(result, given.repeat)


if __name__ == "__main__":
    main()
