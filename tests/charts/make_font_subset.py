"""Makes src/samling/charts/fonts/embed: the small fonts that travel inside an SVG, and widths.

Run by hand when the font files change: `python tests/charts/make_font_subset.py`
with fontTools 4.68.0 and brotli 1.2.1 installed (neither is needed to run Samling or its tests).
"""

import json
from pathlib import Path

from fontTools import subset

FONTS = Path(__file__).parents[2] / "src" / "samling" / "charts" / "fonts"
WEIGHTS = {400: "Inter-Regular.ttf", 600: "Inter-SemiBold.ttf"}
CHARACTERS = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x100),
    *range(0x2010, 0x2016),
    *range(0x2018, 0x201E),
    *(0x2022, 0x2026, 0x2212),
]


def write_subset(weight: int, source: Path) -> dict[str, float]:
    """Write one WOFF2 and return each character's width in em."""
    options = subset.Options(layout_features=["kern"], hinting=False, flavor="woff2")
    font = subset.load_font(str(source), options)
    cmap, widths, em = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
    table = {chr(c): round(widths[cmap[c]][0] / em, 4) for c in CHARACTERS if c in cmap}
    cut = subset.Subsetter(options)
    cut.populate(unicodes=CHARACTERS)
    cut.subset(font)
    subset.save_font(font, str(FONTS / "embed" / f"inter-{weight}.woff2"), options)
    return table


def main() -> None:
    (FONTS / "embed").mkdir(exist_ok=True)
    tables = {weight: write_subset(weight, FONTS / name) for weight, name in WEIGHTS.items()}
    text = json.dumps(tables, ensure_ascii=False, indent=0, sort_keys=True)
    (FONTS / "embed" / "widths.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
