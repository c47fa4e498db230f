"""What was understood of a file, as plain rows that any surface can print."""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from samling.questionnaire.codebook import Code, Variable, VariableType
from samling.surveys.microdata.model import Microdata


@dataclass(frozen=True)
class DescriptionRow:
    """One variable: `n` cells with a value, `missing` without, `values` the labels or range.

    `missing_codes` says what the missing cells held, for example "99 = Vill inte svara (12)".
    """

    name: str
    label: str
    type: VariableType
    n: int
    missing: int
    distinct: int
    values: str
    missing_codes: str


def describe(microdata: Microdata) -> list[DescriptionRow]:
    """Return one row a variable, in the order of the file."""
    return [
        _row(variable, microdata.table[variable.name], microdata.missing_counts)
        for variable in microdata.codebook
    ]


def _row(
    variable: Variable, column: pa.ChunkedArray, counts: Mapping[str, Mapping[Code, int]]
) -> DescriptionRow:
    """Describe one variable."""
    return DescriptionRow(
        name=variable.name,
        label=variable.label,
        type=variable.type,
        n=len(column) - column.null_count,
        missing=column.null_count,
        distinct=pc.count_distinct(column).as_py(),
        values=_values(variable, column),
        missing_codes="; ".join(
            f"{_coded(variable, code)} ({count})"
            for code, count in counts.get(variable.name, {}).items()
        ),
    )


def _coded(variable: Variable, code: Code) -> str:
    """Return a code with its label when it has one."""
    label = variable.label_of(code)
    return str(code) if label == str(code) else f"{code} = {label}"


def _values(variable: Variable, column: pa.ChunkedArray) -> str:
    """Return the labels, or the least and the greatest value; nothing for text and no values."""
    if variable.value_labels:
        return "; ".join(f"{code} = {label}" for code, label in variable.value_labels.items())
    if variable.type in ("integer", "number", "date") and column.null_count < len(column):
        least, greatest = pc.min_max(column).as_py().values()
        return f"{least} to {greatest}"
    return ""
