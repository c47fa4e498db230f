"""Survey-weighted logistic regression beside R survey and svy: prints ratios.

A 0/1 outcome by education (4), sex (2), area (21) and age, in six groups ("groups") or as a number
with a value of its own for nearly everyone ("number"); 40 strata, 400 clusters. The model with its
covariance, and average marginal predictions by education with theirs.

    python benchmarks/regression.py [--rows 200000] [--repeat 3]

Ours and svy read Parquet, R a CSV; reading is not timed. R's predictions are timed with the model
without education that svypredmeans starts from. svy's margins have the coefficients' part of the
variance only.
"""

import argparse
import csv
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

KINDS = ("groups", "number")


def generate(rows: int, kind: str, path: Path) -> None:
    """A seeded population with gradients by education, sex, area and age."""
    rng = np.random.default_rng(31)
    psu = np.sort(rng.integers(0, 400, rows))
    edu, sex, age = rng.integers(0, 4, rows), rng.integers(0, 2, rows), rng.uniform(16, 85, rows)
    area = (psu * 21 // 400).astype(np.int64)
    eta = -1.5 - 0.3 * edu + 0.2 * sex + 0.02 * (age - 50) + 0.03 * area
    columns = {
        "stratum": psu // 10,
        "psu": psu,
        "w": rng.gamma(4, 5, rows) + 1,
        "y": (rng.random(rows) < 1 / (1 + np.exp(-eta))).astype(np.int8),
        "edu": np.array(["a", "b", "c", "d"])[edu],
        "sex": np.array(["f", "m"])[sex],
        "area": np.array([f"a{code:02d}" for code in range(21)])[area],
    }
    if kind == "groups":
        columns["age"] = np.array(["16", "30", "45", "55", "65", "75"])[(age // 14 - 1).astype(int)]
        columns["age"] = np.char.add("g", columns["age"])
    else:
        columns["x"] = age
    pq.write_table(pa.table(columns), path)


def terms(path: Path) -> list[str]:
    return ["edu", "sex", "area", "x" if "x" in pq.read_schema(path).names else "age"]


def ours(path: Path) -> dict:
    from samling.stats import Design, logistic_regression  # noqa: PLC0415

    table = pq.read_table(path)
    started = time.perf_counter()
    design = Design(table, weights="w", strata="stratum", psu="psu")
    fit = logistic_regression(design, "y", terms(path))
    model = time.perf_counter() - started
    started = time.perf_counter()
    fit.marginal("edu")
    margins = time.perf_counter() - started
    found = [list(pair) for pair in zip(fit.estimates.values, fit.estimates.se, strict=True)]
    return {"model": model, "margins": margins, "found": found}


def svy(path: Path) -> dict:
    import polars as pl  # noqa: PLC0415
    import svy as package  # noqa: PLC0415

    frame = pl.read_parquet(path)
    names = terms(path)
    first = {name: frame[name].min() for name in names if name != "x"}
    features = [package.Cat(name, ref=first[name]) if name in first else name for name in names]
    started = time.perf_counter()
    sample = package.Sample(frame, package.Design(wgt="w", stratum="stratum", psu="psu"))
    fit = sample.glm.fit("y", x=features, family="binomial")
    model = time.perf_counter() - started
    started = time.perf_counter()
    fit.margins(at={"edu": ["a", "b", "c", "d"]})
    margins = time.perf_counter() - started
    return {"model": model, "margins": margins, "found": [[c.est, c.se] for c in fit.coefs]}


def r_survey(path: Path) -> dict:
    import polars as pl  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        data, out = Path(folder, "data.csv"), Path(folder, "out.csv")
        pl.read_parquet(path).write_csv(data)
        script = Path(__file__).with_suffix(".R")
        said = subprocess.run(["Rscript", script, data, out], check=True, capture_output=True)
        with out.open() as file:
            found = [[float(r["estimate"]), float(r["se"])] for r in csv.DictReader(file)]
    model, margins = map(float, said.stdout.split())
    return {"model": model, "margins": margins, "found": found}


CONTESTANTS = {"ours": ours, "svy": svy, "r": r_survey}


def run(name: str, path: Path) -> dict:
    """One contestant in a process of its own."""
    command = [sys.executable, "-W", "ignore", __file__, "--one", name, "--file", path]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def one(name: str, path: Path) -> None:
    if name != "r":
        CONTESTANTS[name](path)  # imports and file cache are warm
    print(json.dumps(CONTESTANTS[name](path)))


def compare(rows: int, kind: str, repeat: int, folder: Path) -> None:
    path = folder / f"{kind}.parquet"
    generate(rows, kind, path)
    names = ["ours", "svy"] + (["r"] if shutil.which("Rscript") else [])
    runs = {name: [] for name in names}
    for _ in range(repeat):
        for name in names:
            runs[name].append(run(name, path))
    print(f"{rows:,} rows, age as {kind}")
    for name in names:
        parts = []
        for part in ("model", "margins"):
            took = statistics.median(found[part] for found in runs[name])
            pairs = zip(runs[name], runs["ours"], strict=True)
            ratio = statistics.median(found[part] / mine[part] for found, mine in pairs)
            parts.append(f"{part} {took:.3f} s ({ratio:.1f} times ours)")
        mine, other = (np.array(runs[key][0]["found"]) for key in ("ours", name))
        apart = np.abs(mine / other - 1).max(axis=0)
        print(f"{name:>6}: {', '.join(parts)}, relative difference {apart[0]:.0e} {apart[1]:.0e}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=float, default=2e5)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--one", choices=CONTESTANTS)
    parser.add_argument("--file", type=Path)
    args = parser.parse_args()
    if args.one:
        one(args.one, args.file)
        return
    with tempfile.TemporaryDirectory() as folder:
        for kind in KINDS:
            compare(int(args.rows), kind, args.repeat, Path(folder))


if __name__ == "__main__":
    main()
