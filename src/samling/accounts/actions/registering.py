"""Writing down someone who has no account yet, so that they can be appointed to something."""

from __future__ import annotations

from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from samling.accounts.errors import AccountsError
from samling.accounts.models import Person
from samling.accounts.queries.addresses import person_with_address
from samling.audit.actions import Actor, Subject, record


@transaction.atomic
def register_person(*, by: Actor, email: str, name: str, language: str = "sv") -> Person:
    """The person with the address, or a new one who can't sign in yet.

    The new one has no password and no proved address: only who reads mail to the address can
    choose a password there. AccountsError for a closed account; ValidationError for an address
    that can't be one.
    """
    address = email.strip()
    validate_email(address)
    found = person_with_address(address)
    if found is None:
        person = Person(email=address, name=name.strip(), language=language)
        person.set_unusable_password()
        try:
            with transaction.atomic():
                person.save()
        except IntegrityError:  # someone else was first
            found = person_with_address(address)
        else:
            subject = Subject("person", person.name, str(person.key))
            record(by=by, verb="person registered", subject=subject)
            return person
    if found is None or not found.is_active:
        raise AccountsError(
            _("Kontot med adressen är stängt, så personen kan inte få ett uppdrag.")
        )
    return found
