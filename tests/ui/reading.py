"""Reads rendered HTML as a reader would: elements by name or class, and their words."""

from collections.abc import Iterator

from django.template.loader import render_to_string
from django.test.html import Element, parse_html


def render(component: str, **given: object) -> Element:
    """The component's HTML as a tree."""
    return parse_html(render_to_string(f"ui/components/{component}.html", given))


def walk(element: Element) -> Iterator[Element]:
    yield element
    for child in element.children:
        if isinstance(child, Element):
            yield from walk(child)


def all_of(element: Element, name: str = "", *, css: str = "") -> list[Element]:
    """Elements with this tag name and this class, in order."""
    return [
        found
        for found in walk(element)
        if (not name or found.name == name) and (not css or css in classes(found))
    ]


def classes(element: Element) -> list[str]:
    return str(dict(element.attributes).get("class", "")).split(" ")


def attribute(element: Element, name: str) -> str | None:
    return dict(element.attributes).get(name)


def words(element: Element) -> str:
    """The element's text, white space as one space."""
    parts = [words(c) if isinstance(c, Element) else str(c) for c in element.children]
    return " ".join(" ".join(parts).split(" ")).replace("\n", " ").strip()


def text(element: Element) -> str:
    return " ".join(word for word in words(element).split(" ") if word)
