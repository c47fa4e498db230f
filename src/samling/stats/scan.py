"""The base table from any source, in one scan.

In memory the elements are counted at once. From DuckDB they stream in batches and are counted
here, which is several times faster than its own hash aggregation of a hundred sums. Any other
engine does the aggregation itself (`samling.stats.aggregate`) so that little travels.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa

from samling.stats.aggregate import aggregate_part, chosen_rows
from samling.stats.base import Base
from samling.stats.design import Design
from samling.stats.exact import FloatArray
from samling.stats.partial import Part, assemble, join
from samling.stats.plan import Plan
from samling.stats.source import Engine, Memory, Where
from samling.stats.tabulate import tabulate
from samling.stats.units import UnitLookup

# A row group: while one is counted the next is read.
BATCH = 122_880
JOIN_ROWS = 200_000


def scan(design: Design, plan: Plan, dimensions: Sequence[str], where: Where) -> Base:
    """The base table of the elements of positive weight for which `where` holds."""
    source, units = design.source, design.sampling.units
    if isinstance(source, Memory):
        parts = [_memory_part(design, source, plan, dimensions, where)]
    elif source.table.get_backend().name == "duckdb":
        parts = stream_parts(design, plan, dimensions, where)
    else:
        parts = [aggregate_part(design, plan, dimensions, where)]
    return assemble(parts, units.size, dimensions)


def _memory_part(
    design: Design, source: Memory, plan: Plan, dimensions: Sequence[str], where: Where
) -> Part:
    row_unit = design.sampling.units.row_unit
    assert row_unit is not None  # noqa: S101 - counted from the same source
    weight = _weights(source, design.weights)
    chosen = source.mask(where)
    if not (weight > 0).all():
        chosen = (weight > 0) if chosen is None else chosen & (weight > 0)
    if chosen is not None:
        weight, row_unit = weight[chosen], row_unit[chosen]
    elements = design.sampling.stages[-1].elements
    size = design.sampling.units.size
    return tabulate(source.filter(chosen), row_unit, size, weight, plan, dimensions, elements)


def _weights(source: Memory, weights: str | None) -> FloatArray:
    return np.ones(source.table.num_rows) if weights is None else source.numbers(weights)[0]


def stream_parts(design: Design, plan: Plan, dimensions: Sequence[str], where: Where) -> list[Part]:
    """Parts of a streamed table, joined now and then so that they stay small."""
    units = design.sampling.units
    lookup = UnitLookup(units)
    parts: list[Part] = []
    for batch in _batches(design, plan, dimensions, where):
        weight = _weights(batch, design.weights)
        unit = lookup.find(batch)
        parts.append(tabulate(batch, unit, units.size, weight, plan, dimensions, False))
        if sum(part.unit.size for part in parts[1:]) > max(JOIN_ROWS, parts[0].unit.size):
            parts = [join(parts, units.size)]
    return parts


def _batches(
    design: Design, plan: Plan, dimensions: Sequence[str], where: Where
) -> Iterator[Memory]:
    """The chosen rows' columns in batches, the next one fetched while one is counted.

    One empty batch if there are no rows.
    """
    source = design.source
    assert isinstance(source, Engine)  # noqa: S101 - asked by the caller
    named = [*design.sampling.units.keys, design.weights or "", *dimensions]
    named += [name for pair in plan.pairs for name in (pair.numerator, pair.denominator or "")]
    columns = list(dict.fromkeys(name for name in named if name))
    chosen = chosen_rows(source, design.weights, where).select(*columns)
    reader = chosen.to_pyarrow_batches(chunk_size=BATCH)
    batch = _first_batch(reader)
    if batch is None:
        yield Memory(reader.schema.empty_table())
    with ThreadPoolExecutor(1) as ahead:
        while batch is not None:
            coming = ahead.submit(next, reader, None)
            yield Memory(pa.Table.from_batches([batch]))
            batch = coming.result()


def _first_batch(reader: pa.RecordBatchReader) -> pa.RecordBatch | None:
    """The first batch; the engine starts to work here."""
    with warnings.catch_warnings():
        # Ibis 12 calls DuckDB by a name that DuckDB 1.5 has renamed
        warnings.filterwarnings("ignore", "fetch_record_batch", DeprecationWarning)
        return next(reader, None)
