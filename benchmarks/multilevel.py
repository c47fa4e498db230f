"""MAIHDA with 200 strata beside lme4, and Fay-Herriot on 290 areas: seconds, ratios, agreement.

Strata of sex (2) x born (2) x education (5) x age (10), 100,000 people. Ours is all from the
table of people to the finished rows of strata; lme4 gets the counts per stratum and fits the
same two models.

    python benchmarks/multilevel.py [--people 1e5] [--repeat 5] [--nodes 7 25]
"""

import argparse
import csv
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa

from samling.stats import fay_herriot, maihda

LEVELS = {"sex": 2, "born": 2, "edu": 5, "age": 10}
AREAS = 290


def people(rows: int) -> pa.Table:
    """Seeded people: additive effects, and a normal effect of every stratum besides."""
    rng = np.random.default_rng(42)
    codes = {name: rng.integers(0, size, rows) for name, size in LEVELS.items()}
    stratum = np.zeros(rows, dtype=np.int64)
    logit = np.full(rows, -1.5)
    for name, size in LEVELS.items():
        stratum = stratum * size + codes[name]
        logit += rng.normal(0, 0.4, size)[codes[name]]
    logit += rng.normal(0, 0.25, stratum.max() + 1)[stratum]
    columns = {name: np.array([f"{name}{c}" for c in range(size)]) for name, size in LEVELS.items()}
    table = {name: pa.array(columns[name][codes[name]]).dictionary_encode() for name in LEVELS}
    return pa.table({**table, "y": (rng.random(rows) < 1 / (1 + np.exp(-logit))).astype(np.int8)})


def timed(work, repeat: int):
    """Median seconds of `repeat` runs, the first left out, and the last result."""
    seconds = []
    for _ in range(repeat + 1):
        started = time.perf_counter()
        found = work()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds[1:]), found


def lme4(rows: list[dict], nodes: int, repeat: int) -> tuple[float, list[float]]:
    """Median seconds of lme4 and its two variances."""
    with tempfile.TemporaryDirectory() as folder:
        counts, out = Path(folder, "counts.csv"), Path(folder, "out.csv")
        with counts.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([*LEVELS, "n", "y"])
            writer.writerows([[*(row[k] for k in LEVELS), row["n"], row["events"]] for row in rows])
        seconds = []
        for _ in range(repeat):
            script = Path(__file__).with_name("multilevel.R")
            command = ["Rscript", script, counts, str(nodes), out]
            subprocess.run(command, check=True, capture_output=True)
            with out.open() as file:
                found = list(csv.DictReader(file))
            seconds.append(float(found[0]["seconds"]))
    return statistics.median(seconds), [float(row["variance"]) for row in found]


def small_areas(repeat: int) -> float:
    """Median seconds of a Fay-Herriot model with five covariates on the logit scale."""
    rng = np.random.default_rng(7)
    names = [f"{480 + j:04d}" for j in range(AREAS)]
    x = {f"x{k}": rng.normal(size=AREAS) for k in range(5)}
    n = rng.integers(15, 600, AREAS)
    logit = -1.0 + sum(0.2 * values for values in x.values()) + rng.normal(0, 0.3, AREAS)
    ones = np.clip(rng.binomial(n, 1 / (1 + np.exp(-logit))), 1, n - 1)
    share = ones / n
    se = np.sqrt(share * (1 - share) / n)
    direct = {"area": names, "estimate": share, "se": se, "n": n}
    covariates = {"area": names[::-1], **{name: v[::-1] for name, v in x.items()}}
    return timed(
        lambda: fay_herriot(direct, covariates, transform="logit", smooth="gvf").rows(), repeat
    )[0]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=float, default=1e5)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--nodes", type=int, nargs="+", default=[7, 25])
    given = parser.parse_args()
    table = people(int(given.people))
    print(f"{table.num_rows:,} people, {np.prod(list(LEVELS.values()))} strata")
    print("| nodes | ours, s | lme4, s | lme4 / ours | variances differ by |")
    print("|---|---|---|---|---|")
    for nodes in given.nodes:
        ours, found = timed(lambda n=nodes: maihda(table, "y", list(LEVELS), nodes=n), given.repeat)
        rows = found.strata()
        theirs, says = lme4(rows, nodes, given.repeat)
        variances = [found.variance.null, found.variance.adjusted]
        apart = max(abs(a / b - 1) for a, b in zip(variances, says, strict=True))
        print(f"| {nodes} | {ours:.3f} | {theirs:.2f} | {theirs / ours:.0f} | {apart:.0e} |")
    print(f"Fay-Herriot, {AREAS} areas, 5 covariates: {1000 * small_areas(given.repeat):.0f} ms")


if __name__ == "__main__":
    main()
