"""Calibration, and many domains with calibrated weights, beside R survey and svy: prints ratios.

The cube's data (benchmarks/cube.py): 20 indicators, 25 municipalities x sex (3) x year (4), with
an age group (6). Margins: municipality (25), and sex x age (18), crossed. Two designs: clusters in
strata, and elements in strata.

    python benchmarks/calibration.py [--rows 1e5] [--repeat 3] [--r-rows 1e5]

R does one indicator by the finest set (1/20 of the indicators, 1 of 8 sets). svy calibrates only.
"""

import argparse
import csv
import shutil
import statistics
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from cube import CELLS, DIMENSIONS, FINEST, INDICATORS, SETS, generate, largest_difference
from samling.stats import Design, estimate, prop

METHODS = {"linear": None, "raking": None, "logit": (0.3, 3.0), "truncated": (0.3, 3.0)}


def prepare(rows: int, folder: Path) -> pl.DataFrame:
    """The cube's data with an age group and the crossed margin; weights the same in a stratum."""
    generate(rows, folder / "cube.parquet")
    frame = pl.from_arrow(pq.read_table(folder / "cube.parquet"))
    rng = np.random.default_rng(8)
    age = rng.integers(0, 6, rows)
    frame = frame.with_columns(
        pl.col("muni").cast(pl.String), pl.col("sex").cast(pl.String), pl.Series("age", age)
    )
    return frame.with_columns(
        cell=pl.col("sex") + pl.col("age").cast(pl.String), w=10.0 + pl.col("stratum").cast(float)
    )


def targets(frame: pl.DataFrame) -> dict[str, dict[str, float]]:
    """The sample's own margins, moved by up to a fifth either way."""
    rng = np.random.default_rng(9)
    found = {}
    total = 1e7
    for name in ("muni", "cell"):
        sums = frame.group_by(name).agg(pl.col("w").sum()).sort(name)
        moved = sums["w"].to_numpy() * rng.uniform(0.8, 1.2, len(sums))
        found[name] = dict(zip(sums[name], moved * total / moved.sum(), strict=True))
    scale = frame["w"].sum() / total
    return {name: {k: v * scale for k, v in one.items()} for name, one in found.items()}


def timed(work: Callable[[], object], repeat: int) -> tuple[float, object]:
    """The median of the seconds, and what the last gave."""
    seconds = []
    for _ in range(repeat):
        started = time.perf_counter()
        found = work()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds), found


def by_r(
    frame: pl.DataFrame, known: dict, method: str, clusters: bool, folder: Path
) -> tuple[float, float, list]:
    """Seconds to calibrate and to estimate, and the cells."""
    data, margins, out = (folder / f"{name}.csv" for name in ("data", "targets", "out"))
    units = ["stratum", "psu"] if clusters else ["stratum"]
    frame.select(*units, "w", *DIMENSIONS, "cell", "y0").write_csv(data)
    lines = [(name, k, v) for name, one in known.items() for k, v in one.items()]
    pl.DataFrame(lines, schema=["margin", "value", "total"], orient="row").write_csv(margins)
    script = Path(__file__).with_suffix(".R")
    said = subprocess.run(
        ["Rscript", script, data, margins, method, out], check=True, capture_output=True
    )
    calibrating, estimating = map(float, said.stdout.split())
    with out.open() as file:
        cells = [
            [
                f"{int(r['muni']):04d}",
                r["sex"],
                int(r["year"]),
                float(r["estimate"]),
                float(r["se"]),
            ]
            for r in csv.DictReader(file)
        ]
    return calibrating, estimating, cells


def by_svy(frame: pl.DataFrame, known: dict, method: str) -> float:
    """Seconds to calibrate."""
    import svy  # noqa: PLC0415 - only for those who ask for it

    sample = svy.Sample(frame, svy.Design(wgt="w", stratum="stratum", psu="psu"))
    started = time.perf_counter()
    if method == "raking":
        sample.weighting.rake(controls=known, tol=1e-9, max_iter=1000)
    else:
        sample.weighting.calibrate(controls={svy.Cat(k): v for k, v in known.items()})
    return time.perf_counter() - started


def compare(frame: pl.DataFrame, clusters: bool, args: argparse.Namespace, folder: Path) -> None:
    known = targets(frame)
    options = {"strata": "stratum"} | ({"psu": "psu"} if clusters else {})
    design = Design(frame.to_arrow(), weights="w", **options)
    print(f"{frame.height:,} rows, {'clusters' if clusters else 'elements'} in strata")
    plain, _ = timed(lambda: _cube(design), args.repeat)
    for method, bounds in METHODS.items():
        took, calibrated = timed(
            lambda m=method, b=bounds: design.calibrate(known, method=m, bounds=b), args.repeat
        )
        cube, result = timed(lambda d=calibrated: _cube(d), args.repeat)
        step = calibrated.calibrations[0]
        print(
            f"  {method:>9}: {took:.3f} s, {step.iterations} steps; the cube of {CELLS} x 20 "
            f"cells {cube:.2f} s ({plain:.2f} s without calibration)"
        )
        if clusters and method in ("linear", "raking"):
            other = by_svy(frame, known, method)
            print(f"{'':>13}svy: {other:.2f} s, {other / took:,.0f} times ours")
        if frame.height <= args.r_rows and shutil.which("Rscript") and method != "truncated":
            calibrating, estimating, cells = by_r(frame, known, method, clusters, folder)
            unit = cube / (CELLS * len(INDICATORS))
            print(
                f"{'':>13}R: {calibrating:.2f} s, {calibrating / took:,.0f} times ours; 300 "
                f"domains {estimating:.2f} s, {estimating / FINEST / unit:,.0f} times ours per "
                f"cell; largest relative difference {largest_difference(_cells(result), cells):.0e}"
            )


def _cube(design: Design) -> object:
    return estimate(design, [prop(name) for name in INDICATORS], by=SETS)


def _cells(result: object) -> list:
    finest = result.block(DIMENSIONS)
    keys = zip(*(finest.grouping.column(name) for name in DIMENSIONS), strict=True)
    lines = zip(keys, finest.estimate[:, 0], finest.se[:, 0], strict=True)
    return [[*key, float(e), float(s)] for key, e, s in lines]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", nargs="+", type=float, default=[1e5])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--r-rows", type=float, default=1e5)
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    for rows in args.rows:
        with tempfile.TemporaryDirectory() as folder:
            frame = prepare(int(rows), Path(folder))
            for clusters in (True, False):
                compare(frame, clusters, args, Path(folder))


if __name__ == "__main__":
    main()
