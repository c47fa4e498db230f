"""The world of the permission matrix: two places, one's own and another's, and one of each role.

Every role but the administrator's is held for the own place only. Each address is asked about
the things of both.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from organisations.appointments.made_up import SYSTEM, County, days, person
from samling.accounts.actions import invitations
from samling.accounts.models import Invitation, Person, Role, RoleGrant
from samling.accounts.rules import NOBODY, PersonRights, actor, rights_of
from samling.mail.actions import queue
from samling.mail.models import Message
from samling.mail.registry import template_named
from samling.organisations.actions import appointments
from samling.organisations.actions.agreements import add_agreement
from samling.organisations.actions.importing.drafts import hold_file
from samling.organisations.actions.memberships import Term, add_membership
from samling.organisations.models import (
    Agreement,
    Appointment,
    ImportDraft,
    Membership,
    Organisation,
    RoleType,
    Unit,
)
from samling.organisations.rules import scopes_of

UNITS = b"Kod;Namn;Sort\nX1;Nya skolan;skola\n"


@dataclass
class Place:
    """An organisation with one of everything; `scopes` are those that a right there is held in."""

    organisation: Organisation
    unit: Unit
    member: Person
    membership: Membership
    appointment: Appointment
    agreement: Agreement
    draft: ImportDraft
    invitation: Invitation
    grant: RoleGrant
    message: Message

    def scopes(self, name: str) -> tuple[str, ...]:
        """The scopes for what the address is about: the unit of an appointment, else the whole."""
        if name in OF_UNIT:
            return scopes_of(self.unit)
        return scopes_of(self.organisation)


OF_UNIT = {
    "organisations:appoint",
    "organisations:appointment",
    "organisations:change_appointment",
    "organisations:hand_over_appointment",
    "organisations:end_appointment",
    "organisations:unit",
    "organisations:create_unit_below",
    "organisations:edit_unit",
    "organisations:move_unit",
    "organisations:merge_unit",
    "organisations:close_unit",
    "organisations:reopen_unit",
    "organisations:enrolment_year",
    "organisations:enrolment",
    "organisations:add_to_unit",
}


@dataclass
class Someone:
    """Who asks."""

    name: str
    person: Person | None
    client: Client

    @property
    def rights(self) -> PersonRights:
        return rights_of(self.person) if self.person else NOBODY


class World:
    """`own` and `other`, and everyone who asks."""

    def __init__(self) -> None:
        county = County()
        self.chief = person("Ada Administratör", "administrator")
        school = county.solen
        school.kind = "school"
        school.save()
        self.own = self._place(county.staden, school, "Mia Medlem")
        county.backen.kind = "school"
        county.backen.save()
        self.other = self._place(county.byn, county.backen, "Mio Medlem")

    def everyone(self) -> list[Someone]:
        """Nobody, someone without a role, and one with each role."""
        scopes = {
            "organisation-manager": self.own.organisation.scope,
            "unit-manager": self.own.unit.scope,
            "strategist": self.own.organisation.scope,
            "analyst": self.own.organisation.scope,
        }
        people: list[tuple[str, Person | None]] = [
            ("nobody", None),
            ("signed in", person("Siri Inloggad")),
            ("administrator", self.chief),
        ]
        for code in Role.objects.exclude(code="administrator").values_list("code", flat=True):
            people.append((code, person(f"Rolf {code}", code, scopes[code])))
        return [Someone(name, who, self._client(who)) for name, who in people]

    def _client(self, who: Person | None) -> Client:
        client = Client(raise_request_exception=False)
        if who is not None:
            client.force_login(who)
        return client

    def _place(self, organisation: Organisation, unit: Unit, name: str) -> Place:
        by, rights = actor(self.chief), rights_of(self.chief)
        member = person(name)
        return Place(
            organisation=organisation,
            unit=unit,
            member=member,
            membership=add_membership(
                by=by, person=member, place=organisation, term=Term(timezone.localdate())
            ),
            appointment=self._appointment(unit, member),
            agreement=add_agreement(
                by=by,
                rights=rights,
                organisation=organisation,
                name="Avsiktsförklaring",
                signed_on=days(-10),
                expires_on=days(100),
            ),
            draft=hold_file(
                person=self.chief,
                organisation=organisation,
                kind="units",
                name="enheter.csv",
                content=UNITS,
                close_missing=False,
            ),
            invitation=invitations.invite(
                by=by,
                rights=rights,
                inviter=self.chief,
                email=f"ny@{organisation.pk}.exempel.se",
                name="Ny",
                role=Role.objects.get(code="unit-manager"),
                scope=organisation.scope,
                site="http://testserver",
            ),
            grant=RoleGrant.objects.create(
                person=member,
                role=Role.objects.get(code="strategist"),
                scope=organisation.scope,
                starts_on=timezone.localdate() - timedelta(days=1),
                granted_by=SYSTEM.name,
            ),
            message=queue(
                key=f"matrix {organisation.pk}",
                template="delivery-test",
                to=member.email,
                language="sv",
                context=template_named("delivery-test").example,
                scope=organisation.scope,
            ),
        )

    def _appointment(self, unit: Unit, member: Person) -> Appointment:
        return appointments.appoint(
            by=actor(self.chief),
            rights=rights_of(self.chief),
            manager=self.chief,
            person=member,
            role_type=RoleType.objects.get(code="barnrattspilot"),
            unit=unit,
            terms=appointments.Terms(days(0), days(300)),
        )


def example(name: str, place: Place) -> dict[str, Any]:
    """What fills the address; KeyError for an address with parts that nobody gave an example of."""
    return EXAMPLES[name](place) if name in EXAMPLES else {}


def _organisation(place: Place) -> dict[str, Any]:
    return {"key": place.organisation.key}


def _unit(place: Place) -> dict[str, Any]:
    return {"key": place.unit.key}


def _appointment(place: Place) -> dict[str, Any]:
    return {"key": place.appointment.key}


def _agreement(place: Place) -> dict[str, Any]:
    return {"key": place.agreement.key}


def _membership(place: Place) -> dict[str, Any]:
    return {"number": place.membership.pk}


def _message(place: Place) -> dict[str, Any]:
    return {"key": place.message.message_id}


def _draft(place: Place) -> dict[str, Any]:
    return {"key": place.organisation.key, "draft": place.draft.key}


EXAMPLES = {
    "accounts:invitation": lambda place: {"token": "gissad"},
    "accounts:end_grant": lambda place: {"number": place.grant.pk},
    "accounts:withdraw": lambda place: {"key": place.invitation.key},
    "accounts:person": lambda place: {"key": place.member.key},
    "accounts:delete_person": lambda place: {"key": place.member.key},
    "account_reset_password_from_key": lambda place: {"uidb36": "1", "key": "gissad"},
    "mfa_edit_webauthn": lambda place: {"pk": 1},
    "mfa_remove_webauthn": lambda place: {"pk": 1},
    **{
        f"organisations:{name}": _organisation
        for name in (
            "organisation", "members", "history", "logo", "edit_logo", "edit_organisation",
            "close_organisation", "reopen_organisation", "merge_organisation", "create_unit",
            "add_to_organisation",
        )
    },
    **{
        f"organisations:{name}": _unit
        for name in (
            "unit", "create_unit_below", "edit_unit", "move_unit", "merge_unit", "close_unit",
            "reopen_unit", "enrolment_year", "add_to_unit",
        )
    },
    **{
        f"organisations:{name}": _appointment
        for name in (
            "appointment", "answer_appointment", "change_appointment", "hand_over_appointment",
            "end_appointment",
        )
    },
    **{
        f"organisations:{name}": _agreement
        for name in ("agreement", "renew_agreement", "end_agreement")
    },
    **{f"organisations:{name}": _membership for name in ("membership", "end_membership")},
    **{f"organisations:{name}": _draft for name in ("preview", "aside")},
    "organisations:enrolment": lambda place: {"key": place.unit.key, "year": 2026},
    "organisations:appoint": lambda place: {"unit": place.unit.key},
    "organisations:import": lambda place: {"key": place.organisation.key, "kind": "units"},
    "organisations:import_example": lambda place: {"kind": "units", "file_format": "csv"},
    "organisations:current": lambda place: {
        "key": place.organisation.key,
        "kind": "units",
        "file_format": "csv",
    },
    **{f"mail:{name}": _message for name in ("message", "retry", "stop", "letter", "letter_html")},
    "mail:template": lambda place: {"name": "delivery-test"},
    "mail:template_html": lambda place: {"name": "delivery-test", "language": "sv"},
    **{
        f"openid_connect_{name}": lambda place: {"provider_id": "okand"}
        for name in ("login", "callback")
    },
    **{
        f"saml_{name}": lambda place: {"organization_slug": "okand"}
        for name in ("acs", "finish_acs", "sls", "metadata", "login")
    },
    "indicators:indicator": lambda place: {"study": "prov", "code": "x"},
    "indicators:download": lambda place: {"study": "prov", "code": "x", "ending": "csv"},
    "indicators:release": lambda place: {"study": "prov", "number": 1},
    "indicators:indicator_of_release": lambda place: {"study": "prov", "code": "x", "number": 1},
    "indicators:download_of_release": lambda place: {
        "study": "prov", "code": "x", "number": 1, "ending": "csv",
    },
    "indicators:area": lambda place: {"code": "04"},
    "indicators:study": lambda place: {"code": "prov"},
    "indicators:diagram": lambda place: {
        "study": "prov", "number": 1, "kind": "trend", "indicator": "x", "area": "04",
        "period": "2023", "breakdown": "-", "ending": "svg",
    },
}  # fmt: skip
