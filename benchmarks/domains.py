"""One mean for 6,000 domains of 200,000 elements, beside svy and R survey on a fraction.

    python benchmarks/domains.py [--rows 2e5] [--domains 6000] [--repeat 5] [--share 100]

Ours is everything from opening the design to the finished arrays, from memory (Arrow) and by
DuckDB from Parquet. R's svyby and svy get the elements of every 1/SHARE of the domains as a
domain of the whole design, so that the work per domain is the same; the ratio is time per domain.
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


def ours(path: Path, lazily: bool) -> dict:
    import ibis  # noqa: PLC0415 - every contestant runs in a process of its own

    from samling.stats import Design, estimate, mean  # noqa: PLC0415

    table = ibis.duckdb.connect().read_parquet(path) if lazily else pq.read_table(path)
    started = time.perf_counter()
    design = Design(table, weights="w", strata="stratum", psu="psu")
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
