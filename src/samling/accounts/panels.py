"""What the staff's start page shows of people, roles and invitations."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from samling.accounts.queries import waiting_for
from samling.accounts.rules import person_of
from samling.ui import components as ui
from samling.ui.access import rights


def tools(request: HttpRequest) -> tuple[ui.Card, ...]:
    """People, roles and invitations, for those who look after them."""
    mine = rights(request)
    people, grants = mine.can("people.manage"), mine.can_anywhere("roles.grant")
    invites = mine.can_anywhere("people.invite")
    cards = (
        (people, gettext("Personer"), "accounts:people", gettext("Konton och roller.")),
        (grants, gettext("Roller"), "accounts:grants", gettext("Vem som får göra vad.")),
        (invites, gettext("Bjud in"), "accounts:invite", gettext("Nya medarbetare.")),
    )
    return tuple(
        ui.Card(title, reverse(address), text) for may, title, address, text in cards if may
    )


def awaiting(request: HttpRequest) -> tuple[ui.Card, ...]:
    """Invitations to the person that wait; each is answered by the link in its own letter."""
    count = waiting_for(person_of(request))
    if not count:
        return ()
    text = ngettext("Svara med länken i mejlet.", "Svara med länkarna i mejlen.", count)
    waiting = ngettext("%(count)s inbjudan", "%(count)s inbjudningar", count) % {"count": count}
    title, tag = gettext("Inbjudan till dig"), ui.Tag(waiting, "info")
    return (ui.Card(title, reverse("accounts:account"), text, tag=tag),)
