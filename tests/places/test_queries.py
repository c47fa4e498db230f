"""Reading areas: the version that holds on a day, parts, groups and outlines."""

from datetime import date
from pathlib import Path

import pytest

from samling.places.actions import Loaded, load_division
from samling.places.queries import (
    AmbiguousAreaError,
    AreaNotFoundError,
    area_by_code,
    areas_by_code,
    areas_of,
    boundaries,
    children,
    counties,
    divisions,
    members_of,
    municipalities_of,
)

SORMLAND = ["0428", "0461", "0480", "0481", "0482", "0483", "0484", "0486", "0488"]


@pytest.fixture
def load(sweden: Loaded, tmp_path: Path):
    """Load lines as a division."""

    def loaded(text: str, code: str = "prov") -> Loaded:
        file = tmp_path / f"{code}.csv"
        file.write_text("code,name,level,parent,valid_from,valid_to,members\n" + text, "utf-8")
        return load_division(file, by="test", code=code, name_sv="Prov", name_en="Trial")

    return loaded


def codes(places) -> list[str]:
    return [place.code for place in places]


def test_area_by_code(sweden: Loaded) -> None:
    place = area_by_code("0480")
    assert (place.name, place.level, place.parent_code, place.division) == (
        "Nyköping",
        "municipality",
        "04",
        "sverige",
    )
    assert (round(place.longitude or 0), round(place.latitude or 0)) == (17, 59)


def test_municipalities_of_sormland(sweden: Loaded, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        assert codes(municipalities_of("04")) == SORMLAND


def test_gotland_has_one(sweden: Loaded, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        assert codes(municipalities_of("09")) == ["0980"]


def test_counties(sweden: Loaded) -> None:
    assert [place.name for place in counties()][:3] == [
        "Stockholms län",
        "Uppsala län",
        "Södermanlands län",
    ]


def test_heby_was_not_in_uppsala_before_2007(sweden: Loaded) -> None:
    assert "0331" not in codes(municipalities_of("03", on=date(2006, 12, 31)))
    assert "0331" in codes(municipalities_of("03", on=date(2007, 1, 1)))


def test_unknown_area_says_what_to_do(sweden: Loaded) -> None:
    with pytest.raises(AreaNotFoundError) as caught:
        area_by_code("9999", on=date(2020, 1, 1))
    assert str(caught.value) == (
        'There is no area "9999" on 2020-01-01 in any division. Load it with a division file.'
    )


def test_unknown_codes_are_left_out_of_many(sweden: Loaded) -> None:
    assert codes(areas_by_code(["0488", "9999", "04"])) == ["04", "0488"]


def test_the_version_that_holds_on_the_day(load) -> None:
    load("S1,Gamla,school,0480,2010-01-01,2020-07-01,\nS1,Nya,school,0480,2020-07-01,,\n")
    names = [area_by_code("S1", on=day).name for day in (date(2020, 6, 30), date(2020, 7, 1))]
    assert names == ["Gamla", "Nya"]
    assert area_by_code("S1").name == "Nya"


def test_a_code_in_two_divisions_wants_the_division(load) -> None:
    load("X,Ena,district,,2020-01-01,,\n", "ena")
    load("X,Andra,district,,2020-01-01,,\n", "andra")
    with pytest.raises(AmbiguousAreaError) as caught:
        area_by_code("X")
    assert str(caught.value) == (
        'The code "X" is in both "andra" and "ena". Say which division is meant.'
    )
    assert area_by_code("X", division="ena").name == "Ena"
    assert [d.code for d in divisions()] == ["andra", "ena", "sverige"]


def test_children_may_be_of_another_division(load) -> None:
    load("D2,Söder,district,0484,2020-01-01,,\nD1,Norr,district,0484,2020-01-01,,\n")
    assert codes(children("0484", division="prov")) == ["D1", "D2"]
    assert codes(children("0484")) == []
    assert codes(areas_of("prov", level="district")) == ["D1", "D2"]


def test_members_of_a_group(load, django_assert_num_queries) -> None:
    load("CDUST,Fem län,group,,2000-01-01,,17 18 19 03 04\n")
    with django_assert_num_queries(2):
        assert codes(members_of("CDUST")) == ["03", "04", "17", "18", "19"]
    assert members_of("04") == []
    assert members_of("nowhere") == []


def test_boundaries_are_geojson(sweden: Loaded, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        collection = boundaries(["0488", "0461", "9999"])
    assert collection["type"] == "FeatureCollection"
    assert [f["properties"] for f in collection["features"]] == [
        {"code": "0461", "name": "Gnesta", "level": "municipality"},
        {"code": "0488", "name": "Trosa", "level": "municipality"},
    ]
    assert {f["geometry"]["type"] for f in collection["features"]} <= {"Polygon", "MultiPolygon"}


def test_an_area_without_outline_has_no_feature(load) -> None:
    load("D1,Norr,district,0484,2020-01-01,,\n")
    assert boundaries(["D1"]) == {"type": "FeatureCollection", "features": []}
