"""A spec becomes an image: SVG with its own small font inside, or PNG of the same drawing.

An SVG used by <img> cannot load the page's fonts, so a subset of the font (Latin letters, 24 kB)
travels inside it as data. An <img> runs no script and loads nothing, and the file holds neither
script nor any address, so a page's Content-Security-Policy need only allow images from 'self'.
"""

import base64
import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

import vl_convert

from samling.charts import palette
from samling.charts.sheet import FONT_FAMILY

VEGA_LITE: Final = "6.4"
FONTS: Final = Path(__file__).parent / "fonts"
HATCH_ID: Final = "hatch"


def render_svg(spec: dict[str, Any]) -> str:
    """The spec as one self-contained SVG; equal specs give equal bytes."""
    return _framed(_drawn(spec), spec, f"<style>{_font_faces()}</style>")


def render_png(spec: dict[str, Any], scale: float = 2) -> bytes:
    """The spec as PNG, `scale` pixels to each pixel of the sheet."""
    png: bytes = vl_convert.svg_to_png(_framed(_drawn(spec), spec, ""), scale=scale)
    return png


def _drawn(spec: dict[str, Any]) -> str:
    _register_fonts()
    svg: str = vl_convert.vegalite_to_svg(json.dumps(spec), vl_version=VEGA_LITE)
    return svg


@cache
def _register_fonts() -> None:
    vl_convert.register_font_directory(str(FONTS))


@cache
def _font_faces() -> str:
    rules = []
    for weight in (400, 600):
        data = base64.b64encode((FONTS / "embed" / f"inter-{weight}.woff2").read_bytes()).decode()
        source = f"url(data:font/woff2;base64,{data})"
        rules.append(f"@font-face{{font-family:{FONT_FAMILY};font-weight:{weight};src:{source}}}")
    return "".join(rules)


def svg_policy() -> str:
    """The Content-Security-Policy that a chart's own address may send.

    Only a reader who opens the SVG by itself needs it: it allows the one style that holds the
    font, by its hash, and nothing else. Without it that reader gets a font of the system.
    """
    digest = base64.b64encode(hashlib.sha256(_font_faces().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; font-src data:"


def _framed(svg: str, spec: dict[str, Any], style: str) -> str:
    """Name the image, say its language, and add what Vega cannot draw: font and hatching."""
    start, rest = svg.split(">", 1)
    description = str(spec["description"])
    language = str(spec["usermeta"]["language"])
    start += (
        f' role="img" aria-label={quoteattr(description)} lang="{language}" xml:lang="{language}"'
    )
    defs = _hatching() if f'fill="{palette.HATCH}"' in rest else ""
    body = rest.replace(f'fill="{palette.HATCH}"', f'fill="url(#{HATCH_ID})"')
    return f"{start}><desc>{escape(description)}</desc>{style}{defs}{body}"


def _hatching() -> str:
    line = f'<path d="M-1,7L7,-1M-1,1L1,-1M5,7L7,5" stroke="{palette.HIDDEN}" stroke-width="0.8"/>'
    paper = f'<rect width="6" height="6" fill="{palette.PAPER}"/>'
    size = 'width="6" height="6" patternUnits="userSpaceOnUse"'
    return f'<defs><pattern id="{HATCH_ID}" {size}>{paper}{line}</pattern></defs>'
