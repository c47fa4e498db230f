"""Years shown together: they give no hidden year away, and pages and files show them."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.test.html import Element, parse_html

import world
from samling.indicators import queries
from samling.indicators.actions import publish_study
from samling.indicators.presenting import labels
from samling.indicators.queries import Published
from samling.warehouse import Warehouse
from ui.reading import all_of, attribute, text

POOL = """\
periods:
  variable: round
  pooled:
    - code: "2020-2023"
      name: {sv: "2020 och 2023", en: "2020 and 2023"}
      periods: ["2020", "2023"]
"""


@pytest.mark.django_db
def test_a_hidden_year_is_not_the_pool_minus_the_other_year(tmp_path: Path) -> None:
    rows = world.draw_rows(pupils=20)
    few = [r for r in rows if (r["round"], r["municipality"]) == ("2020", "0480")]
    rows = [r for r in rows if r not in few] + few[:6]
    folder = world.write_study(
        tmp_path / "study", rows=rows, changes=[("periods:\n  variable: round\n", POOL)]
    )
    store = Warehouse(tmp_path / "warehouse")
    release = publish_study(folder, by="test", warehouse=store, progress=lambda _: None).release
    cells = [
        row
        for row in store.read(release.cells_snapshot).to_pylist()
        if row["indicator"] == "bright_future" and row["grouping"] == ""
    ]
    status = {(row["area"], row["period"]): row["status"] for row in cells}
    assert {period for _, period in status} == {"2020", "2023", "2020-2023"}
    assert status["0480", "2020"] == "hidden"
    assert "hidden" in (status["0480", "2023"], status["0480", "2020-2023"])
    assert "hidden" in (status["0484", "2020"], status["0486", "2020"])


@pytest.mark.django_db
def test_a_pool_shows_its_years_together(tmp_path: Path) -> None:
    rows = world.draw_rows()
    folder = world.write_study(
        tmp_path / "study", rows=rows, changes=[("periods:\n  variable: round\n", POOL)]
    )
    store = Warehouse(tmp_path / "warehouse")
    release = publish_study(folder, by="test", warehouse=store, progress=lambda _: None).release
    n = {
        (row["area"], row["period"]): row["n"]
        for row in store.read(release.cells_snapshot).to_pylist()
        if row["indicator"] == "bright_future" and row["grouping"] == ""
    }
    assert n["04", "2020-2023"] == n["04", "2020"] + n["04", "2023"]
    answered = [r for r in rows if r["outlook"] in ("1", "2", "3", "4")]
    assert n["04", "2020-2023"] == len(answered)


# --- on pages and in files ---------------------------------------------------------------------

POOLED, ADDRESS = "2020-2023", "/indikatorer/prov/bright_future/"
NAMES = {"": "2020 och 2023", "/en": "2020 and 2023"}


@pytest.fixture
def survey(db: None, tmp_path: Path) -> Iterator[Published]:
    """The small study with its two rounds together, in the installation's own warehouse."""
    changes = [("periods:\n  variable: round\n", POOL)]
    folder = world.write_study(tmp_path / "study", changes=changes)
    publish_study(folder, by="test", warehouse=queries.warehouse(), progress=lambda _: None)
    labels.forget_areas()
    release = queries.latest_release("prov")
    assert release is not None
    yield queries.published(release)
    labels.forget_areas()


def page_at(client: Client, address: str) -> Element:
    return parse_html(client.get(address).content.decode())


def period_choice(page: Element) -> list[tuple[str | None, str, bool]]:
    """Value, words and whether it is chosen, of every choice of period."""
    select = next(s for s in all_of(page, "select") if attribute(s, "name") == "ar")
    return [
        (attribute(o, "value"), text(o), "selected" in dict(o.attributes))
        for o in all_of(select, "option")
    ]


@pytest.mark.parametrize("prefix", NAMES)
@pytest.mark.parametrize("address", [ADDRESS, "/omraden/0480/"])
def test_years_together_can_be_picked(client, survey, prefix, address):
    page = page_at(client, f"{prefix}{address}?ar={POOLED}")
    assert period_choice(page) == [
        ("2023", "2023", False),
        ("2020", "2020", False),
        (POOLED, NAMES[prefix], True),
    ]
    assert [attribute(group, "label") for group in all_of(page, "optgroup")] == [
        {"": "Flera år tillsammans", "/en": "Several years together"}[prefix]
    ]
    not_chosen = period_choice(page_at(client, prefix + address))
    assert [value for value, _, chosen in not_chosen if chosen] == ["2023"]


@pytest.mark.parametrize("prefix", NAMES)
def test_the_indicators_page_shows_years_together(client, survey, prefix):
    page = page_at(client, f"{prefix}{ADDRESS}?omrade=0480&ar={POOLED}")
    [label] = all_of(page, css="key-figure__label")
    assert text(label) == f"Nyköpings kommun, {NAMES[prefix]}"
    [figure] = all_of(page, css="key-figure__value")
    [cell] = survey.cells(indicator="bright_future", grouping="", area="0480", period=POOLED)
    assert (text(figure)[:2], cell.shown) == (f"{cell.value:.0f}", True)
    tables = {text(c): c for c in all_of(page, "caption")}
    assert [caption for caption in tables if caption.endswith(NAMES[prefix])] == [
        f"{name}, {NAMES[prefix]}"
        for name in {
            "": ["Ljus framtid efter område", "Ljus framtid efter område och kön"],
            "/en": ["Bright future by area", "Bright future by area and gender"],
        }[prefix]
    ]


def test_the_pictures_draw_years_together(client, survey):
    page = page_at(client, f"{ADDRESS}?ar={POOLED}")
    pictures = [attribute(image, "src") or "" for image in all_of(page, "img")]
    drawn = [p for p in pictures if p.startswith("/diagram/") and f"/{POOLED}/" in p]
    assert [address.split("/")[4] for address in drawn] == ["grupper", "omraden"]
    cells = survey.cells(indicator="bright_future", grouping="gender", area="04", period=POOLED)
    svg = parse_html(client.get(drawn[0]).content.decode())
    written = " ".join(text(e) for e in all_of(svg, "text"))
    assert [f"{c.value:.1f}".replace(".", ",") in written for c in cells] == [True, True]


def test_years_together_are_no_point_in_time(client, survey):
    """A line over time has single rounds only, and there is no round before to compare with."""
    page = page_at(client, f"{ADDRESS}?ar={POOLED}")
    table = next(t for t in all_of(page, "table") if text(all_of(t, "caption")[0]).endswith("tid"))
    assert [text(all_of(row, "th")[0]) for row in all_of(table, "tr")[1:]] == ["2020", "2023"]
    headings = [text(h) for h in all_of(page_at(client, f"/omraden/04/?ar={POOLED}"), "h2")]
    assert headings == ["Alla indikatorer", "Om sidan"]


@pytest.mark.parametrize("prefix", NAMES)
def test_the_files_have_years_together_and_name_them(client, survey, prefix):
    address = f"{prefix}{ADDRESS}".rstrip("/")
    name = NAMES[prefix]
    found = json.loads(client.get(f"{address}.json").content)
    assert found["dimension"]["period"]["category"]["label"] == {
        "2020": "2020", "2020-2023": name, "2023": "2023"
    }  # fmt: skip
    content = client.get(f"{address}.csv").content.decode("utf-8-sig")
    lines = [line for line in content.splitlines() if not line.startswith("#")]
    rows = csv.DictReader(io.StringIO("\n".join(lines)), delimiter=";" if ";" in lines[0] else ",")
    n = {r["period"]: int(r["n"]) for r in rows if (r["area_code"], r["grouping"]) == ("04", "")}
    assert n[POOLED] == n["2020"] + n["2023"]
    assert f"{POOLED}: {name}" in found["note"]
