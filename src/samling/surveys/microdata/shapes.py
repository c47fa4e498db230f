"""What the texts of a column look like: the evidence that its type is decided on."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Mask = npt.NDArray[np.bool_]

# Texts that, alone among numbers or dates, are no answer. Every use of them is told in a note.
MISSING_WORDS = (
    "NA", "N/A", "#N/A", "#NULL!", "NULL", "null", "NaN", "nan", "None", ".", "..", "-", "–",
)  # fmt: skip
_SAMPLE_ROWS = 20_000
_SPACE = r"[ \x{00A0}\x{202F}]"
_WHOLE = rf"(\d+|\d{{1,3}}({_SPACE}\d{{3}})+)"
# A text has the first look that it matches.
_LOOKS = {
    "integer": rf"^[+-]?{_WHOLE}$",
    "point": rf"^[+-]?({_WHOLE}\.\d*|\.\d+|\d+(\.\d*)?[eE][+-]?\d+)$",
    "comma": rf"^[+-]?({_WHOLE},\d+|,\d+)$",
    "grouped": r"^[+-]?\d{1,3}((,\d{3})+\.\d+|(,\d{3}){2,}|(\.\d{3})+,\d+|(\.\d{3}){2,})$",
    "date": r"^\d{4}-\d{2}-\d{2}$",
    "other_date": r"^(\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([ T].*)?)$",
    "boolean": r"^(?i)(true|false)$",
}
# What is asked of numbers only.
_LEADING_ZERO = rf"^[+-]?0({_SPACE}|\d)"
_SPACED = rf"\d{_SPACE}\d"
_LONGEST_THOUSANDS = len("+123,456")
_THOUSANDS = r"^[+-]?\d{1,3}[.,]\d{3}$"


@dataclass(frozen=True)
class TextColumn:
    """A column of texts as its distinct values (white space around them removed).

    `index` is the place in `distinct` of each row, or None when every row stands for itself.
    """

    name: str
    distinct: pa.Array
    index: pa.Array | None
    padded: bool

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(self.distinct) if self.index is None else len(self.index)

    def count(self, mask: Mask) -> int:
        """Return how many rows hold one of the distinct values that are marked."""
        if self.index is None:
            return int(mask.sum())
        return int(mask[self.index.to_numpy()].sum())

    def first(self, mask: Mask) -> tuple[int, str]:
        """Return the number (from 1) and the text of the first row whose value is marked."""
        rows = mask if self.index is None else mask[self.index.to_numpy()]
        row = int(np.argmax(rows))
        place = row if self.index is None else self.index[row].as_py()
        return row + 1, self.distinct[place].as_py()

    def spread(self, values: pa.Array) -> pa.Array:
        """Return one value a row from one value a distinct text."""
        return values if self.index is None else values.take(self.index)


@dataclass(frozen=True)
class Shapes:
    """Which distinct values have which look; a value can have several."""

    empty: Mask
    known_missing: Mask
    integer: Mask
    point: Mask
    comma: Mask
    grouped: Mask
    date: Mask
    other_date: Mask
    boolean: Mask
    leading_zero: Mask  # 0480, 00.5
    spaced: Mask  # 12 345
    thousands: Mask  # 1,234 or 1.234: one sign and three digits

    @property
    def numeric(self) -> Mask:
        """Values that are numbers, whichever the decimal sign."""
        return self.integer | self.point | self.comma


def text_column(name: str, values: pa.ChunkedArray) -> TextColumn:
    """Return a column of texts, nulls as empty texts."""
    array = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], pa.string())
    array = array.fill_null("")
    index = None
    sample = array.slice(0, _SAMPLE_ROWS)
    if len(sample) > 0 and pc.count_distinct(sample).as_py() < 0.5 * len(sample):
        encoded = array.dictionary_encode()
        array, index = encoded.dictionary, encoded.indices
    trimmed = pc.utf8_trim_whitespace(array)
    return TextColumn(name, trimmed, index, not trimmed.equals(array))


def shapes_of(column: TextColumn) -> Shapes:
    """Look at every distinct value of a column."""
    texts = plain_minus(column.distinct)
    empty = np.asarray(pc.equal(texts, ""), dtype=bool)
    known = np.asarray(pc.is_in(column.distinct, pa.array(MISSING_WORDS)), dtype=bool)
    left = ~(empty | known)
    looks: dict[str, Mask] = {}
    for name, pattern in _LOOKS.items():
        looks[name] = _matching(texts, pattern, left)
        left = left & ~looks[name]
    numeric = looks["integer"] | looks["point"] | looks["comma"]
    short = np.asarray(pc.utf8_length(texts)) <= _LONGEST_THOUSANDS
    return Shapes(
        empty=empty,
        known_missing=known,
        **looks,
        leading_zero=_matching(texts, _LEADING_ZERO, numeric & _begins(texts, "0", "+0", "-0")),
        spaced=_matching(texts, _SPACED, numeric & _holds_space(texts)),
        thousands=_matching(texts, _THOUSANDS, (looks["point"] | looks["comma"]) & short),
    )


def _begins(texts: pa.Array, *starts: str) -> Mask:
    """Return which texts begin in one of these ways; much cheaper than a pattern."""
    found = [np.asarray(pc.starts_with(texts, start), dtype=bool) for start in starts]
    return np.asarray(np.any(found, axis=0), dtype=bool)


def _holds_space(texts: pa.Array) -> Mask:
    """Return which texts hold a space of any kind, as numbers with thousands do."""
    found = [np.asarray(pc.match_substring(texts, sign), dtype=bool) for sign in " \u00a0\u202f"]
    return np.asarray(np.any(found, axis=0), dtype=bool)


def plain_minus(texts: pa.Array) -> pa.Array:
    """Return the texts with the typographic minus sign replaced by the plain one."""
    if not pc.any(pc.match_substring(texts, "−")).as_py():
        return texts
    return pc.replace_substring(texts, "−", "-")


def _matching(texts: pa.Array, pattern: str, among: Mask) -> Mask:
    """Return which of the marked texts match; a column is often decided by its first look."""
    found = np.zeros(len(texts), dtype=bool)
    if among.any():
        chosen = texts if among.all() else texts.filter(pa.array(among))
        found[among] = np.asarray(pc.match_substring_regex(chosen, pattern), dtype=bool)
    return found
