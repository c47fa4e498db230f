"""Looking after people, roles and invitations."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from samling.accounts import queries
from samling.accounts.actions import invitations
from samling.accounts.actions.people import delete_person
from samling.accounts.actions.roles import end_grant, grant_role
from samling.accounts.errors import AccountsError
from samling.accounts.forms.staff import DeletionForm, GrantForm, InviteForm
from samling.accounts.models import Invitation, Person, RoleGrant
from samling.accounts.rules import actor, person_of
from samling.accounts.scopes import scope_label
from samling.accounts.views.own import above
from samling.ui import components as ui
from samling.ui.access import permitted, rights
from samling.ui.addresses import in_letters

ROWS = 100
PEOPLE = "people.manage"


def _require_whole(request: HttpRequest) -> None:
    """PermissionDenied for who looks after people somewhere only: accounts belong to no place."""
    if not rights(request).can(PEOPLE):
        raise PermissionDenied


def _people_link() -> ui.Link:
    return ui.Link(gettext("Personer"), reverse("accounts:people"))


@permitted(PEOPLE)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Everyone with an account, with a search."""
    _require_whole(request)
    search = request.GET.get("sok", "").strip()
    pages = Paginator(queries.people(search), ROWS)
    shown = pages.get_page(request.GET.get("sida"))
    held: dict[int, list[str]] = {}
    for grant in queries.grants_within(rights(request), PEOPLE).filter(person__in=list(shown)):
        held.setdefault(grant.person_id, []).append(grant.role.name)
    context = {
        "page": ui.Page(
            gettext("Personer"),
            gettext("Alla som har ett konto. Öppna en person för att ge eller avsluta roller."),
            breadcrumbs=above(),
        ),
        "search": search,
        "people": [(person, sorted(set(held.get(person.pk, ())))) for person in shown],
        "count": pages.count,
        "pagination": ui.Pagination(shown.number, pages.num_pages, request.GET),
    }
    return render(request, "accounts/people.html", context)


@permitted(PEOPLE)
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, key: UUID) -> HttpResponse:
    """One person: roles that hold, and giving another."""
    _require_whole(request)
    subject = get_object_or_404(Person, key=key, pseudonymised_at__isnull=True)
    form = GrantForm(request.POST or None, rights=rights(request))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            grant_role(
                by=actor(person_of(request)),
                rights=rights(request),
                person=subject,
                role=values["role"],
                scope=values["scope"],
                ends_on=values["ends_on"],
            )
        except AccountsError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, gettext("Rollen är given."))
            return redirect("accounts:person", key=key)
    context = {
        "page": ui.Page(subject.name, lead=subject.email, breadcrumbs=above(_people_link())),
        "subject": subject,
        "form": form,
        "grants": _labelled(
            queries.grants_within(rights(request), "roles.grant").filter(person=subject)
        ),
    }
    return render(request, "accounts/person.html", context)


def _labelled(grants: Iterable[RoleGrant]) -> list[tuple[RoleGrant, str]]:
    labels: dict[str, str] = {}
    pairs = []
    for grant in grants:
        if grant.scope not in labels:
            labels[grant.scope] = scope_label(grant.scope)
        pairs.append((grant, labels[grant.scope]))
    return pairs


@permitted(PEOPLE)
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, key: UUID) -> HttpResponse:
    """Delete someone's account at their wish."""
    _require_whole(request)
    subject = get_object_or_404(Person, key=key, pseudonymised_at__isnull=True)
    form = DeletionForm(request.POST or None, person=subject)
    if request.method == "POST" and form.is_valid():
        try:
            delete_person(by=actor(person_of(request)), person=subject)
        except AccountsError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, gettext("Kontot är borttaget."))
            return redirect("accounts:people")
    page = ui.Page(
        gettext("Ta bort kontot för %(name)s") % {"name": subject.name},
        breadcrumbs=above(_people_link()),
    )
    context = {"page": page, "form": form, "cancel": reverse("accounts:person", args=[key])}
    return render(request, "accounts/delete.html", context)


@permitted("roles.grant")
@require_safe
def grants(request: HttpRequest) -> HttpResponse:
    """The roles that hold today where one may give them."""
    within = queries.grants_within(rights(request), "roles.grant").order_by(
        "role__name_sv", "person__name"
    )
    pages = Paginator(within, ROWS)
    shown = pages.get_page(request.GET.get("sida"))
    context = {
        "page": ui.Page(
            gettext("Roller"),
            gettext("Vem som har vilken roll i dag, i de organisationer som du ansvarar för."),
            breadcrumbs=above(),
        ),
        "grants": _labelled(shown),
        "roles": queries.roles(),
        "pagination": ui.Pagination(shown.number, pages.num_pages, request.GET),
    }
    return render(request, "accounts/grants.html", context)


@permitted("roles.grant")
@require_POST
def end(request: HttpRequest, number: int) -> HttpResponse:
    """Take a role away."""
    found = get_object_or_404(RoleGrant.objects.select_related("role", "person"), pk=number)
    try:
        end_grant(by=actor(person_of(request)), rights=rights(request), grant=found)
    except AccountsError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, gettext("Rollen är avslutad."))
    if rights(request).can(PEOPLE):
        return redirect("accounts:person", key=found.person.key)
    return redirect("accounts:grants")


@permitted("people.invite")
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Invite someone; see and withdraw the invitations that wait."""
    form = InviteForm(request.POST or None, rights=rights(request))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        me = person_of(request)
        invitations.invite(
            by=actor(me),
            rights=rights(request),
            inviter=me,
            email=values["email"],
            name=values["name"],
            role=values["role"],
            scope=values["scope"],
            site=in_letters("/"),
        )
        text = gettext("Inbjudan till %(address)s är på väg.") % {"address": values["email"]}
        messages.success(request, text)
        return redirect("accounts:invite")
    waiting = queries.invitations_within(rights(request), "people.invite")[:ROWS]
    context = {
        "page": ui.Page(
            gettext("Bjud in"),
            gettext("Den du bjuder in får ett mejl med en länk som gäller i fjorton dagar."),
            breadcrumbs=above(),
        ),
        "form": form,
        "waiting": [(found, scope_label(found.scope)) for found in waiting],
    }
    return render(request, "accounts/invite.html", context)


@permitted("people.invite")
@require_POST
def withdraw(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take an invitation back."""
    found = get_object_or_404(Invitation, key=key)
    try:
        invitations.withdraw(by=actor(person_of(request)), rights=rights(request), invitation=found)
    except AccountsError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, gettext("Inbjudan är tillbakadragen."))
    return redirect("accounts:invite")
