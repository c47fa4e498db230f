"""One mean for 6,000 domains of 200,000 elements, beside svy and R survey on a fraction.

    python benchmarks/domains.py [--rows 2e5] [--domains 6000] [--repeat 5] [--share 100]

Ours is everything from opening the design to the finished arrays, from memory (Arrow) and by
DuckDB from Parquet; then with 100 bootstrap replicates, and the median of every domain. R and svy
do the first 1/SHARE of the domains as domains of the whole design (all others are one more domain
in svy); the ratio is time per domain.
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
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq


def generate(rows: int, domains: int, path: Path) -> None:
    """A seeded sample: 40 strata, 500 clusters, a number with noise, areas across clusters."""
    rng = np.random.default_rng(6)
    psu = np.sort(rng.integers(0, 500, rows)).astype(np.int32)
    columns = {
        "stratum": (psu * 40 // 500).astype(np.int16),
        "psu": psu,
        "w": rng.gamma(4, 5, rows) + 1,
        "area": rng.integers(0, domains, rows).astype(np.int32),
        "y": rng.normal(50, 10, rows) + psu % 7,
    }
    pq.write_table(pa.table(columns), path)


def memory(path: Path, _: int) -> dict:
    return estimated(pq.read_table(path))


def duckdb(path: Path, _: int) -> dict:
    import ibis  # noqa: PLC0415 - every contestant runs in a process of its own

    return estimated(ibis.duckdb.connect().read_parquet(path))


def replicates(path: Path, _: int) -> dict:
    return estimated(pq.read_table(path), "bootstrap", count=100, seed=1)


def median(path: Path, _: int) -> dict:
    from samling.stats import Design, quantiles  # noqa: PLC0415

    table = pq.read_table(path)
    started = time.perf_counter()
    design = Design(table, weights="w", strata="stratum", psu="psu")
    quantiles(design, "y", by=[("area",)])
    return {"seconds": time.perf_counter() - started}


def estimated(table: Any, *kind: str, **options: int) -> dict:
    from samling.stats import Design, estimate, mean  # noqa: PLC0415

    started = time.perf_counter()
    design = Design(table, weights="w", strata="stratum", psu="psu")
    design = design.replicates(*kind, **options) if kind else design
    result = estimate(design, mean("y"), by=[("area",)])
    block = result.block(("area",))
    seconds = time.perf_counter() - started
    lines = {
        str(area): (float(value), float(se))
        for area, value, se in zip(
            block.grouping.column("area"), block.estimate[:, 0], block.se[:, 0], strict=True
        )
    }
    return {"seconds": seconds, "lines": lines}


def svy(path: Path, domains: int) -> dict:
    import polars as pl  # noqa: PLC0415
    import svy as other  # noqa: PLC0415

    area = pl.col("area")
    frame = pl.read_parquet(path).with_columns(
        area=pl.when(area < domains).then(area).otherwise(-1)
    )
    started = time.perf_counter()
    sample = other.Sample(frame, other.Design(wgt="w", stratum="stratum", psu="psu"))
    found = sample.estimation.mean("y", by="area").estimates
    seconds = time.perf_counter() - started
    lines = {str(e.by_level[0]): (e.est, e.se) for e in found if e.by_level[0] != -1}
    return {"seconds": seconds, "lines": lines}


def r(path: Path, domains: int) -> dict:
    import polars as pl  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        data, out = Path(folder, "data.csv"), Path(folder, "out.csv")
        pl.read_parquet(path).write_csv(data)
        script = Path(__file__).with_name("domains.R")
        command = ["Rscript", script, data, out, str(domains)]
        said = subprocess.run(command, check=True, capture_output=True)
        with out.open() as file:
            rows = list(csv.DictReader(file))
    lines = {row["area"]: (float(row["estimate"]), float(row["se"])) for row in rows}
    return {"seconds": float(said.stdout), "lines": lines}


CONTESTANTS = {
    "memory": memory,
    "duckdb": duckdb,
    "replicates": replicates,
    "median": median,
    "svy": svy,
    "r": r,
}


def run(name: str, path: Path, domains: int) -> dict:
    """One contestant in a fresh process."""
    command = [sys.executable, "-W", "ignore", __file__, "--one", name, "--file", path]
    command += ["--some", str(domains)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def one(name: str, path: Path, domains: int) -> None:
    warnings.simplefilter("ignore")
    if name not in ("svy", "r"):
        CONTESTANTS[name](path, domains)  # imports and file cache are warm
    print(json.dumps(CONTESTANTS[name](path, domains)))


def compare(args: argparse.Namespace, path: Path) -> None:
    domains, some = int(args.domains), int(args.domains) // args.share
    generate(int(args.rows), domains, path)
    found: dict[str, list] = {name: [] for name in ("memory", "duckdb", "replicates", "median")}
    for _ in range(args.repeat):
        for name, runs in found.items():
            runs.append(run(name, path, some))
    took = {name: statistics.median(r["seconds"] for r in runs) for name, runs in found.items()}
    for name, seconds in took.items():
        print(f"{name:>10}: {seconds:.3f} s for {domains:,} domains", flush=True)
    mine = found["memory"][-1]["lines"]
    for name in ("svy", *(["r"] if shutil.which("Rscript") else [])):
        other = run(name, path, some)
        gap = max(
            abs(a - b) / abs(b)
            for area, line in other["lines"].items()
            for a, b in zip(mine[area], line, strict=True)
        )
        times = other["seconds"] / len(other["lines"]) / (took["memory"] / domains)
        print(f"{name:>10}: {other['seconds']:.2f} s for {len(other['lines'])} domains,", end=" ")
        print(f"{times:,.0f} times ours per domain, largest relative difference {gap:.1e}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=float, default=2e5)
    parser.add_argument("--domains", type=float, default=6000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--share", type=int, default=100)
    parser.add_argument("--one", choices=CONTESTANTS)
    parser.add_argument("--file", type=Path)
    parser.add_argument("--some", type=int, default=60)
    args = parser.parse_args()
    if args.one:
        one(args.one, args.file, args.some)
        return
    with tempfile.TemporaryDirectory() as folder:
        compare(args, Path(folder) / "domains.parquet")


if __name__ == "__main__":
    main()
