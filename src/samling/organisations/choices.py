"""Kinds of organisations and units, states of an appointment."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What sort of organisation it is."""

    REGION = "region", _("region")
    MUNICIPALITY = "municipality", _("kommun")
    COUNTY_BOARD = "county_board", _("länsstyrelse")
    UNIVERSITY = "university", _("högskola eller universitet")
    ASSOCIATION = "association", _("förening")
    COMPANY = "company", _("företag")
    AUTHORITY = "authority", _("myndighet")


class UnitKind(models.TextChoices):
    """What sort of unit within an organisation."""

    COMMITTEE = "committee", _("nämnd")
    DEPARTMENT = "department", _("förvaltning eller avdelning")
    PRESCHOOL = "preschool", _("förskola")
    SCHOOL = "school", _("skola")
    CLINIC = "clinic", _("klinik eller mottagning")
    LIBRARY = "library", _("bibliotek")
    DENTAL = "dental", _("tandvård")
    OTHER = "other", _("annan enhet")


class AppointmentState(models.TextChoices):
    """Where an appointment is: proposed by a manager until the person has answered."""

    PROPOSED = "proposed", _("väntar på svar")
    ACCEPTED = "accepted", _("antagen")
    DECLINED = "declined", _("avböjd")
    ENDED = "ended", _("avslutad")


# What may become of an appointment. One that is declined or ended stays so: a new try is a new one.
TRANSITIONS: dict[AppointmentState, frozenset[AppointmentState]] = {
    AppointmentState.PROPOSED: frozenset(
        {AppointmentState.ACCEPTED, AppointmentState.DECLINED, AppointmentState.ENDED}
    ),
    AppointmentState.ACCEPTED: frozenset({AppointmentState.ENDED}),
    AppointmentState.DECLINED: frozenset(),
    AppointmentState.ENDED: frozenset(),
}
OPEN_STATES = tuple(state for state, after in TRANSITIONS.items() if after)


class ChangeKind(models.TextChoices):
    """What happened to an organisation or unit."""

    CREATED = "created", _("skapad")
    RENAMED = "renamed", _("bytte namn")
    MOVED = "moved", _("flyttad")
    MERGED = "merged", _("sammanslagen")
    CLOSED = "closed", _("stängd")
    REOPENED = "reopened", _("öppnad igen")
    EDITED = "edited", _("ändrad")


class Grade(models.TextChoices):
    """The grades of a Swedish school, in order."""

    PRE = "F", _("förskoleklass")
    ONE = "1", _("årskurs 1")
    TWO = "2", _("årskurs 2")
    THREE = "3", _("årskurs 3")
    FOUR = "4", _("årskurs 4")
    FIVE = "5", _("årskurs 5")
    SIX = "6", _("årskurs 6")
    SEVEN = "7", _("årskurs 7")
    EIGHT = "8", _("årskurs 8")
    NINE = "9", _("årskurs 9")
    UPPER_ONE = "gy1", _("gymnasiet år 1")
    UPPER_TWO = "gy2", _("gymnasiet år 2")
    UPPER_THREE = "gy3", _("gymnasiet år 3")


class FileKind(models.TextChoices):
    """What a spreadsheet holds."""

    UNITS = "units", _("enheter")
    ENROLMENT = "enrolment", _("elever")
    PEOPLE = "people", _("personer")
