"""Typed columns and a codebook file become variables; findings become notes."""

from collections import defaultdict
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from samling.questionnaire.codebook import (
    Code,
    Codebook,
    Finding,
    MissingCode,
    Variable,
    VariableType,
)
from samling.surveys.microdata.model import MicrodataError, Note, ReadVariable
from samling.surveys.microdata.sidecar import CodeLine, Sidecar, VariableLines
from samling.surveys.microdata.typing_texts import TypedColumn

_ARROW_TYPES = {
    "integer": pa.int64(),
    "number": pa.float64(),
    "text": pa.string(),
    "date": pa.date32(),
    "boolean": pa.bool_(),
}
_SHOWN = 5


def join_labels(columns: Sequence[TypedColumn], sidecar: Sidecar | None) -> list[ReadVariable]:
    """Give columns the labels and missing codes of a codebook file.

    Raises MicrodataError for a variable that the data lacks and a code of the wrong type.
    """
    names = [column.name for column in columns]
    if sidecar is None:
        return [ReadVariable(Variable(item.name, type=item.type), item.values) for item in columns]
    for lines in sidecar.variables.values():
        if lines.name not in names:
            raise MicrodataError(
                f"{sidecar.file}, line {lines.line}",
                f"the data has no variable {lines.name!r}.",
                f"It has {_some(names)}.",
            )
    return [
        _joined(column, sidecar.variables.get(column.name, VariableLines(column.name, 0)), sidecar)
        for column in columns
    ]


def _joined(column: TypedColumn, lines: VariableLines, sidecar: Sidecar) -> ReadVariable:
    """Give one column its label, value labels and missing codes."""
    labels: dict[Code, str] = {}
    missing: dict[Code, str] = {}
    for item in lines.codes:
        code = _typed_code(item, column.type, lines.name, sidecar.file)
        (missing if item.missing else labels)[code] = item.label
    counts: dict[Code, int] = {}
    values = column.values
    for code in missing:
        if code in column.words:
            counts[code] = column.words[str(code)]
            continue
        mask, counts[code] = _occurrences(column.values, code, column.type)
        if counts[code]:
            values = pc.if_else(mask, pa.scalar(None, values.type), values)
    variable = Variable(
        name=column.name,
        label=lines.label,
        type=column.type,
        value_labels=labels,
        missing=tuple(MissingCode(code, label) for code, label in missing.items()),
        measure=lines.measure,
    )
    return ReadVariable(variable, values, counts)


def _typed_code(item: CodeLine, kind: VariableType, name: str, file: str) -> Code:
    """Return a code as the variable's type; a missing code may be a word among numbers."""
    try:
        if kind == "integer":
            return int(item.code)
        if kind == "number":
            number = float(item.code.replace(",", "."))
            return int(number) if number.is_integer() else number
    except ValueError as error:
        if item.missing:
            return item.code
        raise MicrodataError(
            f"{file}, line {item.line}",
            f"the code {item.code!r} cannot occur: {name} is {kind} in the data.",
            "Mend the code, or say that the variable is text.",
        ) from error
    return item.code.lower() == "true" if kind == "boolean" else item.code


def _occurrences(values: pa.Array, code: Code, kind: VariableType) -> tuple[pa.Array, int]:
    """Return where a code stands in a column, and how many times."""
    try:
        wanted = pa.scalar(code).cast(_ARROW_TYPES[kind])
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pa.nulls(len(values), pa.bool_()), 0
    mask = pc.equal(values, wanted).fill_null(False)
    return mask, int(pc.sum(mask).as_py() or 0)


def finding_notes(variables: Sequence[ReadVariable]) -> list[Note]:
    """Return the codebook's findings against the data as notes, one a variable and problem."""
    codebook = Codebook(tuple(item.variable for item in variables))
    values = {
        item.variable.name: set(pc.unique(item.values).drop_null().to_pylist())
        for item in variables
        if item.variable.value_labels and item.variable.type != "date"
    }
    grouped: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in codebook.findings(values):
        grouped[finding.variable, finding.problem].append(finding)
    return [Note(name, _said(problem, group)) for (name, problem), group in grouped.items()]


def _said(problem: str, findings: Sequence[Finding]) -> str:
    """Return one sentence for the findings of one kind."""
    codes = _some([repr(finding.code) for finding in findings])
    if problem == "label without code":
        return f"labelled codes that never occur: {codes}."
    if problem == "code without label":
        return f"values without a label: {codes}."
    return findings[0].text.partition(": ")[2]


def _some(names: Sequence[str]) -> str:
    """Return the first few names as words."""
    shown = ", ".join(names[:_SHOWN])
    return f"{shown} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else shown
