"""What organisations and units are looked after by: a form, what it does, and where that leads."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from samling.organisations.actions.closing import standing_in_words
from samling.organisations.actions.history import RegistryError
from samling.organisations.forms.registry import CloseForm, MergeForm
from samling.organisations.models import Organisation, Unit
from samling.organisations.queries.standing import Standing
from samling.organisations.views.shared import above_in, address, tried
from samling.ui import components as ui

Place = Organisation | Unit


def settled(
    request: HttpRequest, form: forms.Form, change: Callable[[], Place], said: str
) -> HttpResponse | None:
    """To the page of what a filled-in form has changed, with a word that it is done.

    None where there is a form to show: it has not been sent, something in it is to be mended, or
    the change can't be made, which the form then says.
    """
    if request.method != "POST" or not form.is_valid():
        return None
    place = tried(form, change)
    if place is None:
        return None
    messages.success(request, said)
    return redirect(address(place))


def form_page(
    request: HttpRequest, place: Place, title: str, form: forms.Form, submit: str
) -> HttpResponse:
    """A page that is one form about the place."""
    context = {
        "page": ui.Page(title, breadcrumbs=above_in(place)),
        "form": form,
        "submit": submit,
        "cancel": address(place),
    }
    return render(request, "organisations/form.html", context)


def closing(
    request: HttpRequest,
    place: Place,
    standing: Standing,
    close: Callable[[bool], Place],
    said: str,
) -> HttpResponse:
    """Closing, which says what stands in the way or takes all of it along.

    `close` is told whether everything goes along.
    """
    words = standing_in_words(standing)
    form = CloseForm(request.POST or None, standing=words)
    done = settled(
        request, form, lambda: close(form.cleaned_data.get("with_everything", False)), said
    )
    if done is not None:
        return done
    title = gettext("Stäng %(name)s") % {"name": place.name}
    context = {
        "page": ui.Page(title, breadcrumbs=above_in(place)),
        "place": place,
        "standing": words,
        "form": form,
        "cancel": address(place),
    }
    return render(request, "organisations/close.html", context)


def merging(
    request: HttpRequest,
    place: Place,
    standing: Standing,
    others: list[tuple[str, str]],
    merge: Callable[[UUID], Place],
    said: str,
) -> HttpResponse:
    """Merging into one of the others, pairs of key and name; `merge` is told its key."""
    form = MergeForm(request.POST or None, choices=others, label=gettext("Slå ihop med"))
    done = settled(request, form, lambda: merge(UUID(form.cleaned_data["target"])), said)
    if done is not None:
        return done
    title = gettext("Slå ihop %(name)s med en annan") % {"name": place.name}
    context = {
        "page": ui.Page(title, breadcrumbs=above_in(place)),
        "place": place,
        "standing": standing_in_words(standing),
        "none": not others,
        "form": form,
        "cancel": address(place),
    }
    return render(request, "organisations/merge.html", context)


def reopened(
    request: HttpRequest, place: Place, reopen: Callable[[], object], said: str
) -> HttpResponse:
    """Back to the place, opened again or with why it can't be."""
    try:
        reopen()
    except RegistryError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect(address(place))
