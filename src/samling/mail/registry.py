"""What a room says of its mail: the templates there are, each with an example."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module

from django.conf import settings


@dataclass(frozen=True)
class MailTemplate:
    """A kind of message: its name (the file's, `mail/<name>.<language>.txt`) and an example.

    `example` holds every value that the template asks for; the gallery and the tests fill it in.
    `secret` is for a message that carries a personal link: staff never see its text, and the
    text is cleared when the message has been sent or stopped.
    """

    name: str
    example: Mapping[str, str] = field(default_factory=dict)
    secret: bool = False


class UnknownTemplateError(Exception):
    """No room has registered the template."""


def registered() -> tuple[MailTemplate, ...]:
    """Every template of `SAMLING_MAIL_TEMPLATES`, in that order; each name once."""
    found: dict[str, MailTemplate] = {}
    for module in settings.SAMLING_MAIL_TEMPLATES:
        for template in import_module(module).TEMPLATES:
            if template.name in found:
                raise ValueError(f"{module}: the template {template.name!r} is registered twice.")
            found[template.name] = template
    return tuple(found.values())


def template_named(name: str) -> MailTemplate:
    """The registered template; UnknownTemplateError says which there are."""
    for template in registered():
        if template.name == name:
            return template
    names = ", ".join(template.name for template in registered())
    raise UnknownTemplateError(f"No mail template {name!r} in SAMLING_MAIL_TEMPLATES; has: {names}")
