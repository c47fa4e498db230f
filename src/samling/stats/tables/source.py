"""Where the elements come from: a table in memory, or an Ibis table on some engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ibis
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from samling.stats.errors import DataError, ExtremeValueError, NotNumericError, UnknownVariableError
from samling.stats.tables.condition import Condition, marked
from samling.stats.tables.exact import FloatArray
from samling.stats.tables.keys import Coded, encode

Where = Condition | None
BoolArray = npt.NDArray[np.bool_]
CHOSEN = "samling_where"  # the column that says who is in the domain of study
LARGEST = 1e150  # squares of values up to it, or down to 1 over it, can still be added up
LARGEST_KEY = 2**63 - 1  # of whole numbers that are told apart as categories
RARE = {pa.float16(): pa.float32(), pa.binary_view(): pa.binary()}
STATES = 3  # of a 0/1 variable: 0, 1 and missing


@dataclass(frozen=True)
class Memory:
    """A table held in memory as Arrow columns.

    `packs` names 0/1 variables that are not columns of their own: the column `pack_name(pack)`
    holds the states (0, 1, 2 where missing) of the pack's variables as the digits of one number
    with base 3, the first variable's digit highest.
    """

    table: pa.Table
    packs: tuple[tuple[str, ...], ...] = ()
    _coded: dict[str, Coded] = field(default_factory=dict, compare=False, repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(self.table.column_names)

    def kind(self, name: str) -> str:
        """One of boolean, integer, floating, other."""
        return _arrow_kind(self.table.schema.field(name).type)

    def coded(self, name: str) -> Coded:
        """The column as sorted codes (kept for the next call)."""
        if name not in self._coded:
            column = self.table.column(name)
            _refuse_beyond_int64(column, name)
            if pa.types.is_nested(column.type):
                raise DataError(
                    f"The variable {name!r} holds lists or records ({column.type}), which make "
                    "no categories. Make a column with one value a row."
                )
            self._coded[name] = encode(column)
        return self._coded[name]

    def numbers(self, name: str) -> tuple[FloatArray, BoolArray]:
        """The column as doubles (0 where missing) and where it is known."""
        return numbers(self.table.column(name), name)

    def bits(self, name: str) -> npt.NDArray[np.int8]:
        """A 0/1 column as 0, 1 and 2 where missing."""
        for pack in self.packs:
            if name in pack:
                digits = np.indices((STATES,) * len(pack), dtype=np.int8)[pack.index(name)]
                return np.asarray(digits.ravel()[self.together(pack)], dtype=np.int8)
        column = self.table.column(name)
        if pa.types.is_boolean(column.type) or pa.types.is_integer(column.type):
            known = pc.fill_null(column.cast(pa.int8()), 2)
            return np.asarray(known.to_numpy(), dtype=np.int8)
        values, known = self.numbers(name)
        return np.where(known, values, 2.0).astype(np.int8)

    def together(self, names: tuple[str, ...]) -> npt.NDArray[np.integer]:
        """The states of several 0/1 columns as the digits of one number with base 3."""
        if names in self.packs:
            return np.asarray(self.table.column(pack_name(names)).to_numpy())
        code = self.bits(names[0]).astype(np.int16)
        for name in names[1:]:
            code *= STATES
            code += self.bits(name)
        return code

    def filter(self, chosen: BoolArray | None) -> Memory:
        """The chosen rows; all for None."""
        return self if chosen is None else Memory(self.table.filter(pa.array(chosen)))

    def mask(self, where: Where) -> BoolArray | None:
        """Rows for which `where` is known to hold; None when there is no filter."""
        if where is None:
            return None
        chosen = marked(ibis.memtable(self.table), where, CHOSEN).select(CHOSEN)
        column = chosen.to_pyarrow().column(0)
        return np.asarray(column.to_numpy(zero_copy_only=False), dtype=bool)


@dataclass(frozen=True)
class Engine:
    """An Ibis table: the engine behind it does the scan."""

    table: Any

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(self.table.columns)

    def kind(self, name: str) -> str:
        """One of boolean, integer, floating, other."""
        dtype = self.table[name].type()
        if dtype.is_boolean():
            return "boolean"
        if dtype.is_integer():
            return "integer"
        if dtype.is_floating() or dtype.is_decimal():
            return "floating"
        return "other"

    def read(self, columns: Iterable[str]) -> Memory:
        """The named columns of every row, in the engine's order."""
        names = list(dict.fromkeys(columns))
        return Memory(self.table.select(*names).to_pyarrow())


Source = Memory | Engine


def pack_name(pack: Sequence[str]) -> str:
    """The name of the column that holds a pack of 0/1 variables."""
    return f"samling_pack_{'_'.join(pack)}"


def open_source(data: Any) -> Source:
    """Wrap an Ibis, Arrow, pandas or Polars table, or a mapping of arrays; nothing is copied."""
    if isinstance(data, Memory | Engine):
        return data
    if isinstance(data, ibis.Table):
        return Engine(data)
    if isinstance(data, pa.Table):
        return Memory(_of_known_types(data))
    try:
        if isinstance(data, Mapping):
            data = {str(k): _column(v) for k, v in data.items()}
        return Memory(_of_known_types(pa.table(data)))
    except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError, ValueError) as error:
        raise DataError(
            f"The data ({type(data).__name__}) cannot be read as a table: {error}. Give an Ibis, "
            "Arrow, pandas or Polars table, or a mapping of names to equally long arrays."
        ) from error


def _column(values: Any) -> Any:
    if isinstance(values, pa.Array | pa.ChunkedArray):
        return values
    return pa.array(list(values) if isinstance(values, tuple | range) else values)


def require_columns(source: Source, names: Iterable[str], role: str) -> None:
    """Raise UnknownVariableError unless every name is a column; `role` says what it was for."""
    missing = [name for name in names if name not in source.names]
    if missing:
        known = ", ".join(source.names[:30]) + (", ..." if len(source.names) > 30 else "")
        raise UnknownVariableError(
            f"No column named {', '.join(map(repr, missing))} for {role}. The data has: {known}."
        )


def refuse_extreme(name: str, low: float, high: float) -> None:
    """Raise ExtremeValueError if a variable from low to high has values that can't be summed."""
    largest = max(abs(low), abs(high))
    if largest and not 1.0 / LARGEST <= largest <= LARGEST:
        raise ExtremeValueError(
            f"The variable {name!r} goes from {low:g} to {high:g}. Values must be finite, the "
            f"largest from {1.0 / LARGEST:g} to {LARGEST:g}: make those that stand for a missing "
            "answer missing, or change the unit."
        )


def numbers(column: pa.ChunkedArray, name: str) -> tuple[FloatArray, BoolArray]:
    """An Arrow column as doubles (0 where missing or NaN) and where it is known."""
    if _arrow_kind(column.type) == "other":
        raise NotNumericError(
            f"The variable {name!r} is {column.type}, not a number. Recode it to numbers, or ask "
            "for prop(), which takes text."
        )
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.int8())
    # Whole numbers above 2^53 are rounded to the nearest double, not refused.
    values = column.cast(pa.float64(), safe=False)
    if column.null_count:
        known = np.asarray(column.is_valid().to_numpy(), dtype=bool)
        values = pc.fill_null(values, 0.0)
    else:
        known = np.ones(len(column), dtype=bool)
    values = values.to_numpy()
    absent = np.isnan(values)
    if absent.any():
        known &= ~absent
        values = np.where(absent, 0.0, values)
    return np.asarray(values, dtype=np.float64), known


def _refuse_beyond_int64(column: pa.ChunkedArray, name: str) -> None:
    if not pa.types.is_uint64(column.type):
        return
    highest = pc.max(column).as_py()
    if highest is not None and highest > LARGEST_KEY:
        raise DataError(
            f"The variable {name!r} has whole numbers up to {highest}, beyond the {LARGEST_KEY} "
            "that make categories. Make it text."
        )


def _of_known_types(table: pa.Table) -> pa.Table:
    """The table with rare types cast to those that can be filtered, and that engines read."""
    for place, column in enumerate(table.schema):
        wider = RARE.get(column.type)
        if wider is not None:
            table = table.set_column(place, column.name, table.column(place).cast(wider))
    return table


def _arrow_kind(dtype: pa.DataType) -> str:
    """A column that is nothing but missing is a number that nobody has."""
    if pa.types.is_null(dtype):
        return "floating"
    if pa.types.is_boolean(dtype):
        return "boolean"
    if pa.types.is_integer(dtype):
        return "integer"
    if pa.types.is_floating(dtype) or pa.types.is_decimal(dtype):
        return "floating"
    return "other"
