"""The indicator cube beside a bare scan, svy and R survey: prints ratios per unit of work.

20 indicators x 8 grouping sets of municipality (25) x sex (3) x year (4); 40 strata and 1,000
clusters per million rows; Parquet sorted by stratum and psu.

    python benchmarks/cube.py --rows 1e5 1e6 1e7 [--repeat 5] [--svy-rows 1e6] [--r-rows 1e5]

Ours is everything from opening the design to the finished arrays. "Bare" is DuckDB summing or
counting the same columns of the same file. svy does one indicator by the finest set (1/20 of the
indicators, 1 of 8 sets), R the same; a unit of work is one (indicator, domain) cell.
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
import warnings
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

INDICATORS = [f"y{k}" for k in range(20)]
DIMENSIONS = ("muni", "sex", "year")
SETS = [
    (),
    ("muni",),
    ("sex",),
    ("year",),
    ("muni", "sex"),
    ("muni", "year"),
    ("sex", "year"),
    DIMENSIONS,
]
CELLS = 1 + 25 + 3 + 4 + 75 + 100 + 12 + 300
FINEST = 300


def generate(rows: int, path: Path) -> None:
    """A seeded population: clusters within municipalities, 5 % item nonresponse."""
    rng = np.random.default_rng(20)
    clusters = max(rows // 1000, 80)
    psu = np.sort(rng.integers(0, clusters, rows)).astype(np.int32)
    stratum = (np.arange(clusters) * 40 // clusters).astype(np.int16)[psu]
    municipality = np.array([f"{480 + m:04d}" for m in range(25)])[rng.integers(0, 25, clusters)]
    columns = {
        "stratum": stratum,
        "psu": psu,
        "w": rng.gamma(4, 5, rows) + 1,
        "muni": pa.array(municipality).take(pa.array(psu)).dictionary_encode(),
        "sex": pa.DictionaryArray.from_arrays(
            rng.integers(0, 3, rows).astype(np.int8), ["f", "m", "x"]
        ),
        "year": (2017 + 3 * rng.integers(0, 4, rows)).astype(np.int16),
    }
    for k, name in enumerate(INDICATORS):
        ones = (rng.random(rows) < 0.05 + 0.04 * k).astype(np.int8)
        columns[name] = pa.array(ones, mask=rng.random(rows) < 0.05)
    pq.write_table(pa.table(columns), path, row_group_size=122_880)


def ours(path: Path) -> dict:
    import ibis  # noqa: PLC0415 - every contestant runs in a process of its own

    from samling.stats import Design, estimate, prop  # noqa: PLC0415

    table = ibis.duckdb.connect().read_parquet(path)
    started = time.perf_counter()
    design = Design(table, weights="w", strata="stratum", psu="psu")
    result = estimate(design, [prop(name) for name in INDICATORS], by=SETS)
    seconds = time.perf_counter() - started
    finest = result.block(DIMENSIONS)
    group = finest.grouping
    keys = list(zip(*(group.column(name) for name in DIMENSIONS), strict=True))
    lines = zip(keys, finest.estimate[:, 0], finest.se[:, 0], strict=True)
    return {"seconds": seconds, "cells": [[*key, float(e), float(s)] for key, e, s in lines]}


def bare(path: Path) -> dict:
    import duckdb  # noqa: PLC0415

    connection = duckdb.connect()
    sums = [f"sum({name})" for name in ("stratum", "psu", "year", "w", *INDICATORS)]
    texts = ["sum(length(muni))", "sum(length(sex))"]
    started = time.perf_counter()
    connection.execute(f"select {', '.join(sums + texts)} from '{path}'").fetchall()
    return {"seconds": time.perf_counter() - started}


def svy(path: Path) -> dict:
    import polars as pl  # noqa: PLC0415
    import svy  # noqa: PLC0415

    frame = pl.read_parquet(path)
    started = time.perf_counter()
    sample = svy.Sample(frame, svy.Design(wgt="w", stratum="stratum", psu="psu"))
    sample.estimation.mean("y0", by=list(DIMENSIONS), drop_nulls=True)
    return {"seconds": time.perf_counter() - started}


def r_survey(path: Path) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        data, out = Path(folder, "data.csv"), Path(folder, "out.csv")
        import polars as pl  # noqa: PLC0415

        columns = ["stratum", "psu", "w", *DIMENSIONS, "y0"]
        pl.read_parquet(path, columns=columns).write_csv(data)
        script = Path(__file__).with_name("cube.R")
        said = subprocess.run(["Rscript", script, data, out], check=True, capture_output=True)
        with out.open() as file:
            rows = list(csv.DictReader(file))
    cells = [
        [f"{int(r['muni']):04d}", r["sex"], int(r["year"]), float(r["estimate"]), float(r["se"])]
        for r in rows
    ]
    return {"seconds": float(said.stdout), "cells": cells}


CONTESTANTS = {"ours": ours, "bare": bare, "svy": svy, "r": r_survey}


def run(name: str, path: Path, repeat: int) -> dict:
    """The median of fresh processes, one at a time, with the peak memory of the last."""
    command = [sys.executable, "-W", "ignore", __file__, "--one", name, "--file", path]
    found = []
    for _ in range(repeat):
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        found.append(json.loads(done.stdout))
    seconds = statistics.median(one["seconds"] for one in found)
    return {**found[-1], "seconds": seconds}


def one(name: str, path: Path) -> None:
    import resource  # noqa: PLC0415

    warnings.simplefilter("ignore")
    if name in ("ours", "bare"):
        CONTESTANTS[name](path)  # imports and file cache are warm for both
    result = CONTESTANTS[name](path)
    result["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(result))


def largest_difference(mine: list, theirs: list) -> float:
    """Largest relative difference of estimates and standard errors over all cells.

    Where all members are in one cluster R gives 1e-17 and we 0: no difference.
    """
    found = {tuple(cell[:3]): cell[3:] for cell in mine}
    assert len(found) == len(theirs) == FINEST
    return max(
        0.0 if max(abs(a), abs(b)) < 1e-12 else abs(a - b) / abs(b)
        for cell in theirs
        for a, b in zip(found[tuple(cell[:3])], cell[3:], strict=True)
    )


def compare(rows: int, args: argparse.Namespace, folder: Path) -> None:
    path = folder / f"cube_{rows}.parquet"
    if not path.exists():
        generate(rows, path)
    results = {"ours": [], "bare": []}
    for _ in range(args.repeat):
        for name, runs in results.items():
            runs.append(run(name, path, 1))
    mine, scan = ([r["seconds"] for r in results[name]] for name in ("ours", "bare"))
    ratio = statistics.median(a / b for a, b in zip(mine, scan, strict=True))
    memory = max(r["megabytes"] for r in results["ours"])
    took = statistics.median(mine)
    print(
        f"{rows:>10,} rows: ours {took:.2f} s, bare scan {statistics.median(scan):.2f} s,", end=" "
    )
    print(f"ratio {ratio:.1f}, peak memory {memory:.0f} MB", flush=True)
    unit = took / (CELLS * len(INDICATORS))
    if rows <= args.svy_rows:
        other = run("svy", path, 1)
        print(
            f"{'':>10}  svy, 1 of 20 indicators and 1 of 8 sets: {other['seconds']:.2f} s,", end=" "
        )
        print(f"{other['seconds'] / FINEST / unit:,.0f} times ours per cell", flush=True)
    if rows <= args.r_rows and shutil.which("Rscript"):
        other = run("r", path, 1)
        gap = largest_difference(results["ours"][-1]["cells"], other["cells"])
        print(
            f"{'':>10}  R, 1 of 20 indicators and 1 of 8 sets: {other['seconds']:.2f} s,", end=" "
        )
        print(f"{other['seconds'] / FINEST / unit:,.0f} times ours per cell,", end=" ")
        print(f"largest relative difference {gap:.1e}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", nargs="+", type=float, default=[1e5, 1e6, 1e7])
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--svy-rows", type=float, default=1e6)
    parser.add_argument("--r-rows", type=float, default=1e6)
    parser.add_argument("--keep", type=Path, help="folder for the generated files")
    parser.add_argument("--one", choices=CONTESTANTS)
    parser.add_argument("--file", type=Path)
    args = parser.parse_args()
    if args.one:
        one(args.one, args.file)
        return
    with tempfile.TemporaryDirectory() as folder:
        for rows in args.rows:
            compare(int(rows), args, args.keep or Path(folder))


if __name__ == "__main__":
    main()
