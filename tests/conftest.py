"""Every test has its data in a directory of its own, never in the installation's."""

import importlib
import os
import shutil
import tempfile

import pytest
from django.conf import settings
from django.db import connection
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis.internal.conjecture import providers

from samling.web import settings as installation

# The suite draws the same examples every time; SAMLING_EXPLORE=1 draws new ones.
# How long an example takes says how busy the machine is, not whether the code is right.
PATIENT = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
hypothesis_settings.register_profile("steady", derandomize=True, **PATIENT)
if os.environ.get("SAMLING_EXPLORE") != "1":
    hypothesis_settings.load_profile("steady")
    # Hypothesis also tries numbers that stand in the code that happens to be loaded, so that what
    # one process draws hangs on which files it was handed before. Its version is pinned.
    providers._get_local_constants = lambda: providers._local_constants

DATA = tempfile.mkdtemp(prefix="samling-tests-")
os.environ["SAMLING_DATA"] = DATA
# pytest-django has read the settings before this file is run; read them again.
importlib.reload(installation)
for name in dir(installation):
    if name.isupper():
        setattr(settings, name, getattr(installation, name))
settings.PASSWORD_HASHERS = ["hashing.LightArgon2", *settings.PASSWORD_HASHERS[1:]]
# Tests that commit empty the tables afterwards, and the audit refuses that.
importlib.import_module("flushing")


RECORDS = {"db", "transactional_db", "django_db_setup", "live_server", "client"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL what touches the records is run again, and what wants PostgreSQL itself.

    `on_postgresql.py` starts a server for that run; there is none in the first, on SQLite.
    """
    second = bool(installation.SAMLING_DATABASE_URL)
    kept = [item for item in items if (_wanted(item) if second else not _wants_postgresql(item))]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def _wants_postgresql(item: pytest.Item) -> bool:
    return item.get_closest_marker("postgres") is not None


def _wanted(item: pytest.Item) -> bool:
    if item.get_closest_marker("once") is not None:
        return False
    touches = not RECORDS.isdisjoint(getattr(item, "fixturenames", ()))
    return touches or _wants_postgresql(item) or item.get_closest_marker("django_db") is not None


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request):
    """Every process that runs tests has a PostgreSQL database of its own."""
    worker = getattr(request.config, "workerinput", {}).get("workerid")
    if worker and connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["NAME"] = f"test_samling_{worker}"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Ends what still talks to the database when the last test is done.

    A browser that is closed may leave the live server in the middle of an answer, and PostgreSQL
    doesn't drop a database that somebody is connected to.
    """
    yield
    if connection.vendor != "postgresql":
        return
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(autouse=True)
def _swedish() -> None:
    """Each test begins in Swedish, whatever page the one before it read last."""
    translation.activate(settings.LANGUAGE_CODE)


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(DATA, ignore_errors=True)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Where every service is meant to be there, a skipped test is a failure."""
    skipped = terminalreporter.stats.get("skipped", [])
    if os.environ.get("SAMLING_FAIL_ON_SKIP") == "1" and skipped:
        for report in skipped:
            terminalreporter.write_line(f"SKIPPED IN CI: {report.nodeid}: {report.longrepr}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if os.environ.get("SAMLING_FAIL_ON_SKIP") == "1" and skipped and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
