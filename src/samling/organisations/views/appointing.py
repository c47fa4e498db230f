"""Appointing, handing over, changing and ending."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from samling.accounts.models import Person
from samling.accounts.rules import actor, person_of
from samling.organisations.actions import appointments as actions
from samling.organisations.actions.appointments import AppointmentError, Newcomer
from samling.organisations.choices import AppointmentState
from samling.organisations.forms.appointments import (
    AppointForm,
    ChangeForm,
    EndForm,
    TermsForm,
    WithdrawForm,
)
from samling.organisations.models import Appointment, RoleType, Unit
from samling.organisations.presenting import appointments as presenting
from samling.organisations.queries import appointments as queries
from samling.organisations.queries.colleagues import chosen as colleague_chosen
from samling.organisations.queries.colleagues import looked_up
from samling.organisations.queries.reach import units_reached
from samling.organisations.rules import APPOINT, require
from samling.organisations.views.appointment_frame import (
    ROWS,
    above,
    appointment_or_404,
    my_link,
    unit_or_404,
    ways,
)
from samling.ui import components as ui
from samling.ui.access import permitted, rights

FOUND = 20
A_DAY = timedelta(days=1)


@permitted(APPOINT)
@require_safe
def choose_unit(request: HttpRequest) -> HttpResponse:
    """Find the unit to appoint someone for."""
    search = request.GET.get("sok", "").strip()
    units = Unit.objects.filter(units_reached(rights(request), APPOINT), closed_on__isnull=True)
    if search:
        units = units.filter(Q(name__icontains=search) | Q(code__iexact=search))
    pages = Paginator(units.select_related("organisation").order_by("name", "pk"), ROWS)
    shown = pages.get_page(request.GET.get("sida"))
    field = ui.TextField("sok", gettext("Enhetens namn eller kod"), search)
    context = {
        "page": ui.Page(
            gettext("Utse någon"),
            gettext("Välj först den enhet som uppdraget gäller."),
            breadcrumbs=above(my_link()),
        ),
        "ways": ways(request),
        "filters": ui.FilterBar(
            gettext("Sök bland enheterna"), (), fields=(field,), submit=gettext("Sök")
        ),
        "units": shown,
        "count": pages.count,
        "empty": ui.EmptyState(
            gettext("Ingen enhet passar in"),
            gettext("Sök på en del av namnet, eller på hela koden."),
        ),
        "pagination": ui.Pagination(shown.number, pages.num_pages, request.GET),
    }
    return render(request, "organisations/appointments/choose_unit.html", context)


@permitted(APPOINT)
@require_http_methods(["GET", "POST"])
def appoint(request: HttpRequest, unit: UUID) -> HttpResponse:
    """Appoint someone for a unit: who is found by name, or written with an address."""
    place = unit_or_404(unit)
    require(rights(request), APPOINT, place)
    chosen = _chosen(request, place)
    roles = sorted(RoleType.objects.all(), key=lambda role: place.kind not in role.unit_kinds)
    start = {"role_type": request.GET.get("typ", "")}
    form = AppointForm(request.POST or None, initial=start, person=chosen, roles=roles)
    if request.method == "POST" and form.is_valid():
        me = person_of(request)
        try:
            made = actions.appoint(
                by=actor(me),
                rights=rights(request),
                manager=me,
                person=_who(form, chosen),
                role_type=form.role(),
                unit=place,
                terms=form.terms(),
            )
        except AppointmentError as error:
            form.add_error(None, str(error))
        else:
            return _asked(request, made)
    title = gettext("Utse någon för %(unit)s") % {"unit": place.name}
    page = ui.Page(title, lead=place.organisation.name, breadcrumbs=above(my_link()))
    return _picking(request, page, form, chosen, place)


@permitted(APPOINT)
@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask someone else to take an appointment over."""
    found = appointment_or_404(key)
    require(rights(request), APPOINT, found.unit)
    chosen = _chosen(request, found.unit)
    start = {
        "starts_on": _next_day(found),
        "training": found.training,
        "plan": found.plan,
    }
    form = TermsForm(
        request.POST or None, initial=start, person=chosen, months=found.role_type.term_months
    )
    if request.method == "POST" and form.is_valid():
        me = person_of(request)
        try:
            made = actions.hand_over(
                by=actor(me),
                rights=rights(request),
                manager=me,
                appointment=found,
                person=_who(form, chosen),
                terms=form.terms(),
            )
        except AppointmentError as error:
            form.add_error(None, str(error))
        else:
            return _asked(request, made)
    title = gettext("Lämna över uppdraget")
    lead = gettext(
        "%(person)s är kvar tills den nya har tackat ja, och slutar dagen före den nyas första dag."
    )
    page = ui.Page(
        title,
        lead=lead % {"person": found.person.name},
        breadcrumbs=above(my_link(), _link(found)),
    )
    return _picking(request, page, form, chosen, found.unit)


def _next_day(found: Appointment) -> date:
    """When another could begin: after the last day if that is soon, else tomorrow."""
    tomorrow = timezone.localdate() + A_DAY
    last = found.ends_on
    return last + A_DAY if last and tomorrow <= last <= tomorrow + queries.SOON else tomorrow


def _chosen(request: HttpRequest, place: Unit) -> Person | None:
    return colleague_chosen(rights(request), place.organisation, request.GET.get("person", ""))


def _who(form: TermsForm, chosen: Person | None) -> Person | Newcomer:
    given = form.cleaned_data
    return chosen or Newcomer(given["name"], given["email"])


def _asked(request: HttpRequest, made: Appointment) -> HttpResponse:
    text = gettext("%(person)s har fått ett mejl och kan nu tacka ja eller nej.")
    messages.success(request, text % {"person": made.person.name})
    return redirect("organisations:appointment", key=made.key)


def _link(found: Appointment) -> ui.Link:
    to = reverse("organisations:appointment", args=[found.key])
    return ui.Link(presenting.title_of(found), to)


def _picking(
    request: HttpRequest, page: ui.Page, form: TermsForm, chosen: Person | None, place: Unit
) -> HttpResponse:
    """The form, with a search for people above it until someone is chosen."""
    search = request.GET.get("sok", "").strip()
    colleagues = looked_up(rights(request), place.organisation, search)
    found = colleagues[:FOUND] if len(search) > 1 else ()
    query = request.GET.copy()
    query.pop("person", None)
    field = ui.TextField("sok", gettext("Namn eller e-postadress"), search)
    kept = tuple((name, request.GET.get(name, "")) for name in ("typ",) if name in request.GET)
    context = {
        "page": page,
        "form": form,
        "chosen": chosen,
        "other": f"?{query.urlencode()}",
        "search": search,
        "found": found,
        "most": FOUND,
        "filters": ui.FilterBar(
            gettext("Sök bland dem som arbetar i organisationen"),
            (),
            kept=kept,
            fields=(field,),
            submit=gettext("Sök"),
        ),
    }
    return render(request, "organisations/appointments/appoint.html", context)


@permitted(APPOINT)
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change last day, training and plan."""
    found = appointment_or_404(key)
    require(rights(request), APPOINT, found.unit)
    names = ("ends_on", "training", "trained_on", "plan")
    form = ChangeForm(request.POST or None, initial={name: getattr(found, name) for name in names})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(
                by=actor(person_of(request)),
                rights=rights(request),
                appointment=found,
                **form.cleaned_data,
            )
        except AppointmentError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, gettext("Uppdraget är ändrat. Personen får ett mejl."))
            return redirect("organisations:appointment", key=key)
    return _form_page(request, found, gettext("Ändra uppdraget"), form, gettext("Spara"))


@permitted(APPOINT)
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, key: UUID) -> HttpResponse:
    """End an appointment, or withdraw one that hasn't begun."""
    found = appointment_or_404(key)
    require(rights(request), APPOINT, found.unit)
    today = timezone.localdate()
    waits = found.state == AppointmentState.PROPOSED or found.starts_on > today
    form: WithdrawForm | EndForm = (
        WithdrawForm(request.POST or None)
        if waits
        else EndForm(request.POST or None, initial={"last_day": today})
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.end(
                by=actor(person_of(request)),
                rights=rights(request),
                appointment=found,
                last_day=form.cleaned_data.get("last_day", today),
                reason=form.cleaned_data["reason"],
            )
        except AppointmentError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, gettext("Uppdraget avslutas. Personen får ett mejl."))
            return redirect("organisations:appointment", key=key)
    title = gettext("Dra tillbaka uppdraget") if waits else gettext("Avsluta uppdraget")
    submit = gettext("Dra tillbaka") if waits else gettext("Avsluta")
    return _form_page(request, found, title, form, submit, danger=True)


def _form_page(
    request: HttpRequest,
    found: Appointment,
    title: str,
    form: ChangeForm | EndForm | WithdrawForm,
    submit: str,
    *,
    danger: bool = False,
) -> HttpResponse:
    lead = f"{found.person.name}: {presenting.title_of(found)}"
    context = {
        "page": ui.Page(title, lead=lead, breadcrumbs=above(my_link(), _link(found))),
        "form": form,
        "submit": submit,
        "danger": danger,
        "cancel": reverse("organisations:appointment", args=[found.key]),
    }
    return render(request, "organisations/appointments/form.html", context)
