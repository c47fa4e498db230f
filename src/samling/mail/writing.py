"""From a template's source to a message: subject, text and HTML.

The source is plain text. Its first line is `Subject: ...`, then a blank line, then paragraphs
with blank lines between them. Lines that begin with `- ` are a list; `[Label](address)` alone on
a line is a button. `{{ name }}` is filled in, and `{% if name %}...{% endif %}` is kept when the
value isn't empty. Values are put in after the source has been taken apart, and escaped, so that
no value can become a heading, a link or a tag.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import category

from django.conf import settings
from django.template import Context, Engine, Template, TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

FALLBACK = "sv"
ADDRESS = re.compile(r"(https?://|mailto:)[^\s<>\"']+")
TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
NAME = re.compile(r"\{\{ ?(\w+) ?\}\}|\{% ?if (?:not )?(\w+) ?%\}|\{% ?(?:else|endif) ?%\}")
BUTTON = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
# Private-use characters stand for values until the source has been taken apart.
OPEN, CLOSE = "\ue000", "\ue001"
CONTROL = {"Cc", "Zl", "Zp"}  # a line break in a subject would begin a header of its own
PLACE = re.compile(f"{OPEN}(\\w+){CLOSE}")


class TemplateError(Exception):
    """A template that can't be used, or isn't given what it asks for."""


@dataclass(frozen=True)
class Written:
    """A message in one language, ready to send."""

    language: str
    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Source:
    """A template's file: the language it was found in, what it asks for, and its compiled form."""

    name: str
    language: str
    names: frozenset[str]
    template: Template


def write(template: str, *, language: str, context: Mapping[str, str]) -> Written:
    """The message of the template, in the language or else in Swedish.

    TemplateError when there is no such file, when it asks for something that the context does
    not have, when the subject would be empty, or when a button leads to no address. A value's line
    breaks are spaces in the subject: what people call themselves stops nobody's letter.
    """
    source = _source(template, language)
    missing = sorted(source.names - context.keys())
    if missing:
        raise TemplateError(f"{source.name} asks for {', '.join(missing)}, which was not given.")
    values = {name: str(context[name]) for name in source.names}
    places = {name: f"{OPEN}{name}{CLOSE}" if value else "" for name, value in values.items()}
    subject, body = _parted(source.name, source.template.render(Context(places, autoescape=False)))
    subject = _filled(subject, {name: _in_one_line(value) for name, value in values.items()})
    if not subject.strip():
        raise TemplateError(f"{source.name}: a subject is one line of text, not {subject!r}.")
    blocks = [_block(source.name, block, values) for block in re.split(r"\n{2,}", body) if block]
    with translation.override(source.language):
        frame = {
            "language": source.language,
            "subject": subject,
            "owner": settings.SAMLING_OWNER,
            "contact": settings.SAMLING_CONTACT,
        }
        plain = {**frame, "blocks": [mark_safe(text) for text, _ in blocks]}  # noqa: S308 - plain text
        text = render_to_string("mail/layout.txt", plain)
        html = render_to_string("mail/layout.html", {**frame, "blocks": [h for _, h in blocks]})
    return Written(source.language, subject, text.strip() + "\n", html)


@lru_cache(maxsize=256)
def _source(template: str, language: str) -> Source:
    for tried in dict.fromkeys((language, language.split("-")[0], FALLBACK)):
        name = f"mail/{template}.{tried}.txt"
        try:
            text = str(Engine.get_default().get_template(name).source)
        except TemplateDoesNotExist:
            continue
        return Source(name, tried, _names(name, text), _compiled(name, text))
    raise TemplateError(f"There is no template mail/{template}.{FALLBACK}.txt in any room.")


def _names(name: str, text: str) -> frozenset[str]:
    names = set()
    for tag in TAG.findall(text):
        known = NAME.fullmatch(tag)
        if known is None:
            raise TemplateError(f"{name}: {tag} is neither a name, an if, an else nor an endif.")
        names |= {part for part in known.groups() if part}
    return frozenset(names)


def _compiled(name: str, text: str) -> Template:
    lines = text.replace("\r\n", "\n").lstrip("\n")
    if not lines.startswith("Subject: "):
        raise TemplateError(f"{name}: the first line has to be 'Subject: ...'.")
    return Template(lines, name=name, engine=Engine(autoescape=False))


def _parted(name: str, rendered: str) -> tuple[str, str]:
    first, _, rest = rendered.partition("\n")
    if rest and not rest.startswith("\n"):
        raise TemplateError(f"{name}: there has to be a blank line after the subject.")
    lines = [line.rstrip() for line in rest.split("\n")]
    return first.removeprefix("Subject: ").strip(), "\n".join(lines).strip("\n")


def _filled(text: str, values: Mapping[str, str]) -> str:
    return PLACE.sub(lambda place: values[place.group(1)], text)


def _in_one_line(value: str) -> str:
    return "".join(" " if category(sign) in CONTROL else sign for sign in value)


def _filled_html(text: str, values: Mapping[str, str]) -> str:
    """Escaped, with a value's own line breaks kept."""
    return escape(_filled(text, values)).replace("\r\n", "\n").replace("\n", "<br>")


def _block(name: str, block: str, values: Mapping[str, str]) -> tuple[str, SafeString]:
    """A block as text and as HTML: a button, a list or a paragraph."""
    lines = block.split("\n")
    button = BUTTON.fullmatch(block)
    if button:
        return _button(name, _filled(button[1], values), _filled(button[2], values))
    if all(line.startswith("- ") for line in lines):
        text = "\n".join(_filled(line, values) for line in lines)
        items = "".join(f"<li>{_filled_html(line[2:], values)}</li>" for line in lines)
        return text, mark_safe(f"<ul>{items}</ul>")  # noqa: S308 - each item is escaped
    text = "\n".join(_filled(line, values) for line in lines)
    inner = "<br>".join(_filled_html(line, values) for line in lines)
    return text, mark_safe(f"<p>{inner}</p>")  # noqa: S308 - each line is escaped


def _button(name: str, label: str, address: str) -> tuple[str, SafeString]:
    if not ADDRESS.fullmatch(address):
        raise TemplateError(f"{name}: the button {label!r} leads to {address!r}, not an address.")
    link = f'<p class="button"><a href="{escape(address)}">{escape(label)}</a></p>'
    return f"{label}:\n{address}", mark_safe(link)  # noqa: S308 - both are escaped
