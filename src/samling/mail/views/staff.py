"""The outbox for staff: what was sent, what went wrong, trying again."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages as said
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from samling.audit.actions import Actor
from samling.mail import actions, presenting, queries
from samling.mail.choices import State
from samling.mail.models import Message
from samling.mail.rules import MANAGE, READ, can_be_retried, can_be_stopped, require
from samling.ui import components as ui
from samling.ui.access import EVERYWHERE, permitted, rights

ROWS = 50


@permitted(READ)
@require_safe
def messages(request: HttpRequest) -> HttpResponse:
    """Every message that one may see, with what needs a decision first."""
    asked = queries.Asked(
        state=request.GET.get("lage", "") if request.GET.get("lage") in State.values else "",
        template=request.GET.get("mall", "")[:64].replace("\x00", ""),
        receiver=request.GET.get("till", "").strip()[:254].replace("\x00", ""),
    )
    reader = rights(request)
    pages = Paginator(queries.messages(reader, READ, asked), ROWS)
    shown = pages.get_page(request.GET.get("sida"))
    whole = EVERYWHERE in reader.scopes(READ)
    context = {
        "page": ui.Page(
            gettext("Mejl"),
            lead=gettext("Det som Samling har skickat och ska skicka."),
            breadcrumbs=(_workspace(),),
        ),
        "trouble": presenting.trouble_notice(queries.trouble(reader, READ)),
        "stuck": queries.waiting_since_long(reader, READ),
        "filters": presenting.filters(asked),
        "lines": presenting.lines(shown),
        "count": pages.count,
        "pagination": ui.Pagination(shown.number, pages.num_pages, request.GET),
        "work": presenting.work_lines(queries.turns(), now=timezone.now()) if whole else (),
    }
    return render(request, "mail_pages/messages.html", context)


@permitted(READ)
@require_safe
def message(request: HttpRequest, key: UUID) -> HttpResponse:
    """One message: its text unless it is secret, what the server said, what can be done."""
    found = get_object_or_404(Message, message_id=key)
    require(rights(request), READ, found)
    manages = rights(request).can(MANAGE, found.reach.split())
    context = {
        "page": ui.Page(
            found.heading,
            breadcrumbs=(_workspace(), ui.Link(gettext("Mejl"), reverse("mail:messages"))),
        ),
        "message": found,
        "tag": presenting.state_tag(found),
        "explanation": presenting.explanation(found.state),
        "facts": presenting.facts(found),
        "retry": manages and can_be_retried(found),
        "stop": manages and can_be_stopped(found),
    }
    return render(request, "mail_pages/message.html", context)


@permitted(MANAGE)
@require_POST
def retry(request: HttpRequest, key: UUID) -> HttpResponse:
    """Send it again."""
    return _done(request, key, actions.retry, gettext("Mejlet skickas igen."))


@permitted(MANAGE)
@require_POST
def stop(request: HttpRequest, key: UUID) -> HttpResponse:
    """Stop it for good."""
    return _done(request, key, actions.cancel, gettext("Mejlet är stoppat."))


def _done(
    request: HttpRequest, key: UUID, action: Callable[..., Message], done: str
) -> HttpResponse:
    found = get_object_or_404(Message, message_id=key)
    require(rights(request), MANAGE, found)
    try:
        action(by=Actor(str(request.user), rights(request).actor), message=found)
    except actions.StateError as error:
        said.error(request, str(error))
    else:
        said.success(request, done)
    return redirect("mail:message", key=key)


def _workspace() -> ui.Link:
    return ui.Link(gettext("Mina sidor"), reverse("workspace"))
