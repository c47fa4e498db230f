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


def trouble_notice(counts: dict[str, int]) -> ui.Notice | None:
    """What needs a decision, first on the page: how many, what to do, where they are."""
    count = sum(counts.values())
    if not count:
        return None
    links = tuple(
        ui.Link(_counted(State(state), n), f"{reverse('mail:messages')}?lage={state}")
        for state, n in counts.items()
    )
    heading = ngettext("%(n)s mejl behöver ett beslut", "%(n)s mejl behöver ett beslut", count)
    text = gettext("Öppna mejlet för att se orsaken. Skicka det igen eller stoppa det.")
    return ui.Notice(text, heading % {"n": count}, "danger", links)


def _counted(state: State, count: int) -> str:
    if state == State.FAILED:
        text = ngettext("%(n)s kunde inte skickas", "%(n)s kunde inte skickas", count)
    elif state == State.BOUNCED:
        text = ngettext("%(n)s studsade", "%(n)s studsade", count)
    else:
        text = ngettext("%(n)s är oklart", "%(n)s är oklara", count)
    return text % {"n": count}


def explanation(state: str) -> str:
    """What a state that needs a decision means, and what to do; empty for the others."""
    if state == State.FAILED:
        return gettext("E-postservern tog inte emot mejlet. Orsaken står under Serverns svar.")
    if state == State.BOUNCED:
        return gettext(
            "Mejlet skickades, men mottagarens server kunde inte lämna fram det. Ofta är adressen "
            "fel eller brevlådan full."
        )
    if state == State.UNSURE:
        return gettext(
            "Sändningen bröts innan servern hann svara, så mejlet kan ha kommit fram. Fråga gärna "
            "mottagaren. Skickar du igen kan det komma två gånger. Stoppar du det händer inget mer."
        )
    return ""


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
