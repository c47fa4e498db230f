"""One's own appointments, one appointment, and the list of those one follows."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from samling.accounts.rules import person_of
from samling.organisations.actions import appointments as actions
from samling.organisations.actions.appointments import AppointmentError
from samling.organisations.choices import OPEN_STATES, AppointmentState
from samling.organisations.forms.appointments import AnswerForm
from samling.organisations.models import Appointment, RoleType
from samling.organisations.presenting import appointments as presenting
from samling.organisations.queries import appointments as queries
from samling.organisations.rules import (
    APPOINT,
    READ_APPOINTMENTS,
    may_answer,
    may_read_appointment,
    scopes_of,
)
from samling.organisations.views.appointment_frame import (
    ROWS,
    Choices,
    above,
    appointment_or_404,
    my_link,
    ways,
)
from samling.ui import components as ui
from samling.ui.access import permitted, rights, signed_in


@signed_in
@require_safe
def my_appointments(request: HttpRequest) -> HttpResponse:
    """What one is asked to take, what one has, and what one has had."""
    today = timezone.localdate()
    mine = list(queries.mine(person_of(request)))
    waiting = [found for found in mine if found.state == AppointmentState.PROPOSED]
    current = [
        found
        for found in mine
        if found.state == AppointmentState.ACCEPTED and (found.ends_on or today) >= today
    ]
    context = {
        "page": ui.Page(
            gettext("Mina uppdrag"),
            gettext("Här svarar du på nya uppdrag och ser utbildning och plan för dem du har."),
            breadcrumbs=above(),
        ),
        "ways": ways(request),
        "waiting": _told(waiting),
        "current": _told(current),
        "earlier": _told([found for found in mine if found not in waiting + current]),
    }
    return render(request, "organisations/appointments/mine.html", context)


def _told(appointments: list[Appointment]) -> list[tuple[Appointment, str, str, str]]:
    """Each with its title, its state and its time in words."""
    return [
        (
            found,
            presenting.title_of(found),
            presenting.state_text(found),
            presenting.time_text(found),
        )
        for found in appointments
    ]


@signed_in
@require_safe
def appointment(request: HttpRequest, key: UUID) -> HttpResponse:
    """One appointment: for the person, and for those who follow it or look after it."""
    found = appointment_or_404(key)
    me = person_of(request)
    if not may_read_appointment(rights(request), me, found):
        raise PermissionDenied
    return _shown(request, found, AnswerForm())


def _shown(request: HttpRequest, found: Appointment, form: AnswerForm) -> HttpResponse:
    today = timezone.localdate()
    over = found.state not in OPEN_STATES or (found.ends_on or date.max) < today
    manages = rights(request).can(APPOINT, scopes_of(found.unit)) and not over
    own = found.person_id == person_of(request).pk
    context = {
        "page": ui.Page(presenting.title_of(found), breadcrumbs=above(my_link())),
        "appointment": found,
        "description": queries.role_description(found.role_type),
        "facts": presenting.facts_of(found),
        "answers": may_answer(person_of(request), found) and not over,
        "form": form,
        "own": own,
        "manages": manages,
        "held": found.state == AppointmentState.ACCEPTED and found.starts_on <= today,
        "before": found.follows if manages or own else None,
        "after": found.followed_by.select_related("person").filter(state__in=OPEN_STATES).first(),
    }
    return render(request, "organisations/appointments/appointment.html", context)


@signed_in
@require_POST
def answer(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say yes or no by a button; only the person themself may."""
    found = appointment_or_404(key)
    me = person_of(request)
    if found.person_id != me.pk:
        raise PermissionDenied
    form = AnswerForm(request.POST)
    if request.POST.get("answer") not in {"yes", "no"} or not form.is_valid():
        return _shown(request, found, form)
    try:
        if request.POST["answer"] == "yes":
            actions.accept(person=me, appointment=found)
            text = gettext("Tack! Uppdraget är ditt.")
        else:
            actions.decline(person=me, appointment=found, reason=form.cleaned_data["reason"])
            text = gettext("Du har tackat nej. Chefen får veta det.")
    except AppointmentError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, text)
    return redirect("organisations:my_appointments")


@permitted(READ_APPOINTMENTS)
@require_safe
def followed(request: HttpRequest) -> HttpResponse:
    """The appointments that one follows or looks after."""
    choices = Choices(request, list(RoleType.objects.all()), needs_role=False)
    if choices.choice.state == queries.MISSING:
        query = request.GET.copy()
        query.pop("lage")
        return redirect(f"{reverse('organisations:gaps')}?{query.urlencode()}")
    found = queries.followed(choices.reach, choices.choice).values_list("pk", flat=True)
    pages = Paginator(found, ROWS)
    shown = pages.get_page(request.GET.get("sida"))
    context = {
        "page": ui.Page(
            gettext("Alla uppdrag"),
            gettext("Uppdragen i de organisationer och enheter som du följer eller ansvarar för."),
            breadcrumbs=above(my_link()),
        ),
        "ways": ways(request),
        "filters": choices.filters(states=True),
        "count": pages.count,
        "table": presenting.table_of(queries.in_order(shown)),
        "empty": ui.EmptyState(
            gettext("Inga uppdrag passar in"),
            gettext("Välj ett annat läge eller en annan organisation."),
        ),
        "pagination": ui.Pagination(shown.number, pages.num_pages, request.GET),
    }
    return render(request, "organisations/appointments/list.html", context)
