"""The scopes of roles: organisations, units and areas, as `accounts` asks for them."""

from __future__ import annotations

from samling.organisations.models import Organisation, Unit
from samling.organisations.queries.registry import units_with_area, with_area
from samling.organisations.rules import area_scopes, scopes_of
from samling.places.models import Area
from samling.ui.access import EVERYWHERE, Rights


class OrganisationScopes:
    """Names, what is above, and what one may choose among (`samling.accounts.scopes.Scopes`)."""

    def label(self, scope: str) -> str:
        """ "Kommunen", "Förskolan, Kommunen" or "Länet"; empty for what doesn't exist."""
        found = _subject(scope)
        if found is None:
            return ""
        return f"{found.name}, {found.organisation.name}" if isinstance(found, Unit) else found.name

    def above(self, scope: str) -> tuple[str, ...]:
        """The scope and all above it: units, organisation, areas."""
        found = _subject(scope)
        if found is None:
            return ()
        return area_scopes(found) if isinstance(found, Area) else scopes_of(found)

    def choices(self, rights: Rights, permission: str) -> list[tuple[str, str]]:
        """Organisations and areas where the permission is held, and one's own units."""
        mine = rights.scopes(permission)
        whole = EVERYWHERE in mine
        organisations = with_area(Organisation.objects.filter(closed_on__isnull=True))
        found = [
            (organisation.scope, organisation.name)
            for organisation in organisations
            if whole or rights.can(permission, scopes_of(organisation))
        ]
        if whole:
            counties = Area.objects.filter(level="county").order_by("name")
            return found + [(f"area:{area.code}", area.name) for area in counties]
        own = ((scope, self.label(scope)) for scope in sorted(mine) if scope.startswith("unit:"))
        return found + [(scope, label) for scope, label in own if label]


def _subject(scope: str) -> Organisation | Unit | Area | None:
    kind, _, key = scope.partition(":")
    if kind == "area":
        areas = Area.objects.filter(code=key).select_related("parent")
        return areas.defer("boundary", "parent__boundary").first()
    if not key.isdecimal():
        return None
    if kind == "organisation":
        return with_area(Organisation.objects.filter(pk=key)).first()
    if kind == "unit":
        return units_with_area(Unit.objects.filter(pk=key)).first()
    return None
