"""Messages as staff read them."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from samling.mail.choices import State
from samling.mail.models import Message
from samling.mail.queries import Asked
from samling.mail.registry import registered
from samling.ui import components as ui
from samling.ui import formats

COLORS = {
    State.SENT: "success",
    State.UNSURE: "warning",
    State.FAILED: "danger",
    State.BOUNCED: "danger",
}


def state_tag(message: Message) -> ui.Tag:
    """Where the message is, in a word and a colour."""
    state = State(message.state)
    return ui.Tag(formats.capitalised(str(state.label)), COLORS.get(state, "neutral"))


def lines(messages: Iterable[Message]) -> list[tuple[Message, ui.Tag]]:
    """Messages with their states."""
    return [(message, state_tag(message)) for message in messages]


def troubles(counts: dict[str, int]) -> list[ui.Notice]:
    """What has to be looked at, first on the page: how many, what it means, where they are."""
    notices = []
    for state, count in counts.items():
        heading, text = _trouble(State(state), count)
        link = ui.Link(gettext("Visa dem"), f"{reverse('mail:messages')}?lage={state}")
        severity: ui.Severity = "warning" if state == State.UNSURE else "danger"
        notices.append(ui.Notice(text, heading, severity, (link,)))
    return notices


def _trouble(state: State, count: int) -> tuple[str, str]:
    if state == State.FAILED:
        return (
            ngettext("%(n)s mejl kunde inte skickas", "%(n)s mejl kunde inte skickas", count)
            % {"n": count},
            gettext("E-postservern sa nej. Orsaken står på varje mejl."),
        )
    if state == State.BOUNCED:
        return (
            ngettext("%(n)s mejl studsade", "%(n)s mejl studsade", count) % {"n": count},
            gettext(
                "De skickades, men mottagarens server kunde inte lämna fram dem. Ofta är "
                "adressen fel."
            ),
        )
    return (
        ngettext("%(n)s mejl är oklart", "%(n)s mejl är oklara", count) % {"n": count},
        gettext(
            "Sändningen bröts innan servern hann svara. De kan ha kommit fram. De skickas inte "
            "igen av sig själva: bestäm för vart och ett."
        ),
    )


def filters(asked: Asked) -> ui.FilterBar:
    """By state, template and receiver."""
    states = [
        ui.Option(state.value, formats.capitalised(str(state.label)), state == asked.state)
        for state in State
    ]
    templates = [
        ui.Option(template.name, template.name, template.name == asked.template)
        for template in registered()
    ]
    return ui.FilterBar(
        gettext("Välj mejl"),
        (
            ui.Select("lage", gettext("Läge"), (ui.Option("", gettext("Alla")), *states)),
            ui.Select("mall", gettext("Mall"), (ui.Option("", gettext("Alla")), *templates)),
        ),
        fields=(ui.TextField("till", gettext("Mottagare"), asked.receiver),),
    )


def facts(message: Message) -> list[ui.Fact]:
    """What is known of a message besides its text."""
    found = [
        ui.Fact(gettext("Till"), message.to),
        ui.Fact(gettext("Mall"), message.template),
        ui.Fact(gettext("Skapat"), formats.full_moment(message.queued_at)),
    ]
    if message.sent_at:
        found.append(ui.Fact(gettext("Skickat"), formats.full_moment(message.sent_at)))
    if message.state == State.WAITING:
        when = formats.full_moment(message.next_attempt_at)
        found.append(ui.Fact(gettext("Nästa försök"), when))
    found.append(ui.Fact(gettext("Antal försök"), formats.number(message.attempts)))
    if message.problem:
        found.append(ui.Fact(gettext("Serverns svar"), message.problem))
    found.append(ui.Fact(gettext("Mejlets nummer"), str(message.message_id)))
    return found
