"""The ETag changes with everything that a page shows."""

from pathlib import Path

import pytest

import samling
from samling.indicators.models import Study
from samling.indicators.presenting import fresh, labels
from samling.places.actions import load_division
from samling.places.models import Area, Division
from samling.ui import conditional

PAGE = "/omraden/0480/"


@pytest.fixture
def asked_again(client, site):
    """Ask for a page twice, with a change between; returns the second answer's status."""

    def status(change) -> int:
        first = client.get(PAGE)
        assert client.get(PAGE, headers={"If-None-Match": first["ETag"]}).status_code == 304
        change()
        return client.get(PAGE, headers={"If-None-Match": first["ETag"]}).status_code

    return status


@pytest.mark.parametrize("name", ["SAMLING_OWNER", "SAMLING_CONTACT"])
def test_another_owner(asked_again, settings, name):
    assert asked_again(lambda: setattr(settings, name, "nya@exempel.se")) == 200


def test_areas_that_were_loaded_again(asked_again, client, tmp_path):
    """Another process has loaded them: the names that this one remembers are forgotten."""
    file = tmp_path / "more.csv"
    file.write_text(
        "code,name,level,parent,valid_from,valid_to,members\nD1,Norr,district,0480,2026-01-01,,\n"
    )

    def load():
        load_division(file, by="test", code="mer", name_sv="Mer", name_en="More")
        Area.objects.filter(code="0480").update(name="Nya Köping")

    assert asked_again(load) == 200
    assert "Nya Köping" in client.get(PAGE).content.decode()


def test_a_loading_that_changes_nothing_is_no_change(site, tmp_path):
    file = tmp_path / "more.csv"
    file.write_text(
        "code,name,level,parent,valid_from,valid_to,members\nD1,Norr,district,0480,2026-01-01,,\n"
    )
    words = {"by": "test", "code": "mer", "name_sv": "Mer", "name_en": "More"}
    load_division(file, **words)
    before = fresh.stamp()
    load_division(file, **words)
    assert fresh.stamp() == before
    Division.objects.filter(code="mer").delete()
    assert fresh.stamp() != before


def test_changed_code_without_a_new_version(asked_again, tmp_path, monkeypatch):
    """The program's files are read once a process; here another process has others."""

    def mend():
        package = tmp_path / "samling"
        package.mkdir()
        (package / "page.html").write_text("mended")
        monkeypatch.setattr(conditional.samling, "__file__", str(package / "__init__.py"))
        conditional.code_stamp.cache_clear()

    assert asked_again(mend) == 200
    conditional.code_stamp.cache_clear()


def test_every_file_that_a_page_can_show_is_in_the_stamp():
    """Else a mended text would stay hidden behind the old tag. Fonts, notes for programmers and the
    sources of translations are no text of a page."""
    house = Path(samling.__file__).parent
    found = {
        file.suffix
        for file in house.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert found - conditional.SOURCES == {".md", ".po", ".ttf", ".woff2"}


def test_static_files_that_were_collected(asked_again, settings, tmp_path):
    def collect():
        settings.STATIC_ROOT = tmp_path
        (tmp_path / "staticfiles.json").write_text("{}")
        conditional.code_stamp.cache_clear()

    assert asked_again(collect) == 200
    conditional.code_stamp.cache_clear()


def test_a_tag_holds_no_secret(client, site, settings):
    tag = client.get("/")["ETag"]
    settings.SECRET_KEY = "another"
    settings.SAMLING_SMTP_URL = "smtp://user:secret@mail"
    assert client.get("/")["ETag"] == tag
    assert Study.objects.count() == 2
    labels.forget_areas()
