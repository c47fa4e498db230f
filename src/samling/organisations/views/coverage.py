"""Coverage and the gap list."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from samling.charts import Size, render_svg, svg_policy
from samling.organisations.presenting import coverage as presenting
from samling.organisations.queries import coverage as queries
from samling.organisations.queries.appointments import role_name
from samling.organisations.queries.gaps import gaps_followed, required_roles, told
from samling.organisations.rules import APPOINT, READ_APPOINTMENTS
from samling.organisations.views.appointment_frame import ROWS, Choices, above, my_link, ways
from samling.ui import components as ui
from samling.ui import formats
from samling.ui.access import permitted, rights
from samling.ui.pictures import size_asked, smaller

KEEP_SECONDS = 300
ABOUT_AS_LARGE: dict[Size, tuple[int, int]] = {
    "wide": (960, 610),
    "medium": (720, 530),
    "narrow": (340, 420),
}
"""Room kept for the map until it comes; only drawing it tells its height."""


@permitted(READ_APPOINTMENTS)
@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """How many of the units that must have someone have it: by organisation and municipality."""
    choices = Choices(request, required_roles(), needs_role=True)
    role = choices.choice.role_type
    listed = queries.by_organisation(choices.reach, role, choices.choice) if role else []
    places = queries.by_municipality(choices.reach, role, choices.choice) if role else []
    context = {
        "page": ui.Page(
            gettext("Täckning"),
            gettext("Hur många av de enheter som ska ha någon i uppdraget som har det i dag."),
            breadcrumbs=above(my_link()),
        ),
        "ways": ways(request),
        "filters": choices.filters(),
        "role": role_name(role) if role else "",
        "role_code": role.code if role else "",
        "total": queries.total(listed),
        "organisations": listed,
        "query": request.GET.urlencode(),
        "map": _figure(request, role_name(role), places)
        if role and presenting.can_be_drawn(places)
        else None,
        "places": presenting.place_table(places) if places else None,
        "empty": ui.EmptyState(
            gettext("Inga enheter att visa"),
            gettext("Ingen enhet i urvalet ska ha någon i uppdraget. Välj ett annat urval."),
        ),
    }
    return render(request, "organisations/appointments/coverage.html", context)


def _figure(request: HttpRequest, role: str, places: list[queries.Coverage]) -> ui.Figure:
    width, height = ABOUT_AS_LARGE["wide"]
    address = f"{reverse('organisations:coverage_map')}?{request.GET.urlencode()}"
    words = "; ".join(f"{place.name} {formats.share(place.share)}" for place in places)
    return ui.Figure(
        key="tackningskarta",
        caption=gettext("Andel enheter som har någon i uppdraget %(role)s") % {"role": role},
        subtitle=gettext("Efter kommun, i dag"),
        address=address,
        smaller=smaller(address, ABOUT_AS_LARGE.__getitem__),
        alternative=gettext("Karta: %(words)s.") % {"words": words},
        width=width,
        height=height,
        table=presenting.place_table(places),
        lazy=True,
    )


@permitted(READ_APPOINTMENTS)
@require_safe
def coverage_map(request: HttpRequest) -> HttpResponse:
    """The municipalities coloured by coverage, of what the reader may see."""
    choices = Choices(request, required_roles(), needs_role=True)
    role = choices.choice.role_type
    if role is None:
        raise Http404
    places = queries.by_municipality(choices.reach, role, choices.choice)
    drawn = presenting.drawn(role, places, size_asked(request))
    if drawn is None:
        raise Http404(gettext("Det finns ingen karta att rita."))
    answer = HttpResponse(render_svg(drawn), content_type="image/svg+xml")
    answer["Content-Security-Policy"] = svg_policy()
    answer["Cache-Control"] = f"private, max-age={KEEP_SECONDS}"
    return answer


@permitted(READ_APPOINTMENTS)
@require_safe
def gaps(request: HttpRequest) -> HttpResponse:
    """The units that must have someone in the role and have nobody today."""
    choices = Choices(request, required_roles(), needs_role=True)
    role = choices.choice.role_type
    may = rights(request)
    context = {
        "page": ui.Page(
            gettext("Luckor"),
            gettext("Enheter som ska ha någon i uppdraget men inte har någon i dag."),
            breadcrumbs=above(my_link()),
        ),
        "ways": ways(request),
        "filters": choices.filters(),
        "role": role,
        "query": request.GET.urlencode(),
        "appoints": may.can_anywhere(APPOINT),
        "empty": ui.EmptyState(
            gettext("Ingen lucka"),
            gettext("Alla enheter i urvalet har någon i uppdraget i dag."),
        ),
    }
    if role is not None:
        found = gaps_followed(choices.reach, role, choices.choice)
        pages = Paginator(found.values_list("pk", flat=True), ROWS)
        shown = pages.get_page(request.GET.get("sida"))
        context |= {
            "role_name": role_name(role),
            "gaps": told(shown, role),
            "count": pages.count,
            "pagination": ui.Pagination(shown.number, pages.num_pages, request.GET),
        }
    return render(request, "organisations/appointments/gaps.html", context)


@permitted(READ_APPOINTMENTS)
@require_safe
def gaps_file(request: HttpRequest) -> HttpResponse:
    """The whole gap list of the choice as CSV."""
    choices = Choices(request, required_roles(), needs_role=True)
    role = choices.choice.role_type
    if role is None:
        raise Http404
    found = gaps_followed(choices.reach, role, choices.choice)
    rows = told(found.values_list("pk", flat=True), role)
    content = presenting.gap_file(role, rows)
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    name = f"luckor-{role.code}-{timezone.localdate().isoformat()}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer
