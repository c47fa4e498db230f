"""Rows of figures as text, for the examples."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def show(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], digits: int = 3) -> None:
    """Print the columns of the rows under each other; None as a dash."""
    lines = [list(columns)] + [[_text(row[name], digits) for name in columns] for row in rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(columns))]
    for line in lines:
        cells = [text.ljust(width) for text, width in zip(line, widths, strict=True)]
        print("  ".join(cells).rstrip())


def _text(value: Any, digits: int) -> str:
    if value is None:
        return "-"
    return f"{value:.{digits}f}" if isinstance(value, float) else str(value)
