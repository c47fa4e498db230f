"""The palette keeps its contrast, computed as WCAG 2.2 defines it."""

import re
from pathlib import Path

import pytest

import samling.ui

STATIC = Path(samling.ui.__file__).parent / "static" / "ui"
TOKEN = re.compile(r"(--ds-color-[a-z0-9-]+):\s*(#[0-9a-fA-F]{3,6})\b")
COLOURS = ("accent", "neutral", "info", "success", "warning", "danger")
BACKGROUNDS = ("background-default", "background-tinted", "surface-default", "surface-tinted")


def tokens() -> dict[str, str]:
    """Every colour as the page gets it: the theme's, then the region's over them."""
    theme = (STATIC / "vendor" / "designsystemet-theme.css").read_text("utf-8")
    region = (STATIC / "brand" / "samling-tokens.css").read_text("utf-8")
    return dict(TOKEN.findall(theme)) | dict(TOKEN.findall(region))


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(d * 2 for d in digits) if len(digits) == 3 else digits
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_wcag_does():
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    # The grey that is known as the lightest one to pass on white.
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)
    assert contrast("#777777", "#ffffff") < 4.5


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("background", BACKGROUNDS)
@pytest.mark.parametrize("text", ["text-default", "text-subtle"])
def test_text_on_its_own_backgrounds(colour, background, text):
    palette = tokens()
    ratio = contrast(
        palette[f"--ds-color-{colour}-{text}"], palette[f"--ds-color-{colour}-{background}"]
    )
    assert ratio >= 4.5, f"{colour} {text} on {background}: {ratio:.2f}:1"


@pytest.mark.parametrize("text", ["text-default", "text-subtle"])
@pytest.mark.parametrize("background", BACKGROUNDS)
def test_neutral_text_on_accent_backgrounds(text, background):
    palette = tokens()
    ratio = contrast(
        palette[f"--ds-color-neutral-{text}"], palette[f"--ds-color-accent-{background}"]
    )
    assert ratio >= 4.5, f"neutral {text} on accent {background}: {ratio:.2f}:1"


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("base", ["base-default", "base-hover", "base-active"])
def test_text_on_filled_buttons_and_footer(colour, base):
    palette = tokens()
    ratio = contrast(
        palette[f"--ds-color-{colour}-base-contrast-default"],
        palette[f"--ds-color-{colour}-{base}"],
    )
    assert ratio >= 4.5, f"{colour} contrast text on {base}: {ratio:.2f}:1"


@pytest.mark.parametrize("colour", COLOURS)
def test_borders_of_controls_are_seen(colour):
    palette = tokens()
    ratio = contrast(palette[f"--ds-color-{colour}-border-default"], "#ffffff")
    assert ratio >= 3, f"{colour} border: {ratio:.2f}:1"


def test_focus_is_seen_on_light_and_dark():
    palette = tokens()
    footer = palette["--ds-color-accent-base-active"]
    assert contrast(palette["--ds-color-focus-outer"], "#ffffff") >= 3
    assert contrast(palette["--ds-color-focus-inner"], footer) >= 3


def test_the_region_sets_all_sixteen_steps_of_both_colours():
    theme = (STATIC / "vendor" / "designsystemet-theme.css").read_text("utf-8")
    region = (STATIC / "brand" / "samling-tokens.css").read_text("utf-8")
    steps = {name for name, _ in TOKEN.findall(theme) if re.search("-(accent|neutral)-", name)}
    ours = {name for name, _ in TOKEN.findall(region) if "focus" not in name}
    assert ours == steps
    assert len(steps) == 32
