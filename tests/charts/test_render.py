"""The images: well-formed, self-contained, alike each time, and with their text in them."""

import base64
import hashlib
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest

from charts.figures_drawn import ABOUT, BARS, KINDS, MAP
from charts.png_reader import darkness
from samling.charts import GroupBars, Row, render_png, render_svg, spec, svg_policy
from samling.charts.render import FONTS
from samling.charts.sheet import FONT_FAMILY

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg):
    found = ET.fromstring(svg).iter(f"{SVG}text")  # noqa: S314 - our own output
    return ["".join(element.itertext()) for element in found]


@pytest.mark.parametrize("size", ["wide", "medium", "narrow"])
@pytest.mark.parametrize("kind", KINDS)
def test_an_svg_is_one_image_that_needs_nothing_and_runs_nothing(kind, size):
    drawn = spec(KINDS[kind], "sv", size)
    svg = render_svg(drawn)
    root = ET.fromstring(svg)  # noqa: S314 - our own output
    assert (root.get("role"), root.get("aria-label")) == ("img", drawn["description"])
    assert root.get("lang") == "sv"
    assert root.get("width") == {"wide": "960", "medium": "720", "narrow": "340"}[size]
    assert root.find(f"{SVG}desc").text == drawn["description"]
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags.isdisjoint({"script", "foreignObject", "image", "a", "use"})
    names = {name for element in root.iter() for name in element.attrib}
    assert not [name for name in names if name.endswith("href") or name.startswith("on")]
    assert addresses(svg) <= {"data:font/woff2", "#hatch"}
    assert len(svg.encode()) < 80_000


def addresses(svg):
    """Where url(...) points, and that no address of a network is named besides namespaces."""
    plain = svg.replace("http://www.w3.org/2000/svg", "").replace(
        "http://www.w3.org/1999/xlink", ""
    )
    assert "//" not in "".join(part.split(")", 1)[-1] for part in plain.split("url("))
    return {part.split(")")[0].split(";")[0] for part in plain.split("url(")[1:]}


@pytest.mark.parametrize("kind", KINDS)
def test_every_text_of_the_spec_is_in_the_svg_in_the_family_that_lies_in_the_folder(kind):
    drawn = spec(KINDS[kind], "sv", "wide")
    wanted = [
        row["text"].replace("\n", "")
        for layer in drawn["layer"]
        if layer["mark"]["type"] == "text"
        for row in layer["data"]["values"]
    ]
    svg = render_svg(drawn)
    printed = texts(svg)
    assert [text for text in wanted if text not in printed] == []
    families = {e.get("font-family") for e in ET.fromstring(svg).iter(f"{SVG}text")}  # noqa: S314
    assert families == {f"{FONT_FAMILY}, sans-serif"}


def test_the_policy_of_a_chart_allows_its_own_style_and_nothing_else():
    root = ET.fromstring(render_svg(spec(BARS)))  # noqa: S314 - our own output
    style = root.find(f"{SVG}style").text
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert svg_policy() == f"default-src 'none'; style-src 'sha256-{digest}'; font-src data:"


def test_axis_numbers_follow_the_language():
    figure = GroupBars(
        replace(ABOUT, unit=replace(ABOUT.unit, percent=False, name="per 100 000")),
        (Row("Länet", 1250.5),),
    )
    assert "1\u00a0500" in texts(render_svg(spec(figure, "sv")))
    assert "1,500" in texts(render_svg(spec(figure, "en")))


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_figure_gives_the_same_bytes(kind):
    drawn = spec(KINDS[kind], "sv", "narrow")
    assert render_svg(drawn) == render_svg(spec(KINDS[kind], "sv", "narrow"))
    assert render_png(drawn, 1) == render_png(drawn, 1)


def test_hidden_areas_are_hatched_and_only_they():
    assert render_svg(spec(MAP)).count("url(#hatch)") == 2  # the area and the key
    shown = replace(MAP, areas=tuple(replace(a, value=a.value or 60) for a in MAP.areas))
    assert "hatch" not in render_svg(spec(shown))


def test_a_hidden_row_has_no_bar_and_its_name_is_beside_the_mark():
    root = ET.fromstring(render_svg(spec(BARS)))  # noqa: S314 - our own output
    labels = {e.get("aria-label") for e in root.iter() if e.get("aria-roledescription") == "bar"}
    assert labels == {
        "Östra länsdelen: 71\u00a0% (65–77)",
        "Ånga & Åby: 58\u00a0% (56–60)",
    }


@pytest.mark.parametrize("kind", KINDS)
def test_a_png_has_its_text_in_it(kind):
    """The foot of the sheet holds only text, and the lines of a missing font would be empty."""
    drawn = spec(KINDS[kind], "sv", "narrow")
    dark = darkness(render_png(drawn, 1))
    foot = int(drawn["padding"]["top"] + drawn["height"]) + 60
    padding = drawn["padding"]
    assert dark.shape == (
        round(drawn["height"] + padding["top"] + padding["bottom"]),
        340,
    )
    ink = np.flatnonzero(dark[min(foot, dark.shape[0] - 30) :].max(axis=0) > 0.3)
    assert len(ink) > 60
    assert ink[0] < 20


def test_a_png_is_as_many_times_larger_as_its_scale():
    drawn = spec(BARS, "sv", "narrow")
    one, two = (darkness(render_png(drawn, scale)).shape for scale in (0.5, 1))
    assert two == (2 * one[0], 2 * one[1])


def test_nothing_is_drawn_outside_the_sheet():
    """A margin of four pixels (two at half scale) stays empty: a cut label reaches the edge."""
    for kind, figure in KINDS.items():
        for size in ("wide", "medium", "narrow"):
            dark = darkness(render_png(spec(figure, "sv", size), 0.5))
            edge = max(dark[:, :2].max(), dark[:, -2:].max(), dark[:2].max(), dark[-2:].max())
            assert edge == 0, (kind, size)


def test_the_fonts_that_are_registered_and_embedded_lie_in_the_package():
    names = sorted(path.name for path in FONTS.rglob("*") if path.suffix in {".ttf", ".woff2"})
    assert {"Inter-Regular.ttf", "Inter-SemiBold.ttf", "inter-400.woff2", "inter-600.woff2"} <= set(
        names
    )
