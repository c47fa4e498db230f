"""What the database itself refuses."""

from datetime import date
from typing import get_args

import pytest
from django.db import IntegrityError, transaction

from samling.places.choices import Level, LevelCode
from samling.places.models import Area, Division

pytestmark = pytest.mark.django_db
START = date(2020, 1, 1)


@pytest.fixture
def division() -> Division:
    return Division.objects.create(
        code="prov", name_sv="Prov", name_en="Trial", valid_from=START, loaded_by="test"
    )


@pytest.fixture
def county(division: Division) -> Area:
    return Area.objects.create(
        division=division, code="04", name="Södermanlands län", level="county", valid_from=START
    )


def refused(constraint: str, create) -> None:
    """The database refuses, and it is this constraint that does."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        create()
    assert constraint in str(caught.value)


def area(division: Division, **fields: object) -> Area:
    given = {"code": "A", "name": "A", "level": "district", "valid_from": START, **fields}
    return Area.objects.create(division=division, **given)


def test_levels_as_types_are_the_levels() -> None:
    assert sorted(get_args(LevelCode)) == sorted(Level.values)


def test_division_ends_after_it_begins(division: Division) -> None:
    division.valid_to = START
    refused("division_ends_after_it_begins", division.save)


def test_area_ends_after_it_begins(division: Division) -> None:
    refused("area_ends_after_it_begins", lambda: area(division, valid_to=START))


def test_code_once_a_date(division: Division) -> None:
    area(division, valid_to=date(2021, 1, 1))
    refused("code, ", lambda: area(division))


def test_only_one_version_is_open(division: Division) -> None:
    area(division)
    refused("division_id, ", lambda: area(division, valid_from=date(2021, 1, 1)))


def test_an_ended_area_may_be_followed_by_another(division: Division) -> None:
    area(division, valid_to=date(2021, 1, 1))
    area(division, valid_from=date(2021, 1, 1))
    assert Area.objects.filter(code="A").count() == 2


def test_level_is_known(division: Division) -> None:
    refused("area_level_is_known", lambda: area(division, level="parish"))


def test_area_is_not_its_own_parent(division: Division) -> None:
    own = area(division)
    own.parent, own.parent_code = own, "A"
    refused("area_is_not_its_own_parent", own.save)


@pytest.mark.parametrize("with_key", [True, False])
def test_parent_has_code_and_key(with_key: bool, division: Division, county: Area) -> None:
    half = {"parent": county} if with_key else {"parent_code": "04"}
    refused("area_parent_has_code_and_key", lambda: area(division, **half))


def test_municipality_code_begins_with_its_county(division: Division, county: Area) -> None:
    inside = {"level": "municipality", "parent": county, "parent_code": "04"}
    area(division, code="0480", **inside)
    refused("area_code_begins_with_its_parent", lambda: area(division, code="0580", **inside))


def test_municipality_has_a_county(division: Division) -> None:
    refused(
        "area_code_begins_with_its_parent",
        lambda: area(division, code="0480", level="municipality"),
    )


def test_centroid_is_whole(division: Division) -> None:
    refused("area_centroid_is_whole", lambda: area(division, centroid_longitude=17.0))


def test_centroid_is_in_degrees(division: Division) -> None:
    refused(
        "area_centroid_is_whole",
        lambda: area(division, centroid_longitude=617000.0, centroid_latitude=6500000.0),
    )


@pytest.mark.parametrize(
    ("level", "code"),
    [("county", "4"), ("municipality", "480"), ("deso", "0480X0010"), ("regso", "0480A001")],
)
def test_code_has_the_form_of_its_level(level: str, code: str, division: Division) -> None:
    """The parent is what the code begins with, so that only the form is at fault."""
    parent = area(division, code=code[:1])
    below = {"parent": parent, "parent_code": code[:1]}
    refused(
        f"area_{level}_code_has_its_form", lambda: area(division, code=code, level=level, **below)
    )


def test_an_area_with_parts_is_not_deleted(division: Division, county: Area) -> None:
    area(division, parent=county, parent_code="04")
    with pytest.raises(IntegrityError):
        county.delete()


@pytest.mark.parametrize("code", ["Dålig kod", "", "1a", "Prov"])
def test_a_division_has_a_code_of_its_form(db: None, code: str) -> None:
    with pytest.raises(IntegrityError, match="division_code_has_its_form"), transaction.atomic():
        Division.objects.create(
            code=code, name_sv="P", name_en="P", valid_from=date(2020, 1, 1), loaded_by="test"
        )
