"""Messages as staff read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from samling.mail.actions import BETWEEN
from samling.mail.choices import State
from samling.mail.models import Message, Turn
from samling.mail.queries import Asked
from samling.mail.registry import registered, title_of, words_of_work
from samling.ui import components as ui
from samling.ui import formats

COLORS = {
    State.SENT: "success",
    State.UNSURE: "warning",
    State.FAILED: "danger",
    State.BOUNCED: "danger",
}

LATE = timedelta(hours=25)
"""Without a turn for so long nobody works, even where the work is done once a day."""


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
        ui.Option(template.name, str(template.title), template.name == asked.template)
        for template in registered()
    ]
    return ui.FilterBar(
        gettext("Välj mejl"),
        (
            ui.Select("lage", gettext("Läge"), (ui.Option("", gettext("Alla")), *states)),
            ui.Select("mall", gettext("Typ av mejl"), (ui.Option("", gettext("Alla")), *templates)),
        ),
        fields=(ui.TextField("till", gettext("Mottagare"), asked.receiver),),
    )


def facts(message: Message) -> list[ui.Fact]:
    """What is known of a message besides its text."""
    found = [
        ui.Fact(gettext("Till"), message.to),
        ui.Fact(gettext("Typ av mejl"), title_of(message.template)),
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


@dataclass(frozen=True)
class WorkLine:
    """A scheduled work as staff read it: what it does, its last and next turn, what is wrong."""

    title: str
    description: str
    last: str
    next: str
    problem: str = ""
    tag: ui.Tag | None = None


def work_lines(turns: Iterable[tuple[str, Turn | None]], *, now: datetime) -> list[WorkLine]:
    """The scheduled work, as `queries.turns` has it."""
    return [_work_line(path, turn, now) for path, turn in turns]


def _work_line(path: str, turn: Turn | None, now: datetime) -> WorkLine:
    title, description = words_of_work(path)
    problem = turn.problem if turn else ""
    tag = ui.Tag(gettext("Gick fel"), "danger") if problem else None
    done = turn.finished_at if turn else None
    if done is None:
        return WorkLine(title, description, gettext("Inte gjort än"), "", problem, tag)
    last = gettext("Gjordes senast %(when)s") % {"when": formats.short_moment(done)}
    when = formats.short_moment(max(done + BETWEEN, now))
    after = gettext("Görs igen tidigast %(when)s") % {"when": when}
    if done + LATE < now:
        tag = ui.Tag(gettext("Försenat"), "danger")
        after = gettext("Kontrollera att programmet samling worker är i gång")
    return WorkLine(title, description, last, after, problem, tag)
