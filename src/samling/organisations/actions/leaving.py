"""What happens in the registry when a person's account is deleted (`SAMLING_ON_DELETION`)."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from samling.accounts.models import Person
from samling.audit.actions import Actor
from samling.organisations.actions.closing import end_one_membership
from samling.organisations.models import Change, ImportDraft, Membership
from samling.organisations.queries.standing import goes_on


@transaction.atomic
def end_memberships(*, by: Actor, person: Person) -> None:
    """End the person's memberships, forget files they haven't applied, and put their pseudonym
    where the history has their name."""
    today = timezone.localdate()
    open_ones = Membership.objects.filter(goes_on(), person=person)
    for membership in open_ones.select_related("person", "unit", "organisation"):
        end_one_membership(by, membership, on=today)
    ImportDraft.objects.filter(person=person).delete()
    pseudonym = f"Tidigare användare {person.key.hex[:6]}"
    Change.objects.filter(by_key=str(person.key)).update(by=pseudonym)
