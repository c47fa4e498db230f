"""The people whom an organisation writes down as its own before they have signed in."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from samling.accounts.models import Person
from samling.audit.actions import Actor, Subject, record
from samling.organisations.actions.history import RegistryError


@transaction.atomic
def person_by_address(*, by: Actor, email: str, name: str) -> Person:
    """The person with the address, or a new one who can't sign in until the address is proved.

    A known person keeps their own name: an organisation does not rename people. RegistryError for
    an address that can't be one, a new person without a name, and a closed account.
    """
    address = email.strip()
    try:
        validate_email(address)
    except ValidationError as error:
        text = _("%(address)s är ingen e-postadress.") % {"address": address}
        raise RegistryError(text) from error
    found = person_at(address)
    if found is not None:
        if not found.is_active:
            raise RegistryError(_("Kontot med den adressen är stängt."))
        return found
    if not name.strip():
        raise RegistryError(_("Skriv personens namn: adressen är ny här."))
    try:
        with transaction.atomic():
            return newcomer(by, address, name)
    except IntegrityError:
        # Someone else wrote down the same person just now.
        return Person.objects.get(email__iexact=address)


def person_at(address: str) -> Person | None:
    """Whoever has the address, whatever its capitals; by the index that keeps it unique."""
    found = Person.objects.annotate(folded=Lower("email")).filter(folded=address.lower())
    return found.first()


def newcomer(by: Actor, address: str, name: str) -> Person:
    """`person_by_address` where nobody has the address and it has been checked."""
    person = Person(email=address, name=name.strip()[:200])
    person.set_unusable_password()
    person.save()
    record(by=by, verb="person added", subject=Subject("person", person.name, str(person.key)))
    return person
