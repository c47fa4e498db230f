"""From texts to typed columns; every decision that had an exception is told in a note."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from samling.questionnaire.codebook import VariableType
from samling.surveys.microdata.model import Note
from samling.surveys.microdata.shapes import Mask, Shapes, TextColumn, plain_minus, shapes_of

_LONGEST_INTEGER = 18


@dataclass(frozen=True)
class TypedColumn:
    """A column with its type. `words` counts the declared missing words that were taken out."""

    name: str
    values: pa.Array
    type: VariableType
    notes: tuple[Note, ...] = ()
    words: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Evidence:
    """A column, its looks, the rows that decide, and the missing words among the rest."""

    column: TextColumn
    shapes: Shapes
    declared: Mask
    rest: Mask  # neither empty, nor a missing word, nor declared missing in words

    @property
    def exceptions(self) -> Mask:
        """Known missing words among values that are something else."""
        return self.shapes.known_missing & ~self.declared


def typed_columns(
    columns: Sequence[TextColumn],
    decimal: str | None,
    *,
    keep_text: Collection[str] = (),
    missing_words: Mapping[str, Collection[str]] | None = None,
) -> tuple[list[TypedColumn], list[Note]]:
    """Decide the type of each column of a file, and the file's decimal sign.

    `keep_text` names columns that stay text; `missing_words` gives for a variable the codes
    that were declared missing. Returns the columns and the notes about the whole file.
    """
    declared = missing_words or {}
    evidence = [_evidence(column, declared.get(column.name, ())) for column in columns]
    sign, notes = _decimal_sign(evidence, decimal)
    typed = [_typed(item, sign, decimal, item.column.name in keep_text) for item in evidence]
    return typed, notes


def _evidence(column: TextColumn, declared: Collection[str]) -> _Evidence:
    """Look at a column; declared missing codes that are numbers are judged like any number."""
    shapes = shapes_of(column)
    words = pa.array(list(declared), pa.string())
    is_declared = np.asarray(pc.is_in(column.distinct, words), dtype=bool)
    is_declared &= ~shapes.numeric
    rest = ~(shapes.empty | shapes.known_missing | is_declared)
    return _Evidence(column, shapes, is_declared, rest)


def _decimal_sign(evidence: Sequence[_Evidence], told: str | None) -> tuple[str | None, list[Note]]:
    """Return the file's decimal sign, or None when nothing in the file shows which it is."""
    if told:
        return told, [Note(None, f"Decimal sign {told!r} (as told).")]
    names: dict[str, list[str]] = {",": [], ".": []}
    for item in evidence:
        looks, rest = item.shapes, item.rest
        if rest.any() and bool((looks.numeric | looks.grouped)[rest].all()):
            if (looks.comma & ~looks.thousands)[rest].any():
                names[","].append(item.column.name)
            if (looks.point & ~looks.thousands)[rest].any():
                names["."].append(item.column.name)
    found = [sign for sign, columns in names.items() if columns]
    if len(found) == 1:
        return found[0], [Note(None, f"Decimal sign {found[0]!r}.")]
    if not found:
        return _unclear_sign(evidence)
    text = f"Decimal comma in {_some(names[','])}, decimal point in {_some(names['.'])}."
    return None, [Note(None, text + " Each column was read by its own sign.")]


def _unclear_sign(evidence: Sequence[_Evidence]) -> tuple[str | None, list[Note]]:
    """Read 1.234 as a decimal when nothing speaks against it, and say so."""
    for item in evidence:
        point = item.shapes.point & item.rest
        if point.any() and item.shapes.numeric[item.rest].all():
            example = item.column.first(point)[1]
            text = f"Decimal sign '.': {example!r} in {item.column.name} was read as a decimal."
            return ".", [Note(None, text)]
    return None, []


def _typed(item: _Evidence, sign: str | None, told: str | None, keep_text: bool) -> TypedColumn:
    """Decide one column's type."""
    looks, rest = item.shapes, item.rest
    if keep_text:
        return _as_text(item, "kept as text, as told.")
    if not rest.any():
        return _without_values(item)
    if looks.boolean[rest].all():
        return _converted(item, _booleans(item), "boolean")
    if looks.date[rest].all():
        return _as_date(item)
    if looks.numeric[rest].all():
        return _as_number(item, sign, told)
    return _as_text(item, _why_text(item))


def _as_number(item: _Evidence, sign: str | None, told: str | None) -> TypedColumn:
    """Decide a column whose values all look like numbers."""
    looks, rest, column = item.shapes, item.rest, item.column
    if looks.leading_zero[rest].any():
        _, example = column.first(looks.leading_zero & rest)
        return _as_text(item, f"digits with leading zeros, such as {example!r}, kept as text.")
    if looks.integer[rest].all():
        lengths = np.asarray(pc.utf8_length(column.distinct))
        if int(lengths[rest].max()) > _LONGEST_INTEGER:
            return _as_text(item, "numbers too long for a whole number, kept as text.")
        return _converted(item, _numbers(item, ".").cast(pa.int64()), "integer")
    comma, point = (looks.comma & rest).any(), (looks.point & rest).any()
    if comma and point:
        return _as_text(item, _mixed(item))
    own = "," if comma else "."
    fraction = (looks.comma | looks.point) & rest
    row, example = column.first(fraction)
    if told not in (own, None):
        why = f"row {row} holds {example!r} though the decimal sign is {told!r}: kept as text."
        return _as_text(item, why)
    if looks.thousands[fraction].all() and (sign or ".") != own:
        why = f"{example!r} can be a decimal or thousands: kept as text. Say the decimal sign."
        return _as_text(item, why)
    return _converted(item, _numbers(item, own).cast(pa.float64()), "number")


def _numbers(item: _Evidence, sign: str) -> pa.Array:
    """Return the deciding values as texts that Arrow can read as numbers, the others null."""
    texts = plain_minus(item.column.distinct)
    if not item.rest.all():
        texts = pc.if_else(pa.array(item.rest), texts, pa.scalar(None, pa.string()))
    if (item.shapes.spaced & item.rest).any():
        texts = pc.replace_substring_regex(texts, r"[ \x{00A0}\x{202F}]", "")
    if pc.any(pc.starts_with(texts, "+")).as_py():
        texts = pc.replace_substring_regex(texts, r"^\+", "")
    return pc.replace_substring(texts, ",", ".") if sign == "," else texts


def _booleans(item: _Evidence) -> pa.Array:
    """Return true, false or null for each distinct value."""
    lower = pc.utf8_lower(item.column.distinct)
    return pc.if_else(pa.array(item.rest), pc.equal(lower, "true"), pa.scalar(None, pa.bool_()))


def _as_date(item: _Evidence) -> TypedColumn:
    """Decide a column whose values all look like ISO dates; an impossible day keeps it text."""
    texts = pc.if_else(pa.array(item.rest), item.column.distinct, pa.scalar(None, pa.string()))
    days = pc.strptime(texts, format="%Y-%m-%d", unit="s", error_is_null=True)
    back = pc.strftime(days, format="%Y-%m-%d")
    wrong = np.asarray(pc.equal(back, texts).fill_null(False), dtype=bool)
    impossible = ~wrong & item.rest
    if impossible.any():
        row, example = item.column.first(impossible)
        return _as_text(item, f"row {row} holds {example!r}, which is no date: kept as text.")
    return _converted(item, days.cast(pa.date32()), "date")


def _converted(item: _Evidence, values: pa.Array, kind: VariableType) -> TypedColumn:
    """Return a typed column with its notes on missing words, spaces and signs."""
    column, said = item.column, []
    exceptions = item.exceptions
    if exceptions.any():
        words = _some(
            [repr(word) for word in column.distinct.filter(pa.array(exceptions)).to_pylist()]
        )
        said.append(f"{column.count(exceptions)} cells with {words} read as missing.")
    spaced = item.shapes.spaced & item.rest
    if spaced.any():
        said.append(
            f"spaces between thousands, as in {column.first(spaced)[1]!r}, read as one number."
        )
    notes = tuple(Note(column.name, text) for text in said)
    return TypedColumn(column.name, column.spread(values), kind, notes, _word_counts(item))


def _as_text(item: _Evidence, why: str | None) -> TypedColumn:
    """Return a column of texts, empty ones null."""
    column = item.column
    said = [why] if why else []
    if column.padded:
        said.append("spaces around the texts were removed.")
    keep = ~item.shapes.empty
    texts = pc.if_else(pa.array(keep), column.distinct, pa.scalar(None, pa.string()))
    notes = tuple(Note(column.name, text) for text in said)
    return TypedColumn(column.name, column.spread(texts), "text", notes)


def _without_values(item: _Evidence) -> TypedColumn:
    """Return a column that holds nothing but empty cells and words for missing."""
    if (item.exceptions | item.declared).any():
        words = item.column.distinct.filter(pa.array(item.exceptions | item.declared)).to_pylist()
        return _as_text(item, f"holds only {_some([repr(word) for word in words])}, kept as text.")
    return _as_text(item, "every cell is empty; read as text.")


def _why_text(item: _Evidence) -> str | None:
    """Say why a column that nearly is something else, is text; None for ordinary text."""
    looks, rest, column = item.shapes, item.rest, item.column
    if (looks.grouped | looks.numeric)[rest].all():
        _, example = column.first(looks.grouped & rest)
        return f"{example!r} has signs between thousands: kept as text. Write plain numbers."
    for mask, words in ((looks.numeric, "numbers"), (looks.date, "dates")):
        share = column.count(mask & rest) / max(1, column.count(rest))
        if share >= 0.5:
            row, example = column.first(rest & ~mask)
            return (
                f"{column.count(mask & rest)} of {column.count(rest)} values are {words}, "
                f"but row {row} holds {example!r}: kept as text."
            )
    if (looks.other_date | looks.date)[rest].all():
        _, example = column.first(looks.other_date & rest)
        return f"{example!r} looks like a date but not as YYYY-MM-DD: kept as text."
    return None


def _mixed(item: _Evidence) -> str:
    """Say that a column uses both decimal signs."""
    row_c, comma = item.column.first(item.shapes.comma & item.rest)
    row_p, point = item.column.first(item.shapes.point & item.rest)
    return f"row {row_c} holds {comma!r} and row {row_p} {point!r}: kept as text. Use one sign."


def _word_counts(item: _Evidence) -> dict[str, int]:
    """Return how many rows hold each declared missing word."""
    if not item.declared.any():
        return {}
    counts: dict[str, int] = {}
    for place in np.flatnonzero(item.declared):
        mask = np.zeros(len(item.declared), dtype=bool)
        mask[place] = True
        word = item.column.distinct[int(place)].as_py()
        counts[word] = counts.get(word, 0) + item.column.count(mask)
    return counts


def _some(names: Sequence[str]) -> str:
    """Return the first few names as words."""
    shown = ", ".join(names[:5])
    return f"{shown} and {len(names) - 5} more" if len(names) > 5 else shown
