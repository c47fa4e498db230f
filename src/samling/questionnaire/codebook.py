"""What each variable of a data file means: label, type, value labels and missing codes.

A codebook is plain, frozen data. It travels in a dataset's manifest as the mapping that
`Codebook.to_dict` returns.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, get_args

Code = int | float | str
VariableType = Literal["integer", "number", "text", "date", "boolean"]
Measure = Literal["nominal", "ordinal", "scale"]
Problem = Literal[
    "label without code", "code without label", "label twice", "label and missing", "wrong type"
]


class CodebookError(ValueError):
    """The data is not a codebook; the text says where and what was found."""


@dataclass(frozen=True)
class MissingCode:
    """A code that stands for no answer, for example 99 "Vill inte svara"."""

    code: Code
    label: str = ""


@dataclass(frozen=True)
class Variable:
    """One column of a dataset. Missing codes are not among the value labels."""

    name: str
    label: str = ""
    type: VariableType = "text"
    value_labels: Mapping[Code, str] = field(default_factory=dict)
    missing: tuple[MissingCode, ...] = ()
    measure: Measure | None = None

    def label_of(self, code: Code) -> str:
        """Return the label of a value or missing code, or the code itself as text."""
        missing = {item.code: item.label for item in self.missing}
        return self.value_labels.get(code) or missing.get(code) or str(code)


@dataclass(frozen=True)
class Finding:
    """A problem in a codebook: which variable and code, what it is, and the mend in words."""

    variable: str
    problem: Problem
    code: Code | None
    text: str


@dataclass(frozen=True)
class Codebook:
    """The variables of a dataset, in the order of its columns, each name once."""

    variables: tuple[Variable, ...] = ()

    def __post_init__(self) -> None:
        names = [variable.name for variable in self.variables]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise CodebookError(f"The codebook describes {', '.join(twice)} more than once.")

    def __iter__(self) -> Iterator[Variable]:
        return iter(self.variables)

    def __len__(self) -> int:
        return len(self.variables)

    def __contains__(self, name: object) -> bool:
        return any(variable.name == name for variable in self.variables)

    def __getitem__(self, name: str) -> Variable:
        for variable in self.variables:
            if variable.name == name:
                return variable
        raise KeyError(name)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON data. Codes keep their type: labels are lists of [code, label]."""
        return {"variables": [_variable_to_dict(variable) for variable in self.variables]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Codebook":
        """Read what `to_dict` wrote; raise CodebookError that names the place if it is not."""
        try:
            entries = list(data["variables"])
        except (KeyError, TypeError) as error:
            raise CodebookError(f"A codebook has a list 'variables'; found {data!r}.") from error
        return cls(tuple(_variable_from_dict(entry, i) for i, entry in enumerate(entries)))

    def findings(self, values: Mapping[str, Collection[Code]] | None = None) -> tuple[Finding, ...]:
        """Return every problem, by variable.

        `values` holds the distinct values that occur in the data, missing codes left out or not;
        with it, labels of codes that never occur and values that lack a label are found too.
        """
        return tuple(
            finding
            for variable in self.variables
            for finding in _findings(variable, (values or {}).get(variable.name))
        )


def fits(code: object, kind: VariableType) -> bool:
    """Tell whether a code can be a value of a variable of this type."""
    if kind == "integer":
        return isinstance(code, int) and not isinstance(code, bool)
    if kind == "number":
        return isinstance(code, int | float) and not isinstance(code, bool)
    if kind == "boolean":
        return isinstance(code, bool)
    if kind == "date":
        return isinstance(code, date | str)
    return isinstance(code, str)


def _variable_to_dict(variable: Variable) -> dict[str, Any]:
    """Return one variable as plain JSON data."""
    return {
        "name": variable.name,
        "label": variable.label,
        "type": variable.type,
        "value_labels": [[code, label] for code, label in variable.value_labels.items()],
        "missing": [[item.code, item.label] for item in variable.missing],
        "measure": variable.measure,
    }


def _variable_from_dict(entry: Any, number: int) -> Variable:
    """Read one variable; raise CodebookError with its name or number."""
    place = f"variable {entry.get('name', number + 1)!r}" if isinstance(entry, Mapping) else ""
    try:
        variable = Variable(
            name=entry["name"],
            label=entry.get("label", ""),
            type=entry.get("type", "text"),
            value_labels={code: label for code, label in entry.get("value_labels", [])},
            missing=tuple(MissingCode(code, label) for code, label in entry.get("missing", [])),
            measure=entry.get("measure"),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CodebookError(
            f"Codebook, {place or f'variable number {number + 1}'}: cannot be read ({error}). "
            "It needs name, label, type, value_labels, missing and measure."
        ) from error
    for what, value, allowed in (
        ("type", variable.type, get_args(VariableType)),
        ("measure", variable.measure, (None, *get_args(Measure))),
    ):
        if value not in allowed:
            names = ", ".join(str(name) for name in allowed if name)
            raise CodebookError(f"Codebook, {place}: {what} is {value!r}; use one of {names}.")
    return variable


def _findings(variable: Variable, values: Collection[Code] | None) -> Iterator[Finding]:
    """Yield the problems of one variable."""
    yield from _code_findings(variable)
    yield from _label_findings(variable)
    if values is not None and variable.value_labels:
        yield from _value_findings(variable, values)


def _code_findings(variable: Variable) -> Iterator[Finding]:
    """Yield codes of the wrong type and codes that are both answer and missing."""
    name, missing = variable.name, {item.code for item in variable.missing}
    for code in variable.value_labels:
        if not fits(code, variable.type):
            yield Finding(
                name,
                "wrong type",
                code,
                f"{name}: the code {code!r} cannot occur, the variable is {variable.type}. "
                "Mend the code or the type.",
            )
        if code in missing:
            yield Finding(
                name,
                "label and missing",
                code,
                f"{name}: the code {code!r} is both an answer and missing. Keep one of them.",
            )


def _label_findings(variable: Variable) -> Iterator[Finding]:
    """Yield codes whose label is empty and labels that stand at two codes."""
    name = variable.name
    seen: dict[str, Code] = {}
    for code, label in variable.value_labels.items():
        if not label.strip():
            text = f"{name}: the code {code!r} has an empty label. Write what it means."
            yield Finding(name, "code without label", code, text)
        elif label in seen:
            text = f"{name}: the codes {seen[label]!r} and {code!r} share the label {label!r}."
            yield Finding(name, "label twice", code, text)
        seen.setdefault(label, code)


def _value_findings(variable: Variable, values: Collection[Code]) -> Iterator[Finding]:
    """Yield labels whose code never occurs and, for categories, values that lack a label."""
    name, missing = variable.name, {item.code for item in variable.missing}
    for code, label in variable.value_labels.items():
        if code not in values:
            text = f"{name}: {code!r} ({label}) is labelled but never occurs in the data."
            yield Finding(name, "label without code", code, text)
    if variable.measure == "scale":
        return
    known = missing | set(variable.value_labels)
    for code in sorted((value for value in values if value not in known), key=_order):
        text = (
            f"{name}: the value {code!r} occurs but has no label. Add one, or declare it missing."
        )
        yield Finding(name, "code without label", code, text)


def _order(code: Code) -> tuple[bool, float, str]:
    """Order numbers before texts."""
    return (isinstance(code, str), 0 if isinstance(code, str) else code, str(code))
