"""A worker reads code, releases and areas before its first reader comes, and a new release
before its first reader does."""

from __future__ import annotations

import io
import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.urls import reverse
from django.utils import translation

from samling.charts import About, GroupBars, Row, render_svg, spec
from samling.indicators.presenting import fresh
from samling.indicators.queries import Published, all_published

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
SECONDS_BETWEEN_LOOKS = 2.0
log = logging.getLogger(__name__)


def warm_up(application: Application) -> None:
    """Show the first pages to nobody, in both languages; never stops a worker from starting."""
    try:
        for address in _first_addresses():
            _read(application, address)
    except Exception:
        log.debug("Nothing to warm up.", exc_info=True)
    finally:
        close_old_connections()


def keep_warm(application: Application) -> threading.Thread:
    """Draw a first chart, and then read every new release as soon as it is published."""
    thread = threading.Thread(target=_look, args=(application,), name="keep-warm", daemon=True)
    thread.start()
    return thread


def _look(application: Application) -> None:
    # The first chart of a process waits more than a second for its engine.
    render_svg(spec(GroupBars(About("-", "-"), (Row("-", 1.0),))))
    seen = _stamp("")
    while True:
        time.sleep(SECONDS_BETWEEN_LOOKS)
        stamp = _stamp(seen)
        if stamp != seen:
            seen = stamp
            warm_up(application)


def _stamp(seen: str) -> str:
    """What there is to show now; as it was seen, when the database is away for a while."""
    try:
        return fresh.stamp()
    except DatabaseError:
        return seen
    finally:
        close_old_connections()


def _first_addresses() -> list[str]:
    """The start page, and of every study its page and that of its first indicator and area."""
    found = []
    for language, _ in settings.LANGUAGES:
        with translation.override(language):
            found += [reverse("start"), reverse("indicators:index"), reverse("indicators:areas")]
            for data in all_published():
                found += _addresses_of(data)
    return found


def _addresses_of(data: Published) -> list[str]:
    study = data.study.study
    pages = [
        reverse("indicators:study", args=[study]),
        reverse("indicators:indicator", args=[study, data.study.indicators[0].code]),
    ]
    return pages + [reverse("indicators:area", args=[area]) for area in data.areas[1:2]]


def _read(application: Application, address: str) -> str:
    """One page as a browser would ask for it; returns its status."""
    said: list[str] = []
    host = next((h for h in settings.ALLOWED_HOSTS if not h.startswith((".", "*"))), "localhost")
    environ: dict[str, Any] = {
        "PATH_INFO": address,
        "HTTP_HOST": host,
        "HTTP_X_FORWARDED_PROTO": "https",
        "wsgi.url_scheme": "https" if settings.SAMLING_HTTPS else "http",
        "wsgi.input": io.BytesIO(),
    }
    setup_testing_defaults(environ)
    answer = application(environ, lambda status, headers, *_: said.append(status))
    for _ in answer:
        pass
    getattr(answer, "close", lambda: None)()
    return said[0]
