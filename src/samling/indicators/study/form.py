"""What is wrong of form in `study.yaml`, in words for people."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from samling.indicators.study.findings import Finding, Lines, Place, finding_at
from samling.indicators.study.schema import Study

_LONGEST = 120


def form_findings(errors: Iterable[ErrorDetails], lines: Lines) -> list[Finding]:
    """The errors of the schema; a field that is missing because it is misspelt is said once."""
    placed = [(error, _place(error, lines)) for error in errors]
    misspelt = {
        (*place[:-1], near)
        for error, place in placed
        if error["type"] == "extra_forbidden" and (near := _like(place)) is not None
    }
    return [
        finding_at(lines, place, *_words(error, place))
        for error, place in placed
        if error["type"] != "missing" or place not in misspelt
    ]


def _place(error: ErrorDetails, lines: Lines) -> Place:
    return tuple(
        part if isinstance(part, int) and (*error["loc"][:i], part) in lines else str(part)
        for i, part in enumerate(error["loc"])
        if part != "[key]"
    )


def _words(error: ErrorDetails, place: Place) -> tuple[str, str]:
    """Problem and mend."""
    said, found = error["msg"], _short(error["input"])
    match error["type"]:
        case "missing":
            return "Is missing.", f"Add `{place[-1]}:` here."
        case "extra_forbidden":
            return "Is not a field here.", _suggest(place)
        case "study":
            return said, error["ctx"]["mend"]
        case "value_error":
            mend = said.removeprefix("Value error, ")
            return f"Can't be {found}.", f"{mend[:1].upper()}{mend[1:]}."
        case "string_type" if isinstance(error["input"], int | float):
            return f"{found} is a number, not a text.", "Put it in quotation marks."
        case "string_pattern_mismatch":
            mend = "Use a-z, 0-9, _ and -, beginning with a letter."
            return f"{found} is not a code.", mend
        case "greater_than_equal":
            return f"{found} is too low.", f"Write {error['ctx']['ge']} or more."
        case "literal_error":
            return f"Can't be {found}.", _nearest(error)
        case "model_type" | "model_attributes_type":
            return f"Can't be {found}.", f"Write its fields: {', '.join(_fields_at(place))}."
        case _:
            return f"Can't be {found}.", f"{said.replace('Input', 'It').rstrip('.')}."


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _nearest(error: ErrorDetails) -> str:
    allowed = error["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
    near = difflib.get_close_matches(str(error["input"]), allowed, 1)
    return f"Did you mean `{near[0]}`?" if near else f"Use one of: {', '.join(allowed)}."


def _suggest(place: Place) -> str:
    near = _like(place)
    if near is not None:
        return f"Did you mean `{near}`?"
    return f"Remove it, or use one of: {', '.join(_fields_at(place[:-1]))}."


def _like(place: Place) -> str | None:
    """The field that a misspelt one was meant to be."""
    return next(iter(difflib.get_close_matches(str(place[-1]), _fields_at(place[:-1]), 1)), None)


def _fields_at(place: Place) -> list[str]:
    """The fields that a part of a study has."""
    model: Any = Study
    for part in place:
        # A part that is no field of the model is a number in a list or a key of the study's own.
        if part in model.model_fields:
            model = _model_in(model.model_fields[str(part)].annotation)
    return sorted(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in getattr(annotation, "__args__", ()):
        found = _model_in(part)
        if found:
            return found
    return None
