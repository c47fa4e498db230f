"""From answers to groups, areas, periods and those whom a figure is about."""

import numpy as np
import pyarrow as pa
import pytest

from samling.indicators.study.frame import (
    area_codes,
    group_codes,
    indicator_values,
    period_codes,
    truth,
    with_zero,
)
from samling.indicators.study.schema import Breakdown, Geography, Indicator, Periods

NAME = {"sv": "A", "en": "A"}


def breakdown(*levels):
    return Breakdown.model_validate(
        {
            "code": "b",
            "name": NAME,
            "levels": [{"code": code, "name": NAME, "when": when} for code, when in levels],
        }
    )


def indicator(**fields):
    given = {
        "code": "i",
        "name": NAME,
        "question": NAME,
        "direction": "neutral",
        "theme": NAME,
        "objective_area": "H",
    }
    return Indicator.model_validate(given | fields)


def listed(values):
    return [None if np.isnan(value) else value for value in values]


TABLE = pa.table(
    {
        "a": pa.array([1, 2, 3, None], pa.int64()),
        "b": pa.array([1, None, 2, 1], pa.int64()),
        "size": pa.array([2.5, 3.0, None, 4.0]),
    }
)


def test_a_row_is_in_the_first_group_that_it_meets():
    codes = group_codes(TABLE, breakdown(("low", {"a": [1, 2]}), ("two", {"a": [2, 3]})))
    assert list(codes) == ["low", "low", "two", None]


def test_a_row_that_may_be_in_a_group_is_not_counted_there():
    either = breakdown(("one", {"any": [{"a": [1]}, {"b": [1]}]}), ("no", {"a": [2], "b": [2]}))
    assert list(group_codes(TABLE, either)) == ["one", None, None, "one"]


def test_a_share_is_of_those_in_the_denominator():
    one = indicator(numerator={"a": [1]}, denominator={"a": [1, 2]})
    assert listed(indicator_values(TABLE, one, {})) == [1.0, 0.0, None, None]


def test_a_mean_is_of_those_in_the_denominator_who_have_a_value():
    one = indicator(kind="mean", variable="size", denominator={"a": [1, 3]})
    assert listed(indicator_values(TABLE, one, {})) == [2.5, None, None, None]


def test_who_was_not_asked_is_not_in_the_denominator():
    groups = {"b": group_codes(TABLE, breakdown(("x", {"b": [1]}), ("y", {"b": [2]})))}
    one = indicator(numerator={"a": [1]}, denominator={"a": [1, 2, 3]}, asked_of={"b": ["x"]})
    assert list(groups["b"]) == ["x", None, "y", "x"]
    assert listed(indicator_values(TABLE, one, groups)) == [1.0, None, None, None]


def test_truth_is_unknown_where_the_answer_is():
    assert listed(
        truth(TABLE, indicator(denominator={"a": [1]}, numerator={"a": [1]}).denominator)
    ) == [
        1.0,
        0.0,
        0.0,
        None,
    ]


@pytest.mark.parametrize(
    ("column", "codes"),
    [
        (pa.array(["0480", None, "04"]), ["0480", None, "04"]),
        (pa.array([480, None, 4]), ["0480", None, "04"]),
        (pa.array([1280, 12, None]), ["1280", "12", None]),
    ],
)
def test_areas_are_texts_with_their_zero(column, codes):
    table = pa.table({"place": column})
    full = {"480": "0480", "4": "04"}
    found = area_codes(table, Geography(total="04", variable="place"), full)
    assert list(found) == codes


def test_a_lost_zero():
    codes = ("480", "4", "0480", "1280", "4A", "", "US")
    assert [with_zero(code) for code in codes] == ["0480", "04", "0480", "1280", "4A", "", "US"]


def test_a_study_without_areas_or_rounds():
    assert list(area_codes(TABLE, Geography(total="US"))) == [None] * 4
    assert list(period_codes(TABLE, Periods(single="2010"))) == ["2010"] * 4
    assert list(period_codes(TABLE, Periods(variable="a"))) == ["1", "2", "3", None]
