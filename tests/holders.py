"""People with just the permissions that a test is about."""

from django.utils import timezone

from samling.accounts.models import Person, Role, RoleGrant


def holder(*permissions: str, scope: str = "", name: str = "Alva Test") -> Person:
    """Someone who holds the permissions for a scope, or everywhere."""
    number = Person.objects.count()
    person = Person.objects.create(name=name, email=f"person{number}@exempel.se")
    grant(person, *permissions, scope=scope)
    return person


def grant(person: Person, *permissions: str, scope: str = "") -> None:
    code = f"role{Role.objects.count()}"
    role = Role.objects.create(code=code, name_sv="r", name_en="r", permissions=list(permissions))
    today = timezone.localdate()
    RoleGrant.objects.create(person=person, role=role, scope=scope, starts_on=today)
