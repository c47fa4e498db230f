"""What the registry puts on the start page of someone signed in."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from samling.accounts.rules import person_of
from samling.organisations.models import ImportDraft, Organisation
from samling.organisations.queries.registry import own_organisations
from samling.organisations.rules import REGISTRY
from samling.ui import components as ui
from samling.ui import formats
from samling.ui.access import rights


def tools(request: HttpRequest) -> tuple[ui.Card, ...]:
    """The organisations that the person looks after or works in, and the directory."""
    looked_after, member_of = own_organisations(person_of(request), rights(request), REGISTRY)
    cards = [
        *(_card(found, _("Du sköter uppgifter, enheter och personer.")) for found in looked_after),
        *(_card(found, _("Din organisation.")) for found in member_of),
    ]
    if cards or rights(request).can_anywhere(REGISTRY):
        text = _("Sök bland kommuner, regioner, föreningar och deras enheter.")
        cards.append(ui.Card(_("Organisationer"), reverse("organisations:directory"), text))
    return tuple(cards)


def awaiting(request: HttpRequest) -> tuple[ui.Card, ...]:
    """Files that the person has previewed but not applied."""
    drafts = ImportDraft.objects.filter(person=person_of(request)).defer("content")
    return tuple(
        ui.Card(
            _("Läs in %(file)s") % {"file": draft.name},
            reverse("organisations:preview", args=[draft.organisation.key, draft.key]),
            _("Inget är ändrat än."),
            tag=ui.Tag(
                _("Förhandsvisad %(day)s") % {"day": formats.short_date(draft.created_at)}, "info"
            ),
        )
        for draft in drafts.select_related("organisation")[:5]
    )


def _card(found: Organisation, text: str) -> ui.Card:
    return ui.Card(found.name, reverse("organisations:organisation", args=[found.key]), text)
