"""Options of a design: names of columns, and words from a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from samling.stats.errors import OptionError
from samling.stats.tables.source import Source, require_columns


def names_of(given: str | Sequence[str] | None) -> list[str]:
    """The names as a list, however they were given."""
    if given is None:
        return []
    return [given] if isinstance(given, str) else list(given)


def refuse_columns(source: Source, roles: Mapping[str, Any]) -> None:
    """Raise OptionError or UnknownVariableError unless every role has names of columns, or None.

    The weight and the stratum are one column; psu and fpc may be lists with one for each stage.
    """
    for role, given in roles.items():
        several = role in ("psu", "fpc")
        named = given if several and isinstance(given, list | tuple) else [given]
        if given is not None and not all(isinstance(name, str) for name in named):
            stages = ", or a list of names with one for each stage" if several else ""
            raise OptionError(
                f"{role} is a {type(given).__name__}, but must be the name of one column of the "
                f"data{stages}. Put the values in a column and give its name; cross several "
                "strata into one column."
            )
        require_columns(source, names_of(given), role)


def refuse_other(name: str, given: str, allowed: Sequence[str]) -> None:
    """Raise OptionError unless the word is one of those allowed."""
    if given not in allowed:
        raise OptionError(f"{name}={given!r} does not exist. Choose one of: {', '.join(allowed)}.")
