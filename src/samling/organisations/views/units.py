"""Units: their pages, and looking after them."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from samling.organisations.actions.enrolment import set_enrolment
from samling.organisations.actions.importing.enrolment import year_name
from samling.organisations.actions.merging import merge_units
from samling.organisations.actions.units import (
    close_unit,
    create_unit,
    edit_unit,
    move_unit,
    reopen_unit,
)
from samling.organisations.choices import UnitKind
from samling.organisations.forms.registry import (
    EnrolmentForm,
    TargetForm,
    UnitForm,
    YearForm,
    tree_choices,
)
from samling.organisations.models import Enrolment, Organisation, Unit
from samling.organisations.presenting import pages
from samling.organisations.presenting.appointments import listed
from samling.organisations.presenting.history import events
from samling.organisations.queries import registry
from samling.organisations.queries.appointments import of_unit as in_unit
from samling.organisations.queries.standing import of_unit
from samling.organisations.rules import APPOINT, PEOPLE, READ_APPOINTMENTS, REGISTRY, require
from samling.organisations.views.place_forms import (
    closing,
    form_page,
    merging,
    reopened,
    settled,
)
from samling.organisations.views.shared import (
    above,
    holds,
    managed_unit,
    me,
    organisation_at,
    uncounted,
    unit_at,
)
from samling.ui import components as ui
from samling.ui.access import permitted, rights, signed_in

SHOWN = 100


@signed_in
@require_safe
def unit(request: HttpRequest, key: UUID) -> HttpResponse:
    """One unit: where it lies, how to reach it, pupils, people and history."""
    found = unit_at(key)
    sees_people = holds(request, PEOPLE, found)
    people = registry.members(found, on=timezone.localdate()) if sees_people else ()
    members, pagination = uncounted(people, request.GET, SHOWN)
    enrolled = Enrolment.objects.filter(unit=found) if found.kind == UnitKind.SCHOOL else ()
    children = found.children.filter(closed_on__isnull=True)
    context = {
        "page": ui.Page(found.name, breadcrumbs=above(found)),
        "unit": found,
        "facts": pages.unit_facts(found),
        "children": sorted(children, key=lambda child: registry.by_name(child.name)),
        "enrolment": pages.enrolment_table(enrolled),
        "is_school": found.kind == UnitKind.SCHOOL,
        "sees_people": sees_people,
        "members": members,
        "pagination": pagination,
        "sees_appointments": holds(request, READ_APPOINTMENTS, found),
        "appoints": holds(request, APPOINT, found),
        "appointments": listed(in_unit(found)),
        "events": events(list(registry.history(found)[:SHOWN])),
        "most_events": SHOWN,
        "manages": holds(request, REGISTRY, found),
    }
    return render(request, "organisations/unit.html", context)


@permitted(REGISTRY)
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest, key: UUID) -> HttpResponse:
    """A new unit at the top of an organisation."""
    return _create(request, organisation_at(key), None)


@permitted(REGISTRY)
@require_http_methods(["GET", "POST"])
def create_below(request: HttpRequest, key: UUID) -> HttpResponse:
    """A new unit under another."""
    parent = unit_at(key)
    return _create(request, parent.organisation, parent)


def _create(request: HttpRequest, organisation: Organisation, parent: Unit | None) -> HttpResponse:
    place = parent or organisation
    require(rights(request), REGISTRY, place)
    form = UnitForm(request.POST or None)
    made = settled(
        request,
        form,
        lambda: create_unit(
            by=me(request), organisation=organisation, details=form.details(), parent=parent
        ),
        gettext("Enheten är skapad."),
    )
    title = gettext("Ny enhet i %(name)s") % {"name": place.name}
    return made or form_page(request, place, title, form, gettext("Skapa"))


@permitted(REGISTRY)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, key: UUID) -> HttpResponse:
    """Name, kind, code and contact."""
    found = managed_unit(request, key)
    form = UnitForm(request.POST or None, current=found)
    done = settled(
        request,
        form,
        lambda: edit_unit(by=me(request), unit=found, details=form.details()),
        gettext("Uppgifterna är sparade."),
    )
    return done or form_page(request, found, gettext("Ändra uppgifter"), form, gettext("Spara"))


@permitted(REGISTRY)
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, key: UUID) -> HttpResponse:
    """Move under another unit, or to the top."""
    found = managed_unit(request, key)
    form = TargetForm(
        request.POST or None,
        choices=[("", gettext("högst upp i organisationen")), *_others(found)],
        label=gettext("Ska ligga under"),
        initial={"target": str(found.parent.key) if found.parent else ""},
    )

    def moved() -> Unit:
        target = form.cleaned_data["target"]
        parent = unit_at(UUID(target)) if target else None
        require(rights(request), REGISTRY, parent or found.organisation)
        return move_unit(by=me(request), unit=found, parent=parent)

    done = settled(request, form, moved, gettext("Enheten är flyttad."))
    title = gettext("Flytta %(name)s") % {"name": found.name}
    return done or form_page(request, found, title, form, gettext("Flytta"))


@permitted(REGISTRY)
@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, key: UUID) -> HttpResponse:
    """Merge into another unit of the organisation."""
    found = managed_unit(request, key)

    def merged(target: UUID) -> Unit:
        into = unit_at(target)
        require(rights(request), REGISTRY, into)
        return merge_units(by=me(request), unit=found, into=into)

    said = gettext("Enheterna är ihopslagna.")
    return merging(request, found, of_unit(found), _others(found), merged, said)


@permitted(REGISTRY)
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, key: UUID) -> HttpResponse:
    """Close, saying what stands in the way or taking all of it along."""
    found = managed_unit(request, key)
    return closing(
        request,
        found,
        of_unit(found),
        lambda whole: close_unit(by=me(request), unit=found, with_everything=whole),
        gettext("Enheten är stängd."),
    )


@permitted(REGISTRY)
@require_POST
def reopen(request: HttpRequest, key: UUID) -> HttpResponse:
    """Open again."""
    found = managed_unit(request, key)
    said = gettext("Enheten är öppen igen.")
    return reopened(request, found, lambda: reopen_unit(by=me(request), unit=found), said)


@permitted(REGISTRY)
@require_http_methods(["GET", "POST"])
def enrolment(request: HttpRequest, key: UUID, year: int) -> HttpResponse:
    """A school year's pupils by grade."""
    found = managed_unit(request, key)
    rows = Enrolment.objects.filter(unit=found, year=year).values_list("grade", "pupils")
    form = EnrolmentForm(request.POST or None, current=dict(rows))
    done = settled(
        request,
        form,
        lambda: set_enrolment(by=me(request), unit=found, year=year, pupils=form.cleaned_data),
        gettext("Uppgifterna är sparade."),
    )
    title = gettext("Elever läsåret %(year)s") % {"year": year_name(year)}
    return done or form_page(request, found, title, form, gettext("Spara"))


@permitted(REGISTRY)
@require_http_methods(["GET", "POST"])
def enrolment_year(request: HttpRequest, key: UUID) -> HttpResponse:
    """Choose the school year to fill in."""
    found = managed_unit(request, key)
    today = timezone.localdate()
    this = today.year if today.month >= 7 else today.year - 1
    form = YearForm(request.POST or None, years=range(this + 1, this - 9, -1))
    form.fields["year"].initial = this
    if request.method == "POST" and form.is_valid():
        return redirect("organisations:enrolment", key=key, year=form.cleaned_data["year"])
    title = gettext("Fyll i elever för ett läsår")
    return form_page(request, found, title, form, gettext("Fortsätt"))


def _others(found: Unit) -> list[tuple[str, str]]:
    """The open units that aren't the one or below it."""
    rows = registry.tree(found.organisation)
    below = set(Unit.objects.filter(path__startswith=found.path).values_list("pk", flat=True))
    return tree_choices(row for row in rows if row.pk not in below)
