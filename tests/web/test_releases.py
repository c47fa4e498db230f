"""Earlier releases: at addresses of their own, and gone when they would tell of few persons."""

from pathlib import Path

import pytest
from django.test.html import parse_html

from samling.indicators.actions import publish_study
from samling.indicators.presenting import labels
from samling.indicators.presenting.provenance import as_html
from samling.indicators.queries import latest_release, warehouse
from samling.places.actions import load_sweden
from ui.reading import all_of, text
from world import change, draw_rows, write_rows, write_study

WHO = "Enhetschefen 2026-11-25: tre elever har tagit tillbaka sina svar."
PAGE = "/indikatorer/prov/bright_future/"
PICTURE = "/diagram/prov/{}/trend/bright_future/04/-/-.svg"
SWEDEN = ("  division: prov\n  division_file: areas.csv\n", "  division: sverige\n")


@pytest.fixture
def study(db, tmp_path: Path) -> Path:
    load_sweden(by="tests")
    labels.forget_areas()
    folder = write_study(tmp_path / "study", changes=[SWEDEN])
    publish(folder)
    return folder


def publish(folder: Path, **options: str) -> None:
    publish_study(folder, by="tests", warehouse=warehouse(), progress=lambda _: None, **options)


def read(client, address: str, status: int = 200):
    answer = client.get(address)
    assert answer.status_code == status, address
    return parse_html(answer.content.decode())


def headings(page) -> list[str]:
    return [text(found) for name in ("h1", "h2", "h3") for found in all_of(page, name)]


def links(page) -> dict[str, str]:
    return {dict(a.attributes)["href"]: text(a) for a in all_of(page, "a")}


@pytest.fixture
def two(study) -> Path:
    """A second release with other names."""
    change(study / "study.yaml", "Ljus framtid", "Ljus syn på framtiden")
    publish(study)
    return study


def test_the_list_leads_to_every_release(client, two):
    found = links(read(client, "/undersokningar/prov/"))
    assert found["/undersokningar/prov/1/"] == "Publicering 1"
    assert found["/undersokningar/prov/2/"] == "Publicering 2"


def test_a_release_stays_as_it_was(client, two):
    old = read(client, "/undersokningar/prov/1/")
    assert headings(old)[0] == "Publicering 1: Provundersökning"
    assert links(old)[f"{PAGE}1/"] == "Ljus framtid"
    assert links(read(client, "/undersokningar/prov/2/"))[f"{PAGE}2/"] == "Ljus syn på framtiden"
    page = read(client, f"{PAGE}1/")
    assert headings(page)[0] == "Ljus framtid"
    assert headings(read(client, PAGE))[0] == "Ljus syn på framtiden"
    found = links(page)
    assert found[PAGE] == "De senaste siffrorna"
    assert {f"{PAGE[:-1]}/1.{ending}" for ending in ("csv", "xlsx", "json")} <= set(found)
    (form,) = [f for f in all_of(page, "form") if "omrade" in str(f)]
    assert dict(form.attributes)["action"] == f"{PAGE}1/"
    csv = client.get(f"{PAGE[:-1]}/1.csv")
    assert csv["Content-Disposition"] == 'attachment; filename="prov-bright_future-1.csv"'


def test_the_latest_release_has_an_address_too(client, two):
    found = links(read(client, f"{PAGE}2/"))
    assert "De senaste siffrorna" not in found.values()


@pytest.mark.parametrize(
    "address",
    [
        "/undersokningar/prov/3/",
        "/undersokningar/gone/1/",
        f"{PAGE}3/",
        "/indikatorer/prov/gone/1/",
        "/indikatorer/prov/bright_future/3.csv",
        PICTURE.format(3),
    ],
)
def test_a_release_that_is_none(client, two, address):
    assert client.get(address).status_code == 404


@pytest.fixture
def withdrawn(study) -> Path:
    """Three pupils are taken out, and someone has decided to publish."""
    write_rows(study / "data.csv", draw_rows()[3:])
    publish(study, despite_differences=WHO)
    return study


@pytest.mark.parametrize(
    "address",
    [f"{PAGE}1/", *(f"{PAGE[:-1]}/1.{e}" for e in ("csv", "xlsx", "json")), PICTURE.format(1)],
)
def test_figures_that_would_tell_of_few_are_gone(client, withdrawn, address):
    page = read(client, address, 410)
    assert headings(page)[0] == "Siffrorna visas inte längre"
    assert links(page)["/undersokningar/prov/"] == "De senaste siffrorna"
    assert client.get(address.replace("1/", "2/").replace("/1.", "/2.")).status_code == 200


def test_a_picture_that_was_kept_is_gone_too(client, study):
    kept = client.get(PICTURE.format(1))
    assert kept.status_code == 200
    write_rows(study / "data.csv", draw_rows()[3:])
    publish(study, despite_differences=WHO)
    again = client.get(PICTURE.format(1), headers={"If-None-Match": kept["ETag"]})
    assert again.status_code == 410


def test_what_was_decided_is_said(client, withdrawn):
    old = read(client, "/undersokningar/prov/1/")
    assert "Siffrorna i den här publiceringen visas inte längre" in headings(old)
    assert "Indikatorer" not in headings(old)
    assert WHO in text(read(client, "/undersokningar/prov/2/"))
    assert WHO in text(read(client, "/undersokningar/prov/"))


# --- provenance --------------------------------------------------------------------------------

PROVENANCE = """\
# Provundersökningen

Ritad av *testerna* <script>alert(1)</script>.

## Filer

| | |
|---|---|
| Rader | 630 |

- [ond](javascript:alert(1)) ![bild](https://example.org/a.png)
"""


def test_provenance_is_on_the_studys_page_and_its_change_is_a_release(client, study):
    (study / "provenance.md").write_text(PROVENANCE, encoding="utf-8")
    publish(study)
    release = latest_release("prov")
    assert (release.number, release.what_changed) == (2, "Ändrat sedan nummer 1: underlag.")
    for address in ("/undersokningar/prov/", "/undersokningar/prov/2/"):
        page = read(client, address)
        (said,) = all_of(page, "div", css="prose")
        assert text(said).startswith("Ritad av testerna <script>alert(1)</script>.")
        assert [text(cell) for cell in all_of(said, "td")] == ["Rader", "630"]
        assert [text(h) for h in all_of(said, "h3")] == ["Filer"]
        assert not any(all_of(said, name) for name in ("script", "img", "thead"))
        assert list(links(said)) == ["https://example.org/a.png"]
    assert all_of(read(client, "/undersokningar/prov/1/"), "div", css="prose") == []


def test_provenance_is_escaped():
    html = as_html("<b onclick=x>&amp;</b>\n\n`<i>`")
    assert html == ("<p>&lt;b onclick=x&gt;&amp;&lt;/b&gt;</p>\n<p><code>&lt;i&gt;</code></p>\n")
