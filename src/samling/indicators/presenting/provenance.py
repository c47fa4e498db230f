"""A study's provenance, written in Markdown, as a part of a page."""

from __future__ import annotations

from functools import lru_cache

from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.token import Token

# What is written as HTML is shown as text, addresses that run something are no links, and nothing
# is fetched from elsewhere.
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
_DEEPER = 2
"""A heading of the first level stands below the page's own and that of its section."""


@lru_cache(maxsize=64)
def as_html(text: str) -> SafeString:
    """The text laid out; its own heading, which names the study, is left out."""
    tokens = _without_first_heading(_MARKDOWN.parse(text))
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + _DEEPER - 1, 6)}"
        if token.type == "table_open":
            token.attrSet("class", "ds-table")
    html = _MARKDOWN.renderer.render(_without_empty_heads(tokens), _MARKDOWN.options, {})
    # Made by the renderer, which escapes all that is written.
    return SafeString(html)


def _without_first_heading(tokens: list[Token]) -> list[Token]:
    first = [token.type for token in tokens[:1]] == ["heading_open"]
    return tokens[3:] if first and tokens[0].tag == "h1" else tokens


def _without_empty_heads(tokens: list[Token]) -> list[Token]:
    """Tables of two columns are often written with a heading that says nothing."""
    kept: list[Token] = []
    head: list[Token] | None = None
    for token in tokens:
        if token.type == "thead_open":
            head = []
        if head is None:
            kept.append(token)
        else:
            head.append(token)
        if token.type == "thead_close" and head is not None:
            kept += head if any(t.content.strip() for t in head) else []
            head = None
    return kept
