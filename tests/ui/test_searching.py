"""Searching in names as people write them, on whichever database the suite runs on."""

import pytest

from samling.accounts.models import Person
from samling.ui.searching import matching

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def people():
    for number, name in enumerate(("Åsa Lind-Berg", "Asa Berg", "Örjan (Ö.) Ek")):
        Person.objects.create(name=name, email=f"p{number}@exempel.se")


def found(search: str) -> list[str]:
    return [person.name for person in Person.objects.filter(matching(search, "name", "email"))]


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("åsa berg", ["Åsa Lind-Berg"]),
        ("BERG ÅSA", ["Åsa Lind-Berg"]),
        ("asa", ["Asa Berg"]),
        ("ÖRJAN (ö.)", ["Örjan (Ö.) Ek"]),
        ("P2@EXEMPEL", ["Örjan (Ö.) Ek"]),
        (".*", []),
        ("ek berg", []),
    ],
)
def test_every_word_is_found_whatever_its_capitals(search, names):
    assert found(search) == names


def test_an_empty_search_finds_all():
    assert len(found("  ")) == 3
