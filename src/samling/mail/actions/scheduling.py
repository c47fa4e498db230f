"""Work that is done every hour, by whichever worker comes first."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from samling.mail.models import Turn

logger = logging.getLogger(__name__)
BETWEEN = timedelta(minutes=55)
TURN_LASTS = timedelta(hours=2)


@dataclass(frozen=True)
class Done:
    """What became of one piece of scheduled work; `problem` is the error that stopped it."""

    work: str
    result: str = ""
    problem: str = ""


def run_scheduled(
    *, today: date, force: bool = False, stop: Callable[[], bool] = lambda: False
) -> tuple[Done, ...]:
    """Do each work of `SAMLING_SCHEDULED` that wasn't done in the last hour, or all by `force`.

    Only one worker does a work at a time. One that died with it is waited for two hours; the
    work is written so that it can be done twice or late. An error stops only its own work.
    """
    names = settings.SAMLING_SCHEDULED
    return tuple(
        _done(name, today) for name in names if not stop() and _take_turn(name, force=force)
    )


@transaction.atomic
def _take_turn(work: str, *, force: bool) -> bool:
    Turn.objects.get_or_create(work=work)
    turn = Turn.objects.select_for_update().get(work=work)
    now = timezone.now()
    if turn.running and turn.started_at and turn.started_at > now - TURN_LASTS:
        return False
    if not force and turn.finished_at and turn.finished_at > now - BETWEEN:
        return False
    turn.running, turn.started_at = True, now
    turn.save(update_fields=["running", "started_at"])
    return True


def _done(work: str, today: date) -> Done:
    finish = partial(Turn.objects.filter(work=work).update, running=False)
    try:
        result = import_string(work)(today=today)
    except Exception as error:
        logger.exception("Scheduled work %s failed", work)
        problem = f"{type(error).__name__}: {error}"
        finish(finished_at=timezone.now(), problem=problem)
        return Done(work, problem=problem)
    except BaseException:
        finish()
        raise
    finish(finished_at=timezone.now(), problem="")
    return Done(work, result="" if result is None else str(result))
