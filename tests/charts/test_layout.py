"""Measuring, wrapping, ticks and placing: nothing is clipped and nothing overlaps."""

from itertools import pairwise

import pytest
import vl_convert
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from charts.png_reader import ink_columns
from samling.charts.map_labels import place_labels
from samling.charts.measure import fits, text_width, wrap
from samling.charts.render import FONTS
from samling.charts.sheet import nice_ticks, spread_out, tick_decimals, value_ticks

WORDS = st.lists(st.sampled_from(["Nyköping", "å", "självskattad", "hälsa", "i"]), max_size=9)

PUBLISHED = st.integers(-(10**8), 10**8).map(lambda thousandths: thousandths / 1000)


def rendered_width(text, size, weight):
    """The width of a text's ink in the renderer's own PNG, margins of letters left out."""
    vl_convert.register_font_directory(str(FONTS))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="900" height="80">'
        f'<text x="10" y="50" font-family="Inter" font-size="{size}" font-weight="{weight}" '
        f'fill="#000">|{text}|</text></svg>'
    )
    dark = ink_columns(vl_convert.svg_to_png(svg, scale=1))
    return dark[-1] - dark[0]


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize(
    "text", ["Södermanlands län", "12\u00a0345,6\u00a0%", "Åker buss – (45–67)", "WWWMMM", "iiillj"]
)
def test_measured_widths_are_those_of_the_renderer(text, bold):
    found = rendered_width(text, 40, 600 if bold else 400)
    assert text_width(f"{text}|", 40, bold) == pytest.approx(found, rel=0.06)


@given(WORDS, st.floats(40, 300))
def test_wrapped_text_fits_and_loses_nothing(words, width):
    text = " ".join(words)
    wrapped = wrap(text, width, 13, lines=99)
    assert text_width(wrapped, 13) <= width
    assert wrapped.replace("-\n", "").replace("\n", "").replace(" ", "") == text.replace(" ", "")


@given(WORDS, st.floats(40, 300), st.integers(1, 3))
def test_too_long_a_text_ends_in_an_ellipsis_that_fits(words, width, lines):
    wrapped = wrap(" ".join(words), width, 13, lines=lines)
    assert wrapped.count("\n") < lines
    assert text_width(wrapped, 13) <= width


def test_a_no_break_space_is_never_broken():
    assert wrap("Flickor 58\u00a0%", 55, 13) == "Flickor\n58\u00a0%"
    assert fits("Flickor 58\u00a0%", 55, 13, False, 2)
    assert not fits("Självskattad", 30, 13, False, 9)


@given(PUBLISHED, PUBLISHED, st.integers(3, 8))
def test_ticks_are_few_even_and_cover_the_values(one, other, most):
    low, high = sorted((one, other))
    ticks = nice_ticks(low, high, most)
    span = ticks[-1] - ticks[0]
    assert 2 <= len(ticks) <= most + 1
    assert ticks[0] <= low + span * 1e-6
    assert ticks[-1] >= high - span * 1e-6
    steps = {round((b - a) / span, 6) for a, b in pairwise(ticks)}
    assert len(steps) == 1


def test_axes_as_people_would_draw_them():
    assert value_ticks([58, 77], True, True) == [0, 20, 40, 60, 80]
    assert value_ticks([91, 99], True, True) == [0, 20, 40, 60, 80, 100]
    assert value_ticks([6.1, 7.8], False, False) == [6, 6.5, 7, 7.5, 8]
    assert value_ticks([], True, True) == [0, 20, 40, 60, 80, 100]
    assert [tick_decimals(t) for t in ([0, 20], [6, 6.5], [0.25, 1])] == [0, 1, 2]


@given(st.lists(st.floats(0, 200), min_size=1, max_size=5))
def test_labels_moved_apart_do_not_overlap_and_keep_their_order(places):
    room = [20.0] * len(places)
    moved = spread_out(places, room, 212)
    ordered = sorted(range(len(places)), key=lambda i: (places[i], i))
    gaps = [moved[b] - moved[a] for a, b in pairwise(ordered)]
    assert all(gap >= 20 - 1e-9 for gap in gaps)
    assert max(moved) <= 202


def test_map_labels_do_not_cover_each_other_and_stay_on_the_sheet():
    shapes = [box(0, 0, 100, 100), box(100, 0, 130, 30), box(100, 30, 130, 60)]
    texts = ["Eskilstuna\n58\u00a0%", "Trosa\n71\u00a0%", "Oxelösund\n59\u00a0%"]
    bounds = (-10, -10, 260, 120)
    labels = place_labels(texts, shapes, bounds)
    rooms = [
        box(p.x - w / 2, p.y - 15, p.x + w / 2, p.y + 15)
        for p, w in ((p, text_width(p.text, 12, bold=True)) for p in labels)
    ]
    assert [p.text for p in labels] == texts
    assert labels[0].on_area
    assert labels[0].leader is None
    for i, room in enumerate(rooms):
        assert box(*bounds).contains(room)
        assert all(room.intersection(other).area == 0 for other in rooms[:i])
