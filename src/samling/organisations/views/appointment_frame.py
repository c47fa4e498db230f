"""What the pages of appointments share: the way here, the ways on, and choices of a list."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext

from samling.organisations.models import Appointment, RoleType, Unit
from samling.organisations.queries.appointments import (
    ACTIVE,
    ENDING,
    MISSING,
    WAITING,
    Choice,
    follows,
    role_name,
    whole,
)
from samling.organisations.rules import AGREEMENTS, APPOINT, READ_APPOINTMENTS
from samling.ui import components as ui
from samling.ui.access import rights

ROWS = 100
# Where a unit is, and where its organisation is.
PLACES = (
    "organisation",
    "organisation__name",
    "area__code",
    "area__name",
    "organisation__area__code",
    "organisation__area__name",
)


def above(*links: ui.Link) -> tuple[ui.Link, ...]:
    """The pages above one of the room's."""
    return (ui.Link(gettext("Mina sidor"), reverse("workspace")), *links)


def my_link() -> ui.Link:
    """One's own appointments, as a page above."""
    return ui.Link(gettext("Uppdrag"), reverse("organisations:my_appointments"))


def ways(request: HttpRequest) -> tuple[ui.Link, ...]:
    """Where someone may go on to within appointments; none for who only has their own."""
    may = rights(request)
    follows = may.can_anywhere(READ_APPOINTMENTS)
    appoints = may.can_anywhere(APPOINT)
    links = (
        (True, gettext("Mina uppdrag"), "my_appointments"),
        (follows, gettext("Alla uppdrag"), "appointments"),
        (follows, gettext("Täckning"), "coverage"),
        (follows, gettext("Luckor"), "gaps"),
        (appoints, gettext("Utse någon"), "choose_unit"),
        (appoints, gettext("Läs in många"), "import_appointments"),
        (may.can_anywhere(AGREEMENTS), gettext("Överenskommelser"), "agreements"),
    )
    shown = [(label, reverse(f"organisations:{name}")) for allowed, label, name in links if allowed]
    if len(shown) == 1:
        return ()
    return tuple(ui.Link(label, to, current=request.path == to) for label, to in shown)


def unit_or_404(key: UUID) -> Unit:
    """The unit with all that rights are asked of."""
    return get_object_or_404(Unit.objects.select_related("organisation__area"), key=key)


def appointment_or_404(key: UUID) -> Appointment:
    """The appointment with all that rights are asked of."""
    return get_object_or_404(whole(), key=key)


class Choices:
    """What a list may be narrowed to by someone, and what they have chosen of it."""

    def __init__(self, request: HttpRequest, roles: list[RoleType], *, needs_role: bool) -> None:
        self.roles = roles
        self.needs_role = needs_role
        self.reach = follows(rights(request))
        within = Unit.objects.filter(self.reach.condition()).order_by()
        rows = within.values_list(*PLACES).distinct()
        self.organisations: dict[str, str] = {}
        self.areas: dict[str, str] = {}
        for organisation, name, own, own_name, inherited, inherited_name in rows:
            self.organisations[str(organisation)] = name
            for code, place in ((own, own_name), (inherited, inherited_name)):
                if code is not None:
                    self.areas[code] = place
        self.query = request.GET
        self.choice = self._choice()

    def _choice(self) -> Choice:
        role = {role.code: role for role in self.roles}.get(self.query.get("typ", ""))
        if role is None and self.needs_role and self.roles:
            role = self.roles[0]
        organisation, area = self.query.get("organisation", ""), self.query.get("omrade", "")
        return Choice(
            role,
            int(organisation) if organisation in self.organisations else None,
            area if area in self.areas else "",
            self.query.get("lage", ""),
        )

    def filters(self, *, states: bool = False) -> ui.FilterBar:
        """The choices as a filter bar."""
        chosen = self.choice
        selects = [
            self._select(
                "typ",
                gettext("Uppdrag"),
                "" if self.needs_role else gettext("Alla uppdrag"),
                [(role.code, role_name(role)) for role in self.roles],
                chosen.role_type.code if chosen.role_type else "",
            ),
            self._select(
                "organisation",
                gettext("Organisation"),
                gettext("Alla organisationer"),
                _by_name(self.organisations),
                str(chosen.organisation or ""),
            ),
            self._select(
                "omrade",
                gettext("Område"),
                gettext("Alla områden"),
                _by_name(self.areas),
                chosen.area,
            ),
        ]
        if states:
            named = [
                (ACTIVE, gettext("Gäller nu")),
                (WAITING, gettext("Väntar på svar")),
                (ENDING, gettext("Slutar inom 90 dagar")),
                (MISSING, gettext("Saknas")),
            ]
            all_open = gettext("Alla pågående")
            selects.append(self._select("lage", gettext("Läge"), all_open, named, chosen.state))
        return ui.FilterBar(gettext("Välj vad du vill se"), tuple(selects))

    def _select(
        self, name: str, label: str, nothing: str, named: list[tuple[str, str]], chosen: str
    ) -> ui.Select:
        all_of_them = [("", nothing)] if nothing else []
        options = tuple(
            ui.Option(value, text, selected=value == chosen)
            for value, text in [*all_of_them, *named]
        )
        return ui.Select(name, label, options)


def _by_name(named: dict[str, str]) -> list[tuple[str, str]]:
    return sorted(named.items(), key=lambda pair: pair[1].casefold())
