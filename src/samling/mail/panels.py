"""What this room has on pages of other rooms."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from samling.mail.queries import trouble
from samling.mail.rules import MANAGE, READ
from samling.ui import components as ui
from samling.ui.access import rights
from samling.ui.formats import number


def tools(request: HttpRequest) -> tuple[ui.Card, ...]:
    """The outbox for those who may read it, and a demo's inbox for everyone."""
    cards = []
    if rights(request).can_anywhere(READ):
        text = gettext("Det som är skickat, och det som inte kom fram.")
        cards.append(ui.Card(gettext("Mejl"), reverse("mail:messages"), text))
    if settings.SAMLING_DEMO:
        text = gettext("Läs mejlen som demon skulle ha skickat.")
        cards.append(ui.Card(gettext("Demons inkorg"), reverse("mail:inbox"), text))
    return tuple(cards)


def awaiting(request: HttpRequest) -> tuple[ui.Card, ...]:
    """Mail that needs a decision, for those who can take it."""
    if not rights(request).can_anywhere(MANAGE):
        return ()
    count = sum(trouble(rights(request), MANAGE).values())
    if not count:
        return ()
    text = gettext("Skicka igen, eller stoppa det som inte längre behövs.")
    tag = ui.Tag(ngettext("%(n)s mejl", "%(n)s mejl", count) % {"n": number(count)}, "danger")
    title = gettext("Mejl som inte kom fram")
    return (ui.Card(title, reverse("mail:messages"), text, tag=tag),)


def gallery() -> tuple[ui.Card, ...]:
    """The templates, for the component gallery."""
    text = gettext("Alla mejl som Samling kan skicka, som text och som HTML.")
    return (ui.Card(gettext("Mejlmallar"), reverse("mail:templates"), text),)
