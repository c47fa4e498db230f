"""Finding people by address: their own, or another that they have proved is theirs."""

from __future__ import annotations

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.db.models.functions import Lower

from samling.accounts.models import Person


def person_with_address(address: str) -> Person | None:
    """Who has the address; an address that someone added but hasn't proved is nobody's."""
    return people_with_addresses([address]).get(address.strip().lower())


def people_with_addresses(addresses: Iterable[str]) -> dict[str, Person]:
    """Each known address, in lower case, with who has it."""
    wanted = {address.strip().lower() for address in addresses}
    proved = EmailAddress.objects.annotate(lower=Lower("email")).filter(
        lower__in=wanted, verified=True
    )
    found = {item.email.lower(): item.user for item in proved.select_related("user")}
    people = Person.objects.annotate(lower=Lower("email")).filter(lower__in=wanted)
    return found | {person.email.lower(): person for person in people}


def can_sign_in(person: Person) -> bool:
    """Whether the person has chosen a password or come by an organisation's log-in."""
    return person.has_usable_password() or SocialAccount.objects.filter(user=person).exists()
