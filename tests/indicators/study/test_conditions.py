"""Conditions: how a study says who is meant, and what an unknown answer does to it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samling.indicators.study.conditions import (
    All,
    Any_,
    Is,
    Not,
    dump_condition,
    evaluate,
    leaves,
    parse_condition,
)

UNKNOWN = None
VALUES = {"yes": 1.0, "no": 0.0, "unknown": float("nan")}


def truth_of(condition, answers):
    """The truth of a condition for one person: True, False or None."""
    found = evaluate(
        parse_condition(condition),
        lambda leaf: np.array(
            [np.nan if answers[leaf.variable] is None else answers[leaf.variable] in leaf.values],
            dtype=float,
        ),
    )
    return None if np.isnan(found[0]) else bool(found[0])


@pytest.mark.parametrize(
    ("condition", "answers", "met"),
    [
        ({"a": [3, 4]}, {"a": 3}, True),
        ({"a": [3, 4]}, {"a": 1}, False),
        ({"a": [3, 4]}, {"a": UNKNOWN}, UNKNOWN),
        ({"a": 3}, {"a": 3}, True),
        # Several variables must all be met.
        ({"a": [1], "b": [1]}, {"a": 1, "b": 1}, True),
        ({"a": [1], "b": [1]}, {"a": 1, "b": UNKNOWN}, UNKNOWN),
        # One that is not met decides, whatever is unknown of the other.
        ({"a": [1], "b": [1]}, {"a": 2, "b": UNKNOWN}, False),
        # A child with one guardian at work has a working guardian.
        ({"any": [{"a": [1]}, {"b": [1]}]}, {"a": 1, "b": UNKNOWN}, True),
        ({"any": [{"a": [1]}, {"b": [1]}]}, {"a": 2, "b": UNKNOWN}, UNKNOWN),
        ({"any": [{"a": [1]}, {"b": [1]}]}, {"a": 2, "b": 2}, False),
        ({"not": {"a": [1]}}, {"a": 2}, True),
        ({"not": {"a": [1]}}, {"a": UNKNOWN}, UNKNOWN),
        ({"all": [{"a": [1]}, {"not": {"b": [1]}}]}, {"a": 1, "b": 2}, True),
    ],
)
def test_what_a_condition_says(condition, answers, met):
    assert truth_of(condition, answers) is met


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([1], "a condition is a mapping such as `smoking: [3, 4]`"),
        ({}, "a condition is a mapping such as `smoking: [3, 4]`"),
        (None, "a condition is a mapping such as `smoking: [3, 4]`"),
        ({"a": []}, "`a` takes a list of values, such as `a: [1, 2]`"),
        ({"a": [None]}, "`a` takes a list of values, such as `a: [1, 2]`"),
        ({"a": {"b": 1}}, "`a` takes a list of values, such as `a: [1, 2]`"),
        ({"any": {"a": [1]}}, "`any` takes a list of conditions"),
        ({"all": []}, "`all` takes a list of conditions"),
        ({"not": [1]}, "a condition is a mapping such as `smoking: [3, 4]`"),
    ],
)
def test_what_is_no_condition(value, message):
    with pytest.raises(ValueError, match=r"^.*$") as caught:
        parse_condition(value)
    assert str(caught.value) == message


CONDITIONS = st.recursive(
    st.builds(
        Is, st.sampled_from("abc"), st.lists(st.integers(1, 3), min_size=1, max_size=3).map(tuple)
    ),
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(All, st.lists(inner, min_size=1, max_size=3).map(tuple))
        | st.builds(Any_, st.lists(inner, min_size=1, max_size=3).map(tuple))
    ),
    max_leaves=8,
)
PEOPLE = st.fixed_dictionaries({name: st.sampled_from([1, 2, 3, None]) for name in "abc"})


def slow(condition, person):
    """Kleene's tables (1938), one person at a time."""
    match condition:
        case Is(variable, values):
            return None if person[variable] is None else person[variable] in values
        case Not(part):
            inner = slow(part, person)
            return None if inner is None else not inner
        case All(parts):
            found = [slow(part, person) for part in parts]
            return False if False in found else None if None in found else True
        case Any_(parts):
            found = [slow(part, person) for part in parts]
            return True if True in found else None if None in found else False


@given(CONDITIONS, PEOPLE)
def test_conditions_are_kleenes(condition, person):
    assert truth_of(condition, person) is slow(condition, person)


@given(CONDITIONS)
def test_a_condition_survives_being_written_down(condition):
    person = {"a": 1, "b": None, "c": 3}
    again = parse_condition(dump_condition(condition))
    assert truth_of(again, person) is truth_of(condition, person)
    assert leaves(again) == leaves(condition)
