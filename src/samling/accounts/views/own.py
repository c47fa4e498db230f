"""One's own account, and answering an invitation."""

from __future__ import annotations

from uuid import UUID

from allauth.account.utils import perform_login
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from samling.accounts import limits
from samling.accounts.actions import invitations
from samling.accounts.actions.people import (
    change_details,
    delete_person,
    end_sessions,
    personal_data,
)
from samling.accounts.demo import demo_people
from samling.accounts.errors import AccountsError
from samling.accounts.forms.staff import DeletionForm, DetailsForm
from samling.accounts.models import Person
from samling.accounts.queries import browser_words
from samling.accounts.rules import active_grants, actor, person_of
from samling.accounts.scopes import scope_label
from samling.ui import components as ui
from samling.ui.access import public, signed_in


def above(*links: ui.Link) -> tuple[ui.Link, ...]:
    """The pages above one of the account's."""
    return (ui.Link(gettext("Mina sidor"), reverse("workspace")), *links)


def account_link() -> ui.Link:
    """The account's own page, as a page above."""
    return ui.Link(gettext("Mitt konto"), reverse("accounts:account"))


@signed_in
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Name and language; ways on to everything else of the account."""
    person = person_of(request)
    form = DetailsForm(
        request.POST or None, initial={"name": person.name, "language": person.language}
    )
    if request.method == "POST" and form.is_valid():
        change_details(person=person, **form.cleaned_data)
        messages.success(request, gettext("Uppgifterna är sparade."))
        return redirect("accounts:account")
    methods = Authenticator.objects.filter(user=person).exclude(type="recovery_codes").count()
    context = {
        "page": ui.Page(gettext("Mitt konto"), breadcrumbs=above()),
        "form": form,
        "person": person,
        "methods": methods,
        "sessions": UserSession.objects.filter(user=person).count(),
        "roles": [
            (grant.role, scope_label(grant.scope), grant)
            for grant in active_grants().filter(person=person).select_related("role")
        ],
    }
    return render(request, "accounts/account.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """Where one is signed in; end one or all others."""
    person = person_of(request)
    here = request.session.session_key or ""
    if request.method == "POST":
        chosen = request.POST.get("session", "")
        ended = end_sessions(
            person=person, keep=here, only=int(chosen) if chosen.isdecimal() else None
        )
        text = ngettext(
            "%(count)s inloggning är avslutad.", "%(count)s inloggningar är avslutade.", ended
        ) % {"count": ended}
        messages.success(request, text)
        return redirect("accounts:sessions")
    context = {
        "page": ui.Page(
            gettext("Inloggningar"),
            gettext("Här är du inloggad. Känner du inte igen någon: avsluta den och byt lösenord."),
            breadcrumbs=above(account_link()),
        ),
        "sessions": [
            (session, browser_words(session.user_agent))
            for session in UserSession.objects.filter(user=person).order_by("-created_at")
        ],
        "here": here,
    }
    return render(request, "accounts/sessions.html", context)


@signed_in
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """Everything that is known of oneself, as a file."""
    person = person_of(request)
    answer = JsonResponse(
        personal_data(person), json_dumps_params={"ensure_ascii": False, "indent": 2}
    )
    answer["Content-Disposition"] = 'attachment; filename="mina-uppgifter.json"'
    answer["Cache-Control"] = "no-store"
    return answer


@signed_in
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest) -> HttpResponse:
    """Delete one's account, after writing its address."""
    person = person_of(request)
    form = DeletionForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            delete_person(by=actor(person), person=person)
        except AccountsError as error:
            form.add_error(None, str(error))
        else:
            logout(request)
            messages.success(request, gettext("Kontot är borttaget."))
            return redirect("account_login")
    page = ui.Page(gettext("Ta bort mitt konto"), breadcrumbs=above(account_link()))
    context = {"page": page, "form": form, "own": True, "cancel": reverse("accounts:account")}
    return render(request, "accounts/delete.html", context)


@public
@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What one is invited to. Only a button accepts, and only the invited address may.

    The address holds the token, so no cache keeps an answer, not even to one that was cut off. The
    site's own policy ("same-origin") keeps it from others; "no-referrer" would also take the origin
    away that the form is checked by.
    """
    if not limits.may_guess(request):
        return render(request, "429.html", status=429)
    found = invitations.found(token)
    if found is None:
        limits.count_guess(request)
        return render(request, "accounts/invitation_unknown.html", status=404)
    problem = invitations.problem_of(found)
    reader = request.user if request.user.is_authenticated else None
    if request.method == "POST" and isinstance(reader, Person):
        try:
            invitations.accept(person=reader, invitation=found)
        except AccountsError as error:
            problem = str(error)
        else:
            request.session.pop(invitations.IN_SESSION, None)
            messages.success(request, gettext("Välkommen! Inbjudan är antagen."))
            return redirect("workspace")
    if not problem:
        invitations.hold(request.session, token)
    fits = isinstance(reader, Person) and reader.email.lower() == found.email.lower()
    context = {
        "page": ui.Page(gettext("Inbjudan till Samling")),
        "invitation": found,
        "inviter": found.invited_by.name if found.invited_by else gettext("Samling"),
        "scope": scope_label(found.scope),
        "problem": problem,
        "reader": reader,
        "fits": fits,
        "here": request.path,
    }
    return render(request, "accounts/invitation.html", context, status=410 if problem else 200)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@public
@require_POST
def enter_demo(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the demo's made-up people; there is no such page but in a demo.

    The sign-in library's own way in, without a password: with its list of where one is signed in,
    and with the second step of whoever has added one.
    """
    person = get_object_or_404(demo_people(), key=_uuid(request.POST.get("person", "")))
    answer: HttpResponse = perform_login(request, person, redirect_url=reverse("workspace"))
    return answer
