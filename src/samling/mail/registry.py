"""What a room says of its mail and of its scheduled work: what there is, in words for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class MailTemplate:
    """A kind of message: its name (the file's, `mail/<name>.<language>.txt`), what staff call it,
    and an example.

    `example` holds every value that the template asks for; the gallery and the tests fill it in.
    `secret` is for a message that carries a personal link: staff never see its text, and the
    text is cleared when the message has been sent or stopped.
    """

    name: str
    title: str | Promise
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


def title_of(name: str) -> str:
    """What staff call a template; its name when no room has it any more."""
    titles = {template.name: template.title for template in registered()}
    return str(titles.get(name, name))


@dataclass(frozen=True)
class ScheduledWork:
    """Work that a worker does every hour: what staff call it, and what it does for them.

    It can be called as the function that it is made of. `SAMLING_SCHEDULED` names it by its path.
    """

    title: str | Promise
    description: str | Promise
    do: Callable[..., object]

    def __call__(self, *, today: date) -> object:
        """Do it; what it says of what it did."""
        return self.do(today=today)


def scheduled_work(
    title: str | Promise, description: str | Promise
) -> Callable[[Callable[..., object]], ScheduledWork]:
    """Make scheduled work of a function, with words for the page that staff read."""
    return lambda do: ScheduledWork(title, description, do)


def words_of_work(path: str) -> tuple[str, str]:
    """Title and description of a work of `SAMLING_SCHEDULED`; its path where it has no words, as
    an installation's own function, or one that is gone."""
    try:
        found = import_string(path)
    except ImportError:
        return path, ""
    if isinstance(found, ScheduledWork):
        return str(found.title), str(found.description)
    return path, ""
