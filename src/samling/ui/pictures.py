"""Which layout of a chart a screen is given: rooms with charts of their own ask here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest

from samling.charts import Size
from samling.ui.components import Drawing

ASKED: Final[dict[str, Size]] = {"liten": "narrow", "mellan": "medium"}
"""What an address asks for by `storlek`, and the layout that it gets."""
UP_TO: Final[dict[str, int]] = {"liten": 40, "mellan": 62}
"""The widest screen, in rem, that is given the layout; the style sheet turns at the same widths."""


def size_asked(request: HttpRequest) -> Size:
    """The layout that the address asks for; the wide one unless it says another that there is."""
    return ASKED.get(request.GET.get("storlek", ""), "wide")


def smaller(address: str, measured: Callable[[Size], tuple[int, int]]) -> tuple[Drawing, ...]:
    """The layouts of a picture for smaller screens; `measured` gives width and height of each."""
    joint = "&" if "?" in address else "?"
    return tuple(
        Drawing(f"{address}{joint}storlek={word}", *measured(size), up_to=UP_TO[word])
        for word, size in ASKED.items()
    )
