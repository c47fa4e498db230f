"""Colours for every chart, and the arithmetic that lets tests hold them to WCAG.

A colour never carries a meaning alone: series also differ by shape and by a printed name, map
classes by the printed value, statuses by shape and word.
"""

INK = "#1a1d21"  # text that must be read
QUIET = "#5b6470"  # text and rules that may be read
GRID = "#e3e7eb"  # grid lines: decoration only
PAPER = "#ffffff"
BAR = "#3f7cac"  # an ordinary row
BAR_HIGHLIGHT = "#0b3c5d"  # the row that the page is about
HIDDEN = "#69717b"  # ".." and hatching
EXAMPLE = "#a8320a"  # the words "Exempeldata"
BETTER, WORSE, SIMILAR = "#00776a", "#b3420a", "#333a42"

# Each is at least 4.5:1 on white, since names are written in them, and every pair stays apart
# without red or green cones.
SERIES = ("#1668c0", "#c24e00", "#6e1423", "#007583", "#0b3c6f")
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross")

# From few to many. The outline of an area, not its fill, sets it off from the paper.
CLASSES = ("#dcebf5", "#a9cde4", "#6aa5cb", "#2f76a8", "#0b3c5d")
# Categories of a distribution, from one end of the scale to the other.
STEPS = ("#0b3c5d", "#2f76a8", "#8fbddb", "#f0c89f", "#d07f33", "#8a3a06")
HATCH = "#c9ced4"  # fill of an area without a value; the renderer turns it into hatching


def luminance(colour: str) -> float:
    """Relative luminance of "#rrggbb" (WCAG 2.2), from 0 for black to 1 for white."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours (WCAG 2.2), from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def ink_on(fill: str) -> str:
    """The text colour, ink or paper, that is easiest to read on a fill."""
    return max((INK, PAPER), key=lambda ink: contrast(ink, fill))
