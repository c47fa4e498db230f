"""Pictures and downloads: addresses of their own, so that pages stay quick."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext

from samling import __version__
from samling.charts import Size, render_png, render_svg, spec, svg_policy
from samling.documents import to_csv, to_xlsx
from samling.indicators.presenting import figures, jsonstat, tables
from samling.indicators.presenting.figures import Picture
from samling.indicators.queries import Published
from samling.indicators.views.choosing import (
    indicator_or_404,
    of_release,
    published_or_404,
    published_page,
)
from samling.ui.pictures import size_asked

TYPES = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
KEEP_SECONDS = 3600


@published_page
@of_release
def diagram(
    request: HttpRequest,
    data: Published,
    kind: str,
    indicator: str,
    area: str,
    period: str,
    breakdown: str,
    ending: str,
) -> HttpResponse:
    """A chart as an image. The address names its release, so that it never changes."""
    picture = Picture(kind, indicator, area, period, breakdown)
    drawn = _spec_or_404(data, picture, size_asked(request))
    place = _place(drawn, ending)
    if not place.exists():
        _keep(place, render_svg(drawn).encode() if ending == "svg" else render_png(drawn))
    response = HttpResponse(place.read_bytes(), content_type=TYPES[ending])
    if ending == "svg":
        response["Content-Security-Policy"] = svg_policy()
    response["Cache-Control"] = f"max-age={KEEP_SECONDS}"
    return response


@published_page
def download(request: HttpRequest, study: str, code: str, ending: str) -> HttpResponse:
    """One indicator's published figures as CSV, Excel or JSON-stat 2."""
    return _file(published_or_404(study), code, ending)


@published_page
@of_release
def download_of_release(
    request: HttpRequest, data: Published, code: str, ending: str
) -> HttpResponse:
    """The same of one release, at an address that can be cited."""
    return _file(data, code, ending)


def _file(data: Published, code: str, ending: str) -> HttpResponse:
    study = data.study.study
    indicator = indicator_or_404(data, code)
    if ending == "json":
        content = jsonstat.dataset(data, indicator)
    else:
        table = tables.file_table(data, indicator)
        content = to_csv(table) if ending == "csv" else to_xlsx(table)
    response = HttpResponse(content, content_type=TYPES[ending])
    name = f"{study}-{code}-{data.release.number}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _spec_or_404(data: Published, picture: Picture, size: Size) -> dict[str, Any]:
    try:
        chart = figures.draw(data, picture)
    except figures.NothingToDrawError:
        raise Http404(gettext("Det finns inget diagram på den adressen.")) from None
    return spec(chart, figures.chart_language(), size)


def _place(drawn: dict[str, Any], ending: str) -> Path:
    """Where the picture is kept: named by all that is drawn, so that it is never out of date."""
    name = hashlib.sha256(json.dumps([__version__, drawn]).encode()).hexdigest()
    return Path(settings.SAMLING_DATA) / "cache" / "diagrams" / name[:2] / f"{name}.{ending}"


def _keep(place: Path, content: bytes) -> None:
    """Write beside and rename, so that no one reads half a picture."""
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_name(f"{place.name}.{hashlib.sha256(content).hexdigest()[:8]}")
    beside.write_bytes(content)
    beside.replace(place)
