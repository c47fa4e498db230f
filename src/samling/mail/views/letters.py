"""Letters as their receivers see them: the demo's inbox, and every template with an example.

A letter's HTML has an address of its own with a policy of its own. It is shown in a frame that
can run nothing and reach nothing, wherever its text comes from.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from typing import TypeVar, cast
from uuid import UUID

from csp.decorators import csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from samling.mail import queries
from samling.mail.models import Message
from samling.mail.registry import MailTemplate, UnknownTemplateError, registered, template_named
from samling.mail.writing import Written, write
from samling.ui import components as ui
from samling.ui.access import public
from samling.ui.conditional import public_page

STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
MOST = 200
View = TypeVar("View", bound=Callable[..., HttpResponse])


def framing(view: View) -> View:
    """A page that has a frame with a page of ours in it."""
    return cast(View, csp_update({"frame-src": ["'self'"]})(view))


@public
@never_cache
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """What a demo has sent, by receiver. There is no such page but in a demo."""
    _demo_only()
    receivers = list(queries.receivers())
    chosen = request.GET.get("till", "").replace("\x00", "")
    options = tuple(
        ui.Option(address, f"{address} ({count})", address == chosen)
        for address, count in receivers
    )
    found = list(queries.inbox(chosen)[:MOST]) if chosen else []
    context = {
        "page": ui.Page(
            gettext("Demons inkorg"),
            lead=gettext("Inget mejl lämnar demon. Här läser du det som skulle ha skickats."),
        ),
        "filters": ui.FilterBar(
            gettext("Välj mottagare"),
            (ui.Select("till", gettext("Mottagare"), (ui.Option("", "–"), *options)),),
        ),
        "chosen": chosen,
        "letters": found,
        "receivers": len(receivers),
    }
    return render(request, "mail_pages/inbox.html", context)


@public
@never_cache
@framing
@require_safe
def letter(request: HttpRequest, key: UUID) -> HttpResponse:
    """One letter of the demo, secret ones too, with links that lead where they lead."""
    _demo_only()
    found = get_object_or_404(Message, message_id=key)
    context = {
        "page": ui.Page(
            found.subject,
            breadcrumbs=(ui.Link(gettext("Demons inkorg"), reverse("mail:inbox")),),
        ),
        "letter": found,
        "source": reverse("mail:letter_html", args=[key]),
    }
    return render(request, "mail_pages/letter.html", context)


@public
@never_cache
@xframe_options_sameorigin
@require_safe
def letter_html(request: HttpRequest, key: UUID) -> HttpResponse:
    """The letter's HTML, for the frame."""
    _demo_only()
    found = get_object_or_404(Message, message_id=key)
    if not found.html:
        raise Http404
    return _source(found.html)


@public_page(lambda: "mail templates")
def templates(request: HttpRequest) -> HttpResponse:
    """Every template of the installation."""
    context = {
        "page": ui.Page(
            gettext("Mejlmallar"),
            lead=gettext("Alla mejl som Samling kan skicka, med påhittade uppgifter."),
            breadcrumbs=(_gallery(),),
        ),
        "cards": [
            ui.Card(
                _written(template, get_language() or "sv").subject,
                reverse("mail:template", args=[template.name]),
                template.name,
            )
            for template in registered()
        ],
    }
    return render(request, "mail_pages/templates.html", context)


@framing
@public_page(lambda: "mail template")
def template(request: HttpRequest, name: str) -> HttpResponse:
    """One template: as text and as HTML, in every language."""
    found = _template(name)
    context = {
        "page": ui.Page(
            name,
            breadcrumbs=(_gallery(), ui.Link(gettext("Mejlmallar"), reverse("mail:templates"))),
        ),
        "secret": found.secret,
        "versions": [
            (label, _written(found, code), reverse("mail:template_html", args=[name, code]))
            for code, label in settings.LANGUAGES
        ],
    }
    return render(request, "mail_pages/template.html", context)


@xframe_options_sameorigin
@public_page(lambda: "mail template's source")
def template_html(request: HttpRequest, name: str, language: str) -> HttpResponse:
    """The example's HTML, for the frame."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    return _source(_written(_template(name), language).html)


def _demo_only() -> None:
    if not settings.SAMLING_DEMO:
        raise Http404


def _gallery() -> ui.Link:
    return ui.Link(gettext("Komponenter"), reverse("ui:gallery"))


def _template(name: str) -> MailTemplate:
    try:
        return template_named(name)
    except UnknownTemplateError as error:
        raise Http404 from error


def _written(found: MailTemplate, language: str) -> Written:
    return write(found.name, language=language, context=found.example)


def _source(html: str) -> HttpResponse:
    """The HTML as it was sent, but for where its links open: in the window, not in the frame."""
    answer = HttpResponse(html.replace("<head>", '<head><base target="_top">', 1))
    hashes = " ".join(f"'sha256-{_hash(style)}'" for style in STYLE.findall(html))
    answer["Content-Security-Policy"] = (
        f"default-src 'none'; style-src {hashes or chr(39) + 'none' + chr(39)}; "
        "frame-ancestors 'self'; base-uri 'none'; form-action 'none'; "
        "sandbox allow-top-navigation-by-user-activation"
    )
    return answer


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
