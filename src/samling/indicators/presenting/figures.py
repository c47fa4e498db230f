"""Published figures as pictures in a frame. Each has an address that names its release."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import get_args

from django.urls import reverse
from django.utils.translation import gettext

from samling.charts import Language, Size, describe, extent, spec
from samling.indicators.presenting import labels
from samling.indicators.presenting.drawings import NothingToDrawError, Picture, draw
from samling.indicators.queries import Published
from samling.ui import components
from samling.ui.pictures import smaller

__all__ = ["NothingToDrawError", "Picture", "address", "chart_language", "draw", "figure"]


def address(data: Published, picture: Picture, ending: str = "svg") -> str:
    """A picture's address in the active language."""
    return reverse(
        "indicators:diagram",
        args=[
            data.study.study,
            data.release.number,
            picture.kind,
            picture.indicator,
            picture.area,
            picture.period,
            picture.breakdown,
            ending,
        ],
    )


def figure(
    data: Published,
    picture: Picture,
    caption: str,
    *,
    subtitle: str = "",
    table: components.Table | None = None,
) -> components.Figure:
    """A picture in its frame, with text alternative, table and download.

    Raises NothingToDrawError when the picture names nothing published.
    """
    seen = partial(_seen, data, picture, chart_language())
    alternative, (width, height) = _described(data, picture, chart_language()), seen("wide")
    parts = (picture.kind, picture.indicator, picture.area, picture.breakdown)
    return components.Figure(
        key="-".join(["figur", *(part.replace("*", "-") for part in parts if part != "-")]),
        caption=caption,
        address=address(data, picture),
        smaller=smaller(address(data, picture), seen),
        alternative=alternative,
        width=width,
        height=height,
        subtitle=subtitle,
        table=table,
        downloads=(components.Link(gettext("Bild (PNG)"), address(data, picture, "png")),),
        source=labels.text(data.study.source.text),
        example=data.study.example_data,
    )


def figure_or_none(
    data: Published,
    picture: Picture,
    caption: str,
    *,
    subtitle: str = "",
    table: components.Table | None = None,
) -> components.Figure | None:
    """A picture in its frame, or None where there is nothing to draw (an area without outline)."""
    try:
        return figure(data, picture, caption, subtitle=subtitle, table=table)
    except NothingToDrawError:
        return None


@lru_cache(maxsize=2048)
def _described(data: Published, picture: Picture, language: Language) -> str:
    """A picture's text alternative; its release never changes."""
    return describe(draw(data, picture), language)


@lru_cache(maxsize=3 * 2048)
def _seen(data: Published, picture: Picture, language: Language, size: Size) -> tuple[int, int]:
    """Width and height of a picture in one of its layouts."""
    return extent(spec(draw(data, picture), language, size))


def forget() -> None:
    """Describe and measure every picture anew: names on it may have changed."""
    _described.cache_clear()
    _seen.cache_clear()


def chart_language() -> Language:
    """The active language as charts know it."""
    return next(code for code in get_args(Language) if code == labels.language())
