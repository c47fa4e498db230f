"""Colours that hold for readers with low contrast sight and for colour-blind readers."""

from itertools import combinations, pairwise

import numpy as np
import pytest

from samling.charts import palette

# Machado, Oliveira and Fernandes (2009), full severity, for linear RGB.
SIGHT = {
    "full": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def seen(colour, sight):
    """CIE L*a*b* of a colour as it is seen (D65)."""
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    xyz = XYZ @ np.clip(SIGHT[sight] @ linear, 0, 1) / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def nearest(colours, sight):
    return min(
        float(np.linalg.norm(seen(a, sight) - seen(b, sight))) for a, b in combinations(colours, 2)
    )


def test_contrast_agrees_with_the_standards_own_examples():
    assert palette.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert palette.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("colour", [*palette.SERIES, palette.BAR, palette.BAR_HIGHLIGHT])
def test_marks_stand_out_from_the_paper(colour):
    assert palette.contrast(colour, palette.PAPER) >= 3


@pytest.mark.parametrize(
    "colour",
    [
        *palette.SERIES,
        palette.INK,
        palette.QUIET,
        palette.EXAMPLE,
        palette.BETTER,
        palette.WORSE,
        palette.SIMILAR,
        palette.HIDDEN,
    ],
)
def test_coloured_text_can_be_read(colour):
    assert palette.contrast(colour, palette.PAPER) >= 4.5


@pytest.mark.parametrize("fill", [*palette.CLASSES, *palette.STEPS])
def test_text_on_a_fill_can_be_read(fill):
    assert palette.contrast(palette.ink_on(fill), fill) >= 4.5


@pytest.mark.parametrize("sight", SIGHT)
def test_colours_that_stand_together_differ_for_every_kind_of_sight(sight):
    assert nearest(palette.SERIES, sight) >= 25
    assert nearest(palette.CLASSES, sight) >= 10
    assert nearest(palette.STEPS, sight) >= 10
    assert nearest([palette.BETTER, palette.WORSE, palette.SIMILAR], sight) >= 10


def test_classes_grow_darker_in_even_steps_of_more_than_a_glance():
    lightness = [seen(colour, "full")[0] for colour in palette.CLASSES]
    steps = [a - b for a, b in pairwise(lightness)]
    assert all(step >= 10 for step in steps)


def test_every_series_has_a_shape_of_its_own():
    assert len(set(palette.SHAPES)) == len(palette.SERIES)
