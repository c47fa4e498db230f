"""Any other division by file: what it may say, and how it is told what is wrong."""

import json
from pathlib import Path

import pytest

from samling.places.actions import Loaded, load_division
from samling.places.loading.drafts import DivisionCodeError, DivisionError
from samling.places.loading.outlines import OutlineError
from samling.places.models import Area, Division
from samling.places.queries import area_by_code, members_of

HEADER = "code,name,level,parent,valid_from,valid_to,members\n"
DISTRICT = "D1,Norr,district,0484,2020-01-01,,\n"


@pytest.fixture
def load(sweden: Loaded, tmp_path: Path):
    """Load text as the division `prov`."""

    def loaded(text: str | bytes, outlines: Path | None = None) -> Loaded:
        file = tmp_path / "prov.csv"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        names = {"name_sv": "Prov", "name_en": "Trial"}
        return load_division(file, by="test", code="prov", outlines=outlines, **names)

    return loaded


@pytest.fixture
def problems(load):
    """What is said of a file that cannot be loaded; nothing of it is stored."""

    def said(text: str | bytes) -> list[str]:
        before = list(Area.objects.order_by("pk").values("code", "valid_from", "valid_to", "name"))
        with pytest.raises(DivisionError) as caught:
            load(text)
        after = list(Area.objects.order_by("pk").values("code", "valid_from", "valid_to", "name"))
        assert after == before
        return [str(problem) for problem in caught.value.problems]

    return said


def test_parts_before_wholes_and_groups_of_counties(load) -> None:
    done = load(
        HEADER
        + "D1a,Kvarteret,district,D1,2020-01-01,,\n"
        + DISTRICT
        + "G,Två län,group,,2020-01-01,,04 18\n"
    )
    assert done == Loaded("prov", created=3, changed=0, unchanged=0)
    assert area_by_code("D1a").parent_code == "D1"
    assert Area.objects.get(code="D1a").parent == Area.objects.get(code="D1")
    assert [m.name for m in members_of("G")] == ["Södermanlands län", "Örebro län"]


def test_semicolons_and_a_byte_order_mark_are_understood(load) -> None:
    text = (HEADER + DISTRICT).replace(",", ";")
    assert load(b"\xef\xbb\xbf" + text.encode()).created == 1


def test_the_same_file_twice_changes_nothing(load) -> None:
    load(HEADER + DISTRICT)
    assert load(HEADER + DISTRICT) == Loaded("prov", created=0, changed=0, unchanged=1)


def test_an_area_may_end_and_be_followed(load) -> None:
    load(HEADER + DISTRICT)
    done = load(
        HEADER
        + "D1,Norr,district,0484,2020-01-01,2024-01-01,\n"
        + "D1,Nya Norr,district,0484,2024-01-01,,\n"
    )
    assert done == Loaded("prov", created=1, changed=1, unchanged=0)
    assert area_by_code("D1").name == "Nya Norr"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            "D1,Norr,district,0499,2020-01-01,,\n",
            'line 2, parent: there is no area "0499". Add a line for it, or mend the code.',
        ),
        (
            "D1,Norr,district,0331,2000-01-01,,\n",
            'line 2, parent: "0331" does not hold on 2000-01-01. Let this area begin when that one '
            "does, or mend the other's dates.",
        ),
        (
            "G,Grupp,group,,2020-01-01,,04 99\n",
            'line 2, members: there is no area "99". Add a line for it, or mend the code.',
        ),
        (
            "D1,Norr,district,0484,2020-01-01,,\nD1,Söder,district,0484,2021-01-01,,\n",
            'line 3, code: the code "D1" exists already on line 2. Remove one, or end the earlier '
            "with valid_to 2021-01-01.",
        ),
        (
            "D1,Norr,district,0484,2020-01-01,2019-01-01,\n",
            "line 2, valid_to: 2019-01-01 is not after valid_from 2020-01-01. Give the first day "
            "that the area no longer holds, or leave it empty.",
        ),
        (
            "D1,Norr,district,0484,1/1 2020,,\n",
            'line 2, valid_from: "1/1 2020" is not a date. Write it as 2026-01-31.',
        ),
        (
            "A,A,district,B,2020-01-01,,\nB,B,district,C,2020-01-01,,\nC,C,district,A,2020-01-01,,\n",
            "circle",
        ),
        (
            "D1,Norr,parish,0484,2020-01-01,,\n",
            'line 2, level: "parish" is no level. Choose one of country, county, municipality, '
            "district, deso, regso, school, group.",
        ),
        (
            "480,Nyköping,municipality,04,2020-01-01,,\n",
            'line 2, code: "480" is no code of a municipality. Write it like "0480"; a spreadsheet '
            "may have dropped a leading zero.",
        ),
        (
            "0480A0010,Norr,deso,0484,2020-01-01,,\n",
            'line 2, parent: "0480A0010" does not begin with its parent "0484". Give the code of '
            "the municipality it lies in.",
        ),
        (
            "D1,Norr,district,,2020-01-01,,04\n",
            "line 2, members: a district has no members. Use level group, or give the parts this "
            "area as their parent.",
        ),
        ("D1,,district,,2020-01-01,,\n", "line 2, name: the cell is empty. Fill it in."),
        (
            "D1,Norr, Söder,district,,2020-01-01,,\n",
            "line 2, line: the line has more or fewer cells than the header. Put text with a comma "
            'in "quotes".',
        ),
        ("", "line 2, code: the file has no areas. Add a line for each area."),
    ],
)
def test_a_fault_is_named_with_line_field_and_mend(lines: str, said: str, problems) -> None:
    found = problems(HEADER + lines)
    if said == "circle":
        assert len(found) == 1
        assert found[0].startswith("line 2, parent: the areas lie in one another: ")
        assert {'"A"', '"B"', '"C"'} == set(found[0].split(": ")[2].split(".")[0].split(" > "))
        return
    assert said in found
    assert len(found) == 1 or lines.startswith("480")


def test_every_fault_is_said_at_once(problems) -> None:
    found = problems(HEADER + "D1,,district,,2020-01-01,,\nD2,Norr,parish,,yesterday,,\n")
    assert [said.split(":")[0] for said in found] == [
        "line 2, name",
        "line 3, level",
        "line 3, valid_from",
    ]


def test_a_missing_column_and_an_unknown_one(problems) -> None:
    columns = "code, name, level, parent, valid_from, valid_to, members."
    assert problems("code,name,kind,valid_from\nA,A,district,2020-01-01\n") == [
        f"line 1, kind: no such column. The columns are {columns}",
        f"line 1, level: the column is missing. Add it; the columns are {columns}",
    ]


def test_another_encoding(problems) -> None:
    text = HEADER + "D1,Söder,district,0484,2020-01-01,,\n"
    assert problems(text.encode("latin-1")) == [
        "line 2, file: the text is not UTF-8. Save the file as CSV UTF-8."
    ]


def test_a_stored_area_is_not_rewritten(load, problems) -> None:
    load(HEADER + DISTRICT)
    assert problems(HEADER + DISTRICT.replace("Norr", "Söder")) == [
        'line 2, code: "D1" exists already with another name. End the stored area with valid_to '
        "and give this one a later valid_from."
    ]


def test_a_stored_code_may_not_overlap(load, problems) -> None:
    load(HEADER + DISTRICT)
    assert problems(HEADER + DISTRICT.replace("2020", "2022")) == [
        'line 2, code: the code "D1" exists already stored from 2020-01-01. Remove one, or end the '
        "earlier with valid_to 2022-01-01."
    ]


def test_a_faulty_first_file_leaves_no_division(load) -> None:
    with pytest.raises(DivisionError):
        load(HEADER + "D1,Norr,district,0499,2020-01-01,,\n")
    assert [d.code for d in Division.objects.all()] == ["sverige"]


SQUARE = {"type": "Polygon", "coordinates": [[[16, 59], [17, 59], [17, 60], [16, 60], [16, 59]]]}
BOW = {"type": "Polygon", "coordinates": [[[16, 59], [17, 60], [17, 59], [16, 60], [16, 59]]]}
METRES = {"type": "Polygon", "coordinates": [[[6e5, 6e6], [7e5, 6e6], [7e5, 7e6], [6e5, 6e6]]]}


def geojson(folder: Path, *features: tuple[str, object]) -> Path:
    file = folder / "outlines.json"
    listed = [
        {"type": "Feature", "properties": {"code": code}, "geometry": geometry}
        for code, geometry in features
    ]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": listed}))
    return file


def test_outlines_from_a_file(load, tmp_path: Path) -> None:
    load(HEADER + DISTRICT, geojson(tmp_path, ("D1", SQUARE)))
    stored = Area.objects.get(code="D1")
    assert json.loads(stored.boundary or "") == SQUARE
    assert (stored.centroid_longitude, stored.centroid_latitude) == (16.5, 59.5)


@pytest.mark.parametrize(
    ("features", "said"),
    [
        (
            [("D2", SQUARE)],
            'outlines.json, feature 1: there is no area "D2". Give every feature a property code '
            "that is in the division's file.",
        ),
        (
            [("D1", SQUARE), ("D1", SQUARE)],
            'outlines.json, feature 2: "D1" is there twice. Merge the two into one.',
        ),
        (
            [("D1", {"type": "Point", "coordinates": [16, 59]})],
            'outlines.json, feature 1, "D1": the geometry is no polygon. An area needs one.',
        ),
        (
            [("D1", None)],
            'outlines.json, feature 1, "D1": the geometry is no polygon. An area needs one.',
        ),
        (
            [("D1", METRES)],
            'outlines.json, feature 1, "D1": 600000, 6000000 are not degrees. Convert it to '
            "longitude and latitude (WGS 84) first.",
        ),
        (
            [("D1", BOW)],
            'outlines.json, feature 1, "D1": the outline is not valid (Self-intersection[16.5 '
            "59.5]). Repair it first.",
        ),
    ],
)
def test_outlines_that_cannot_be_used(features, said: str, load, tmp_path: Path) -> None:
    with pytest.raises(OutlineError) as caught:
        load(HEADER + DISTRICT, geojson(tmp_path, *features))
    assert str(caught.value) == said
    assert Area.objects.filter(division__code="prov").count() == 0


def test_outlines_that_are_no_geojson(load, tmp_path: Path) -> None:
    file = tmp_path / "outlines.json"
    file.write_text("<kml/>")
    with pytest.raises(OutlineError) as caught:
        load(HEADER + DISTRICT, file)
    assert str(caught.value) == (
        "outlines.json is not a GeoJSON FeatureCollection in UTF-8. Export it as GeoJSON."
    )


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("sverige", '"sverige" is the division that comes with Samling'),
        ("Dålig kod", "\"Dålig kod\" can't be a division's code."),
        ("", "\"\" can't be a division's code."),
        ("1a", "\"1a\" can't be a division's code."),
        ("a" * 62, "at most 61"),
    ],
)
def test_a_code_that_a_division_cannot_have(code: str, said: str, sweden, tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_text(HEADER + "0499,Egen kommun,municipality,04,2020-01-01,,\n")
    areas = Area.objects.count()
    with pytest.raises(DivisionCodeError) as caught:
        load_division(file, by="test", code=code, name_sv="P", name_en="P")
    assert said in str(caught.value)
    assert ([d.code for d in Division.objects.all()], Area.objects.count()) == (["sverige"], areas)
