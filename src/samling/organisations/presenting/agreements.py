"""Agreements in words and as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from samling.organisations.models import Agreement
from samling.organisations.queries import agreements as queries
from samling.ui import components as ui
from samling.ui.formats import capitalised, full_date, short_date, short_span


def state_text(agreement: Agreement) -> str:
    """What stands of it, in words."""
    return {
        queries.IN_FORCE: gettext("gäller"),
        queries.EXPIRING: gettext("går ut snart"),
        queries.EXPIRED: gettext("har gått ut"),
        queries.RENEWED: gettext("förnyad"),
        queries.ENDED: gettext("avslutad"),
    }[queries.state_of(agreement)]


def warning(agreements: Sequence[Agreement]) -> ui.Notice | None:
    """What has run out or soon will; None when there is nothing to do."""
    if not agreements:
        return None
    text = ngettext(
        "%(count)s överenskommelse har gått ut eller går ut inom sex månader.",
        "%(count)s överenskommelser har gått ut eller går ut inom sex månader.",
        len(agreements),
    ) % {"count": len(agreements)}
    links = tuple(
        ui.Link(
            f"{found.name}, {found.organisation.name}: {short_date(found.expires_on)}",
            reverse("organisations:agreement", args=[found.key]),
        )
        for found in agreements
    )
    return ui.Notice(text, gettext("Dags att förnya"), "warning", links)


def table_of(agreements: Iterable[Agreement]) -> ui.Table:
    """The list."""
    columns = (
        ui.Column(gettext("Överenskommelse")),
        *ui.text_columns(
            gettext("Organisation"), gettext("Undertecknad"), gettext("Sista dag"), gettext("Läge")
        ),
    )
    rows = tuple(
        ui.Row(
            found.name,
            (
                ui.Cell(found.organisation.name),
                ui.Cell(short_date(found.signed_on)),
                ui.Cell(short_date(found.expires_on)),
                ui.Cell(capitalised(state_text(found))),
            ),
            address=reverse("organisations:agreement", args=[found.key]),
        )
        for found in agreements
    )
    caption = gettext("Överenskommelser")
    return ui.Table("overenskommelser", caption, columns, rows, caption_hidden=True)


def facts_of(agreement: Agreement) -> tuple[ui.Fact, ...]:
    """All that is known of it."""
    earlier = getattr(agreement, "renews", None)
    later = agreement.renewed_by
    facts = [
        ui.Fact(gettext("Läge"), capitalised(state_text(agreement))),
        ui.Fact(gettext("Undertecknad"), capitalised(full_date(agreement.signed_on))),
        ui.Fact(gettext("Sista dag"), capitalised(full_date(agreement.expires_on))),
    ]
    if agreement.ended_on:
        facts.append(ui.Fact(gettext("Avslutad"), capitalised(full_date(agreement.ended_on))))
    if agreement.note:
        facts.append(ui.Fact(gettext("Anteckning"), agreement.note))
    for term, other in ((gettext("Den förra"), earlier), (gettext("Den nya"), later)):
        if other is not None:
            to = reverse("organisations:agreement", args=[other.key])
            facts.append(ui.Fact(term, _years(other), to))
    return tuple(facts)


def _years(agreement: Agreement) -> str:
    return short_span(agreement.signed_on, agreement.expires_on)
