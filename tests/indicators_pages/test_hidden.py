"""A hidden figure is nowhere: not on a page, in a file or in a picture."""

import csv
import io
import json

import openpyxl
import pytest
from django.test.html import parse_html
from pyjstat import pyjstat

from samling.indicators.choices import Comparison, Status
from ui.reading import all_of, text
from web.published import FEW

INDICATOR = "bright_future"
ADDRESS = f"/indikatorer/prov/{INDICATOR}"


@pytest.fixture
def hidden(survey) -> set[tuple[str, str, str]]:
    """Area, period and group of what must not be seen; there is something that could leak."""
    cells = survey.cells(indicator=INDICATOR)
    found = {(c.area, c.period, c.group) for c in cells if c.status is Status.HIDDEN}
    assert {(FEW, "2023", "girl"), (FEW, "2023", "boy")} <= found
    return found


def test_the_release_itself_holds_nothing_of_it(survey, hidden):
    kept = {
        (c.value, c.low, c.high, c.n, c.bound) for c in survey.cells() if c.status is Status.HIDDEN
    }
    assert kept == {(None,) * 5}


def test_not_in_the_csv(client, hidden):
    content = client.get(f"{ADDRESS}.csv").content.decode("utf-8-sig")
    lines = [line for line in content.splitlines() if not line.startswith("#")]
    rows = list(csv.DictReader(lines, delimiter=";" if ";" in lines[0] else ","))
    of_hidden = [r for r in rows if r["status"] == "hidden"]
    assert {(r["area_code"], r["period"], r["group_code"]) for r in of_hidden} == hidden
    assert {r[name] for r in of_hidden for name in ("value", "low", "high", "n", "bound")} == {""}


def test_not_in_the_workbook(client, survey, hidden):
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{ADDRESS}.xlsx").content))
    found = set()
    for sheet in book:
        for row in sheet.iter_rows(values_only=True):
            if row[-2:-1] == ("hidden",):
                found.add((row[0], row[2], row[4] or ""))
                assert set(row[6:-2]) == {None}
                assert row[-1].startswith("Visas inte, för att skydda enskilda")
    assert found == hidden


@pytest.mark.filterwarnings("ignore:Shouldn't use this function:DeprecationWarning")  # its own
def test_not_in_the_json_stat(client, survey, hidden):
    content = client.get(f"{ADDRESS}.json").content.decode()
    cube = json.loads(content)
    frame = pyjstat.Dataset.read(content).write("dataframe", naming="id")
    found = frame[frame["value"].isna()]
    without = {
        (row.area, row.period, row.group.partition(":")[2])
        for row in found.itertuples()
        if row.measure == "value" and (row.area, row.period) in {(a, p) for a, p, _ in hidden}
    }
    assert hidden <= without
    assert cube["extension"]["example_data"] is True


def test_not_in_the_table_which_says_why(client, hidden):
    page = parse_html(client.get(f"{ADDRESS}/?omrade={FEW}").content.decode())
    table = next(t for t in all_of(page, "table") if "efter kön" in text(all_of(t, "caption")[0]))
    why = (
        "Visas inte, för att skydda enskilda: antingen svarade färre än 10 här, eller så skulle en "
        "annan dold uppgift gå att räkna ut med den här."
    )
    rows = [[text(cell) for cell in all_of(row, "td")] for row in all_of(table, "tr")[1:]]
    assert rows == [[f".. {why}"] * 3] * 2
    notes = [text(p) for p in all_of(page, "p") if text(p).startswith("..")]
    assert set(notes) == {f".. {why}"}


def test_not_in_the_picture(client, survey, hidden):
    picture = client.get(f"/diagram/prov/1/grupper/{INDICATOR}/{FEW}/2023/gender.svg")
    svg = parse_html(picture.content.decode())
    written = [text(e) for e in all_of(svg, "text")]
    assert written.count("..") == 2
    assert [w for w in written if "%" in w and not w.startswith("Alla") and "95" not in w] == []


def test_no_comparison_touches_it(survey, hidden):
    touched = [
        compared
        for kind in Comparison
        for compared in survey.compared(kind, indicator=INDICATOR)
        if (compared.area, compared.period, compared.group) in hidden
    ]
    assert touched == []
