"""Builds the vendored Designsystemet CSS from its unpacked npm package.

Designsystemet (MIT) comes as one file for every component, with icons as data: addresses. Our
Content-Security-Policy allows images from our own address only, so the icons become files of
their own, and only the components in `COMPONENTS` are taken.

To take a new version or another component: unpack the npm package `@digdir/designsystemet-css`
and run `python -m samling.ui.vendor_designsystemet PACKAGE_DIR`.
"""

import hashlib
import json
import re
import sys
from pathlib import Path
from urllib.parse import unquote

TARGET = Path(__file__).parent / "static" / "ui" / "vendor"
BASE = ("base", "heading", "label", "paragraph")
COMPONENTS = (
    "alert", "badge", "breadcrumbs", "button", "card", "chip", "details", "dialog", "divider",
    "error-summary", "field", "fieldset", "input", "link", "list", "pagination", "popover",
    "search", "skip-link", "spinner", "table", "tabs", "tag", "validation-message",
)  # fmt: skip
DATA_ADDRESS = re.compile(r'url\("data:image/svg\+xml;charset=utf-8,([^"]+)"\)')


def icons_as_files(css: str, folder: Path) -> str:
    """The CSS with every inline icon written to `folder` and referred to by its address there."""

    def to_file(match: re.Match[str]) -> str:
        drawing = unquote(match.group(1))
        name = f"icon-{hashlib.sha256(drawing.encode()).hexdigest()[:10]}.svg"
        (folder / name).write_text(drawing, encoding="utf-8")
        return f'url("icons/{name}")'

    return DATA_ADDRESS.sub(to_file, css)


def without_dark_scheme(css: str) -> str:
    """The theme without its dark colours and second typeface; Samling is light only."""
    start = css.index("@layer ds.theme.color-scheme.dark")
    end = css.index("@layer ds.theme.typography.primary")
    light = css[:start] + css[end:]
    auto = re.compile(
        r"@media \(prefers-color-scheme:light\)\{\[data-color-scheme=auto\]\{[^}]*\}\}"
    )
    return auto.sub("", light)


def build(package: Path) -> None:
    """Writes designsystemet.css, designsystemet-theme.css, their icons and licence to `TARGET`.

    `package` is the unpacked npm package. Raises OSError when a component's file is missing.
    """
    version = json.loads((package / "package.json").read_text(encoding="utf-8"))["version"]
    folder = TARGET / "icons"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("icon-*.svg"):
        old.unlink()
    note = f"/* @digdir/designsystemet-css {version}, MIT, see LICENSE-designsystemet.txt */\n"
    layers = [("base", BASE), ("components", COMPONENTS)]
    parts = ["@layer ds.theme,ds.base,ds.components;"]
    for layer, names in layers:
        text = "".join((package / "dist/src" / f"{name}.css").read_text("utf-8") for name in names)
        parts.append(f"@layer ds.{layer}{{{icons_as_files(text, folder)}}}")
    (TARGET / "designsystemet.css").write_text(note + "\n".join(parts) + "\n", encoding="utf-8")
    theme = (package / "dist/theme/designsystemet.css").read_text("utf-8")
    (TARGET / "designsystemet-theme.css").write_text(
        note + without_dark_scheme(theme) + "\n", encoding="utf-8"
    )
    licence = (package / "LICENSE").read_text(encoding="utf-8")
    (TARGET / "LICENSE-designsystemet.txt").write_text(licence, encoding="utf-8")


if __name__ == "__main__":
    build(Path(sys.argv[1]))
