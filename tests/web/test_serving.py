"""An installation as it is set up and served: static files, readiness, one at a time."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.core import signals
from django.db import close_old_connections

from databases import own_environment
from samling.cli.preparing import port_taken
from samling.web import warming
from world import write_study


def environment(root: Path) -> dict[str, str]:
    own = {**os.environ, **own_environment(root)}
    return own | {"PYTHONPATH": os.pathsep.join(sys.path), "DJANGO_SETTINGS_MODULE": ""}


def start(root: Path, *words: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "samling.cli.main", *map(str, words)]
    own = environment(root) | {"DJANGO_SETTINGS_MODULE": "samling.web.settings"}
    return subprocess.Popen(
        command, env=own, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


READ = """
import json, re, sys
from samling.web.wsgi import application
def read(address):
    said = {}
    def start(status, headers, *_):
        said.update({name.lower(): value for name, value in headers}, status=status)
    environ = {"PATH_INFO": address, "HTTP_HOST": "localhost", "REQUEST_METHOD": "GET"}
    from wsgiref.util import setup_testing_defaults
    setup_testing_defaults(environ)
    answer = application(environ, start)
    body = b"".join(answer)
    answer.close()
    return said, body
said, page = read("/")
styles = re.findall(r'href="(/static/[^"]+[.]css)"', page.decode())
print(json.dumps([styles, [read(style)[0] for style in styles]]))
"""


def test_static_files_have_their_content_in_their_name_and_are_kept(tmp_path):
    """`samling setup` in an empty folder, and then the application in a process of its own."""
    setting_up = start(tmp_path, "setup")
    assert (setting_up.communicate()[1], setting_up.returncode) == ("", 0)
    manifest = json.loads((tmp_path / "static" / "staticfiles.json").read_text())
    assert manifest["paths"]["ui/samling.css"] != "ui/samling.css"
    own = environment(tmp_path) | {"DJANGO_SETTINGS_MODULE": "samling.web.settings"}
    ran = subprocess.run(
        [sys.executable, "-c", READ], env=own, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    styles, answers = json.loads(ran.stdout)
    assert f"/static/{manifest['paths']['ui/samling.css']}" in styles
    assert {answer["status"] for answer in answers} == {"200 OK"}
    assert {answer["cache-control"] for answer in answers} == {
        "max-age=315360000, public, immutable"
    }


def test_two_first_publishings_at_once(tmp_path):
    """Both find an empty folder, where the database has yet to be made."""
    folder = write_study(tmp_path / "study")
    both = [start(tmp_path / "data", "study", "publish", folder) for _ in range(2)]
    said = [process.communicate() for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    ends = sorted(out.splitlines()[-1].split(":")[0] for out, _ in said)
    assert ends == ["Nothing has changed since prov 1; no new release.", "Published prov 1"]


def test_a_busy_port_is_said_before_anything_is_done(tmp_path):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        demo = start(tmp_path, "demo", "--port", port)
        out, err = demo.communicate()
    assert (demo.returncode, out) == (1, "")
    assert err == (
        f"Nothing was started or published. Port {port} can't be used (address already in use). "
        "Choose another: make demo PORT=8001, or samling demo --port 8001.\n"
    )
    assert not (tmp_path / "db.sqlite3").exists()
    assert port_taken(port) == ""
    assert port_taken(70_000) != ""


# --- warm before the first reader --------------------------------------------------------------


@pytest.fixture
def application(monkeypatch):
    """As it is served, but that no request closes the connection of the test's own transaction."""
    from django.core.handlers.wsgi import WSGIHandler  # noqa: PLC0415 - reads the settings

    monkeypatch.setattr(warming, "close_old_connections", lambda: None)
    both = (signals.request_started, signals.request_finished)
    for signal in both:
        signal.disconnect(close_old_connections)
    yield WSGIHandler()
    for signal in both:
        signal.connect(close_old_connections)


def test_the_first_pages_are_read_in_both_languages(site, application, monkeypatch):
    read = {}
    real = warming._read

    def noted(application, address):
        read[address] = real(application, address)

    monkeypatch.setattr(warming, "_read", noted)
    warming.warm_up(application)
    assert set(read.values()) == {"200 OK"}
    assert {"/", "/omraden/0480/", "/en/indikatorer/prov/bright_future/"} <= set(read)


def test_an_installation_without_a_database_starts(application, monkeypatch, db):
    def away():
        raise OSError("no database")

    monkeypatch.setattr(warming, "all_published", away)
    warming.warm_up(application)
