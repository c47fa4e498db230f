"""Every change of an agreement, and warning before it runs out."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from samling.accounts.models import Person
from samling.audit.actions import Actor, Subject, record
from samling.mail.actions import queue
from samling.mail.models import Message
from samling.organisations.actions.appointment_letters import address, day_text
from samling.organisations.models import Agreement, Organisation
from samling.organisations.queries.agreements import EXPIRED, EXPIRING, open_agreements, state_of
from samling.organisations.queries.reach import Holders
from samling.organisations.rules import AGREEMENTS, require
from samling.ui.access import Rights


class AgreementError(Exception):
    """Something was not done; the text says what happened and what to do."""


@transaction.atomic
def add_agreement(
    *,
    by: Actor,
    rights: Rights,
    organisation: Organisation,
    name: str,
    signed_on: date,
    expires_on: date,
    note: str = "",
) -> Agreement:
    """Write down an agreement; `expires_on` is its last day.

    AgreementError when the days are the wrong way round, the organisation is closed, or one of
    the same name stands already: that one is renewed instead.
    """
    require(rights, AGREEMENTS, organisation)
    locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if locked.closed_on is not None:
        raise AgreementError(_("Organisationen är stängd. Välj en annan."))
    standing = open_agreements().filter(organisation=locked).values_list("name", flat=True)
    if name.strip().casefold() in {known.casefold() for known in standing}:
        raise AgreementError(
            _("Organisationen har redan en överenskommelse med det namnet. Förnya den i stället.")
        )
    made = _made(organisation, name.strip(), signed_on, expires_on, note)
    _record(by, "agreement added", made)
    return made


@transaction.atomic
def renew_agreement(
    *,
    by: Actor,
    rights: Rights,
    agreement: Agreement,
    signed_on: date,
    expires_on: date,
    note: str = "",
) -> Agreement:
    """Renew: a new agreement takes the old one's place, and the old one is kept as it was.

    AgreementError when the old one is renewed or ended already, or the new one would not last
    longer than the old.
    """
    old = _open(rights, agreement)
    if expires_on <= old.expires_on:
        raise AgreementError(_("Den nya måste gälla längre än den gamla. Inget är ändrat."))
    made = _made(old.organisation, old.name, signed_on, expires_on, note)
    old.renewed_by = made
    old.save(update_fields=["renewed_by"])
    _record(by, "agreement renewed", made)
    return made


@transaction.atomic
def end_agreement(*, by: Actor, rights: Rights, agreement: Agreement, ended_on: date) -> Agreement:
    """End it before its time, or close one that has run out; AgreementError if it is closed."""
    found = _open(rights, agreement)
    if ended_on < found.signed_on:
        raise AgreementError(_("Dagen är före den då överenskommelsen skrevs under."))
    found.ended_on = ended_on
    found.save(update_fields=["ended_on"])
    _record(by, "agreement ended", found)
    return found


def warn_of_agreements(*, today: date) -> int:
    """Write to those who look after an agreement six months before its last day, and once when
    it has run out. Safe twice or late; gives the number of letters that were new."""
    holders = Holders.of(AGREEMENTS)
    before = Message.objects.count()
    for agreement in open_agreements().order_by("pk"):
        state = state_of(agreement, on=today)
        if state in (EXPIRING, EXPIRED):
            for person in holders.nearest(agreement.organisation):
                kind = "expiring" if state == EXPIRING else "expired"
                _warn(agreement, kind, person)
    return Message.objects.count() - before


@transaction.atomic
def _warn(agreement: Agreement, kind: str, person: Person) -> None:
    language = person.language
    queue(
        key=f"agreement:{agreement.key}:{kind}:{agreement.expires_on.isoformat()}:{person.pk}",
        template=f"agreement-{kind}",
        to=person.email,
        language=language,
        context={
            "name": person.name,
            "agreement": agreement.name,
            "organisation": agreement.organisation.name,
            "expires": day_text(agreement.expires_on, language),
            "address": address("organisations:agreement", language, agreement.key),
        },
        scope=agreement.organisation.scope,
    )


def _open(rights: Rights, agreement: Agreement) -> Agreement:
    require(rights, AGREEMENTS, agreement.organisation)
    found = (
        Agreement.objects.select_for_update(of=("self",))
        .select_related("organisation__area")
        .get(pk=agreement.pk)
    )
    if found.renewed_by_id is not None:
        raise AgreementError(_("Överenskommelsen är redan förnyad. Inget är ändrat."))
    if found.ended_on is not None:
        raise AgreementError(_("Överenskommelsen är redan avslutad. Inget är ändrat."))
    return found


def _made(
    organisation: Organisation, name: str, signed_on: date, expires_on: date, note: str
) -> Agreement:
    if expires_on <= signed_on:
        raise AgreementError(_("Sista dagen måste vara efter den då den skrevs under."))
    return Agreement.objects.create(
        organisation=organisation,
        name=name,
        signed_on=signed_on,
        expires_on=expires_on,
        note=note.strip(),
    )


def _record(by: Actor, verb: str, agreement: Agreement) -> None:
    record(
        by=by,
        verb=verb,
        subject=Subject("agreement", str(agreement), str(agreement.key)),
        scope=agreement.organisation.scope,
        details={
            "signed": agreement.signed_on.isoformat(),
            "expires": agreement.expires_on.isoformat(),
            "ended": agreement.ended_on.isoformat() if agreement.ended_on else "",
        },
    )
