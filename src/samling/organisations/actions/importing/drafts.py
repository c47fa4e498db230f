"""A file from its preview to its button.

The plan is made anew each time it is shown and once more when it is applied. Its fingerprint is
of every step with what was before; the button carries the one that was shown, so that nothing
else is done than what was seen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from samling.accounts.models import Person
from samling.audit.actions import Actor
from samling.organisations.actions.history import RegistryError, lock, tell
from samling.organisations.actions.importing import enrolment, people, units
from samling.organisations.actions.importing.plan import Does, Findings, Plan, Reading
from samling.organisations.actions.importing.spreadsheet import read_sheet
from samling.organisations.choices import FileKind
from samling.organisations.models import ImportDraft, Organisation

KEPT = timedelta(days=1)
PLANS: dict[str, tuple[dict[str, tuple[str, ...]], Callable[[Reading], Plan]]] = {
    FileKind.UNITS: (units.NAMES, units.plan_units),
    FileKind.ENROLMENT: (enrolment.NAMES, enrolment.plan_enrolment),
    FileKind.PEOPLE: (people.NAMES, people.plan_people),
}


class PlanHasChangedError(RegistryError):
    """Someone changed what the preview showed; nothing was done."""


@transaction.atomic
def hold_file(
    *,
    person: Person,
    organisation: Organisation,
    kind: str,
    name: str,
    content: bytes,
    close_missing: bool,
) -> ImportDraft:
    """Keep a file for its preview; RegistryError, and nothing kept, if it can't be read."""
    if organisation.closed_on is not None:
        raise RegistryError(_("Organisationen är stängd. Öppna den först."))
    read_sheet(content, PLANS[kind][0])
    clear_old_drafts()
    return ImportDraft.objects.create(
        organisation=organisation,
        person=person,
        kind=kind,
        name=name[:200],
        content=content,
        close_missing=close_missing and kind != FileKind.ENROLMENT,
    )


def plan_of(draft: ImportDraft) -> Plan:
    """What the file would change as things are now."""
    names, plan = PLANS[draft.kind]
    sheet = read_sheet(bytes(draft.content), names)
    return plan(Reading(draft.organisation, sheet, draft.close_missing, Findings()))


@transaction.atomic
def apply_draft(*, by: Actor, draft: ImportDraft, fingerprint: str) -> Plan:
    """Do what the preview showed, all or nothing, and forget the file.

    PlanHasChangedError if anything that the preview showed has changed since; RegistryError if
    the file has something to mend or the organisation is closed.
    """
    lock(draft.organisation)
    held = ImportDraft.objects.select_for_update(of=("self",)).select_related("organisation")
    found = held.filter(pk=draft.pk).first()
    if found is None or found.organisation.closed_on is not None:
        raise PlanHasChangedError
    plan = plan_of(found)
    if plan.fingerprint != fingerprint or plan.findings:
        raise PlanHasChangedError
    try:
        with transaction.atomic():
            plan.apply(by)
    except IntegrityError as error:
        # Someone outside the organisation's lock wrote down the same person just now.
        raise PlanHasChangedError from error
    details = {
        "file": found.name,
        "sha256": hashlib.sha256(bytes(found.content)).hexdigest(),
        **{does.value: plan.count(does) for does in Does},
    }
    tell(by, f"{found.kind} imported", found.organisation, details)
    found.delete()
    return plan


def put_aside(*, draft: ImportDraft) -> None:
    """Forget a file; nothing of it has happened."""
    draft.delete()


def clear_old_drafts() -> int:
    """Forget files that nobody applied within a day; how many. Safe to do twice or late."""
    old = ImportDraft.objects.filter(created_at__lt=timezone.now() - KEPT)
    return old.delete()[0]
