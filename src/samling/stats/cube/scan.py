"""The base table from any source, in one scan.

In memory the elements are counted at once. From DuckDB they stream in batches and are counted
here, which is several times faster than its own hash aggregation of a hundred sums. Any other
engine does the aggregation itself (`samling.stats.cube.aggregate`) so that little travels.
"""

from __future__ import annotations

import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from samling.stats.cube.aggregate import aggregate_part, chosen_rows
from samling.stats.cube.base import Base
from samling.stats.cube.partial import Part, assemble, join
from samling.stats.cube.plan import PACK, Plan, binary_packs
from samling.stats.cube.tabulate import tabulate
from samling.stats.errors import DataError
from samling.stats.sampling.design import Design
from samling.stats.sampling.units import UnitLookup, engine_number
from samling.stats.tables.exact import FloatArray
from samling.stats.tables.source import STATES, Engine, Memory, Where, pack_name

# A row group: while some are counted the next is read. NumPy counts outside the interpreter lock.
BATCH = 122_880
BUFFER = "16MiB"
WORKERS = 2
JOIN_ROWS = 200_000
# A macro of DuckDB, because Ibis takes longer to write the arithmetic out than DuckDB to do it.
MACRO = f"""CREATE OR REPLACE TEMP MACRO samling_states(a, b, c, d) AS CAST(
((coalesce(a, 2) * {STATES} + coalesce(b, 2)) * {STATES} + coalesce(c, 2)) * {STATES}
+ coalesce(d, 2) AS TINYINT)"""


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
    """Parts of a streamed table in its order, joined now and then so that they stay small."""
    units = design.sampling.units
    lookup = UnitLookup(units)

    def count(batch: Memory) -> Part:
        weight = _weights(batch, design.weights)
        return tabulate(batch, lookup.find(batch), units.size, weight, plan, dimensions, False)

    parts: list[Part] = []
    chosen, expected = _chosen(design, where)
    counted = 0
    for part in _ahead(count, _batches(design, plan, dimensions, chosen)):
        counted += int(part.cell_rows.sum())
        parts.append(part)
        if sum(one.unit.size for one in parts[1:]) > max(JOIN_ROWS, parts[0].unit.size):
            parts = [join(parts, units.size)]
    _refuse_cut_short(counted, expected)
    return parts


def _chosen(design: Design, where: Where) -> tuple[Any, int]:
    """The rows to be read, and how many they are."""
    source, sums = design.source, design.sampling.units.sums
    assert isinstance(source, Engine)  # noqa: S101 - asked by the caller
    some = sums["positive"].sum() < sums["rows"].sum()
    chosen = chosen_rows(source, design.weights if some else None, where)
    if where is None:
        return chosen, int(sums["positive"].sum())
    return chosen, int(chosen.count().to_pyarrow().as_py())


def _refuse_cut_short(counted: int, expected: int) -> None:
    """DataError where a stream ended early: DuckDB ends it, without a word, at the next query."""
    if counted != expected:
        raise DataError(
            f"{counted} of the {expected} rows came from DuckDB. Something else used the same "
            "connection meanwhile, or the table was changed: give every thread a connection of "
            "its own, and estimate again."
        )


def _ahead(count: Callable[[Memory], Part], batches: Iterable[Memory]) -> Iterator[Part]:
    """Count batches in `WORKERS` threads while the next is read; parts in the batches' order."""
    with ThreadPoolExecutor(WORKERS) as pool:
        waiting: deque[Future[Part]] = deque()
        for batch in batches:
            waiting.append(pool.submit(count, batch))
            if len(waiting) > WORKERS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _batches(
    design: Design, plan: Plan, dimensions: Sequence[str], chosen: Any
) -> Iterator[Memory]:
    """The chosen rows' columns in batches; one empty batch if there are no rows."""
    packs = binary_packs(plan)
    named = [*design.sampling.units.keys, design.weights or "", *dimensions]
    for pair in plan.pairs:
        named += [] if pair.binary else [pair.numerator, pair.denominator or ""]
    columns = list(dict.fromkeys(name for name in named if name))
    together = [_together(Engine(chosen), pack) for pack in packs]
    # With less room DuckDB reads with one thread only, the one that asks for the next batch.
    chosen.get_backend().raw_sql(f"SET streaming_buffer_size = '{BUFFER}'; {MACRO}")
    reader = chosen.select(*columns, *together).to_pyarrow_batches(chunk_size=BATCH)
    batch = _first_batch(reader)
    if batch is None:
        yield Memory(reader.schema.empty_table(), packs)
    while batch is not None:
        yield Memory(pa.Table.from_batches([batch]), packs)
        batch = next(reader, None)


def _states(first: Any, second: Any, third: Any, fourth: Any) -> Any:
    """The states of four 0/1 columns as the digits of one number, by `MACRO` in DuckDB."""


_packed: Any = ibis.udf.scalar.builtin(
    _states, name="samling_states", signature=(("int8",) * PACK, "int8")
)


def _together(source: Engine, pack: tuple[str, ...]) -> Any:
    """A pack of 0/1 columns as one: handing a column over costs more than reading it."""
    values: list[Any] = [ibis.literal(0, "int8")] * (PACK - len(pack))
    for name in pack:
        floating = source.kind(name) == "floating"
        value = engine_number(source, name) if floating else source.table[name]
        values.append(value.cast("int8"))
    return _packed(*values).name(pack_name(pack))


def _first_batch(reader: pa.RecordBatchReader) -> pa.RecordBatch | None:
    """The first batch; the engine starts to work here."""
    with warnings.catch_warnings():
        # Ibis 12 calls DuckDB by a name that DuckDB 1.5 has renamed
        warnings.filterwarnings("ignore", "fetch_record_batch", DeprecationWarning)
        return next(reader, None)
