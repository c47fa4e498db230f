"""Numbers as people write them."""

import pytest

from samling.charts.figures import Unit
from samling.charts.language import WORDS, interval_text, joined, number_text, value_text


@pytest.mark.parametrize(
    ("value", "decimals", "swedish", "english"),
    [
        (12345.6, 1, "12\u00a0345,6", "12,345.6"),
        (0.25, 2, "0,25", "0.25"),
        (1234567, 0, "1\u00a0234\u00a0567", "1,234,567"),
        (-3.2, 1, "\u22123,2", "\u22123.2"),
        (-0.04, 1, "0,0", "0.0"),
    ],
)
def test_numbers(value, decimals, swedish, english):
    assert number_text(value, decimals, "sv") == swedish
    assert number_text(value, decimals, "en") == english


def test_values_carry_their_unit_and_hidden_ones_the_mark():
    assert value_text(12.34, Unit(True, 1), "sv") == "12,3\u00a0%"
    assert value_text(12.34, Unit(True, 1), "en") == "12.3%"
    assert value_text(7.1, Unit(False, 1, "medelvärde"), "sv") == "7,1"
    assert value_text(None, Unit(), "sv") == ".."
    assert interval_text(1, 2.5, Unit(True, 1), "sv") == "(1,0–2,5)"


def test_names_in_a_sentence():
    assert [joined(list("ABC")[:n], "sv") for n in range(4)] == ["", "A", "A och B", "A, B och C"]
    assert joined(["A", "B"], "en") == "A and B"


def test_both_languages_have_the_same_words():
    assert set(WORDS["sv"]) == set(WORDS["en"])
