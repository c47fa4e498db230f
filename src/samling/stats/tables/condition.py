"""The domain of study as a condition on an engine's rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ibis

from samling.stats.errors import NotBinaryError, OptionError, UnknownVariableError

Condition = Callable[[Any], Any] | str
ADVICE = (
    "Give the name of a 0/1 column, or a function of the table such as "
    "lambda table: table.age >= 65."
)


def knows_nan(table: Any) -> bool:
    """Whether the engine behind the Ibis table tells NaN apart; SQLite stores it as missing."""
    return bool(table.get_backend().has_operation(ibis.expr.operations.IsNan))


def marked(table: Any, where: Condition, name: str) -> Any:
    """The Ibis table with a boolean column `name`: whether `where` is known to hold.

    NaN is missing here as everywhere; an engine would say that it is larger than all numbers.
    Raises UnknownVariableError, NotBinaryError or OptionError for what is no condition.
    """
    known = {
        column: table[column].isnan().ifelse(ibis.null(kind), table[column])
        for column, kind in table.schema().items()
        if kind.is_floating() and knows_nan(table)
    }
    table = table.mutate(**known) if known else table
    found = _named(table, where) if isinstance(where, str) else _made(table, where)
    return table.mutate(**{name: found.fill_null(False)})


def _named(table: Any, where: str) -> Any:
    if where not in table.columns:
        have = ", ".join(table.columns[:30])
        raise UnknownVariableError(f"No column named {where!r} for where. The data has: {have}.")
    column = table[where]
    if column.type().is_boolean():
        return column
    if not column.type().is_numeric():
        raise NotBinaryError(f"where={where!r} is a column of {column.type()}, not 0/1. {ADVICE}")
    others = int(((column != 0) & (column != 1)).sum().fill_null(0).to_pyarrow().as_py())
    if others:
        raise NotBinaryError(
            f"where={where!r} must be 1 in the domain and 0 outside, but {others} rows have other "
            f"values. {ADVICE}"
        )
    return column == 1


def _made(table: Any, where: Any) -> Any:
    if not callable(where):
        raise OptionError(f"where is a {type(where).__name__}, which goes by position. {ADVICE}")
    try:
        found = where(table)
    except AttributeError as error:
        raise UnknownVariableError(f"The filter `where` cannot be applied: {error}") from error
    except (ibis.common.exceptions.IbisError, TypeError, ValueError, LookupError) as error:
        raise OptionError(f"The filter `where` cannot be applied: {error}. {ADVICE}") from error
    if not isinstance(found, ibis.expr.types.BooleanColumn):
        kind = found.type() if isinstance(found, ibis.Expr) else type(found).__name__
        raise OptionError(
            f"The filter `where` must say true or false of each row, but gives one value or "
            f"another kind ({kind}). {ADVICE}"
        )
    return found
