"""How wide a text is, so that nothing is clipped and no label covers another."""

import json
from functools import cache
from pathlib import Path

WIDTHS = Path(__file__).parent / "fonts" / "embed" / "widths.json"
UNKNOWN = 1.0  # em; a script outside the table is given room to spare


@cache
def _widths(weight: str) -> dict[str, float]:
    table: dict[str, dict[str, float]] = json.loads(WIDTHS.read_text(encoding="utf-8"))
    return table[weight]


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Width in pixels of the widest line of a text, without kerning."""
    widths = _widths("600" if bold else "400")
    return max(size * sum(widths.get(c, UNKNOWN) for c in line) for line in text.split("\n"))


def wrap(text: str, width: float, size: float, bold: bool = False, lines: int = 3) -> str:
    """Break a text at spaces into lines no wider than `width`; a longer text ends in "…".

    A word that is too wide alone is broken inside, so that the result always fits.
    """
    done: list[str] = []
    line = ""
    for word in _pieces(text, width, size, bold):
        longer = f"{line} {word}".strip()
        if text_width(longer, size, bold) <= width or not line:
            line = longer
        else:
            done.append(line)
            line = word
    done.append(line)
    if len(done) > lines:
        last = done[lines - 1]
        while last and text_width(last + "…", size, bold) > width:
            last = last[:-1]
        done = [*done[: lines - 1], last.rstrip() + "…"]
    return "\n".join(done)


def fits(text: str, width: float, size: float, bold: bool, lines: int) -> bool:
    """Whether a text can be wrapped in so many lines with no word broken and nothing left out."""
    wrapped = wrap(text, width, size, bold, lines=99)
    whole = wrapped.replace("\n", " ") == text
    return whole and wrapped.count("\n") < lines


def _pieces(text: str, width: float, size: float, bold: bool) -> list[str]:
    pieces: list[str] = []
    for word in text.split(" "):  # a no-break space holds
        rest = word
        while text_width(rest, size, bold) > width and len(rest) > 1:
            cut = len(rest) - 1
            while cut > 1 and text_width(rest[:cut] + "-", size, bold) > width:
                cut -= 1
            pieces.append(rest[:cut] + "-")
            rest = rest[cut:]
        pieces.append(rest)
    return pieces
