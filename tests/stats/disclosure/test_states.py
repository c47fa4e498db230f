"""What may be published of a table, told by tables small enough to check by hand."""

import numpy as np
import pytest

from samling.stats.disclosure import (
    CountTable,
    InconsistentTableError,
    Outcomes,
    State,
    Sum,
    Sums,
    ThresholdFloorError,
    UnprotectableError,
    audit,
    protect,
)

SHOWN, PRIMARY, SECONDARY, LOW, HIGH, LATENT = State


def states(array):
    return [State(int(one)) for one in np.ravel(array)]


def test_a_hidden_school_hides_the_next_smallest_when_the_total_is_shown():
    """Acceptance vector E1: schools A 64, B 41, C 4, total 109."""
    table = CountTable([64, 41, 4, 109], sums=Sums([Sum(3, (0, 1, 2))]), base_threshold=10)
    protection = protect(table)
    assert states(protection.base) == [SHOWN, SECONDARY, PRIMARY, SHOWN]
    assert audit(table, protection).unsafe() == ()
    assert [(f.low, f.high) for f in audit(table, protection).findings] == [(0, 45), (0, 45)]


def test_a_table_without_small_counts_is_shown_whole():
    table = CountTable([64, 41, 105], [30, 20, 50], sums=Sums([Sum(2, (0, 1))]), base_threshold=10)
    protection = protect(table)
    assert states(protection.base) == [SHOWN] * 3
    assert states(protection.share) == [SHOWN] * 3
    assert protection.programs == 0


def test_a_remainder_of_blanks_that_is_large_enough_protects_by_itself():
    few = CountTable([60, 4, 65], sums=Sums([Sum(2, (0, 1), exhaustive=False)]), base_threshold=10)
    many = CountTable([60, 4, 70], sums=Sums([Sum(2, (0, 1), exhaustive=False)]), base_threshold=10)
    assert states(protect(few).base) == [SECONDARY, PRIMARY, SHOWN]
    assert states(protect(many).base) == [SHOWN, PRIMARY, SHOWN]


@pytest.mark.parametrize(
    ("n", "y", "decimals", "state", "bound"),
    [
        (100, 4, 0, LOW, 5.0),
        (100, 0, 0, LOW, 5.0),
        (100, 5, 0, SHOWN, np.nan),
        (100, 96, 0, HIGH, 5.0),
        (100, 100, 0, HIGH, 5.0),
        (70, 2, 0, LOW, 8.0),
        (70, 2, 1, LOW, 7.2),
        (2000, 1, 0, LOW, 1.0),
        (11, 2, 0, LOW, 46.0),
        (10, 2, 0, PRIMARY, np.nan),  # less than 50 % says nothing worth saying
        (10, 5, 0, SHOWN, np.nan),
    ],
)
def test_a_small_count_or_complement_is_shown_as_a_bound(n, y, decimals, state, bound):
    protection = protect(CountTable([n], [y], base_threshold=10, decimals=decimals))
    assert states(protection.base) == [SHOWN]
    assert states(protection.share) == [state]
    np.testing.assert_equal(protection.bound, [[bound]])


def test_nobody_and_everybody_of_a_small_group_is_never_shown():
    """D3: 0 % or 100 % tells about everyone."""
    protection = protect(CountTable([30, 30], [0, 30], base_threshold=10))
    assert states(protection.share) == [LOW, HIGH]


def test_a_masked_share_hides_a_sibling_that_would_give_it_away():
    table = CountTable(
        [64, 41, 70, 175], [30, 20, 2, 52], sums=Sums([Sum(3, (0, 1, 2))]), base_threshold=10
    )
    protection = protect(table)
    assert states(protection.base) == [SHOWN] * 4
    assert states(protection.share) == [SHOWN, SECONDARY, LOW, SHOWN]
    found = {(f.cell, f.quantity): (f.low, f.high) for f in audit(table, protection).findings}
    # C is below 8 % of 70 = 5.6, and B + C = 22.
    assert found[2, "y"] == pytest.approx((0, 5.6))
    assert found[1, "y"] == pytest.approx((16.4, 22))


def test_masked_outcomes_of_one_item_do_not_give_each_other_away():
    """Good 60, fair 38, poor 2 of 100: with two of them shown, the third is known."""
    table = CountTable([100], [[60, 38, 2]], base_threshold=10)
    assert table.outcomes is Outcomes.EXHAUSTIVE
    assert states(protect(table).share) == [SECONDARY] * 3
    free = CountTable([100], [[60, 38, 2]], base_threshold=10, outcomes=Outcomes.FREE)
    assert states(protect(free).share) == [SHOWN, SHOWN, LOW]


def test_two_opposite_outcomes_are_masked_from_both_ends():
    table = CountTable([100], [[97, 3]], base_threshold=10)
    protection = protect(table)
    assert states(protection.share) == [HIGH, LOW]
    assert audit(table, protection).unsafe() == ()


def test_latent_cells_are_never_published_and_need_no_other_cell():
    sums = Sums([Sum(3, (0, 1, 2))])
    table = CountTable([64, 41, 4, 109], sums=sums, base_threshold=10, latent=[0, 0, 1, 0])
    assert states(protect(table).base) == [SHOWN, SHOWN, LATENT, SHOWN]


def test_forced_cells_are_hidden_and_protected():
    sums = Sums([Sum(3, (0, 1, 2))])
    table = CountTable([64, 41, 30, 135], sums=sums, base_threshold=10, forced=[1, 0, 0, 0])
    protection = protect(table)
    assert states(protection.base) == [PRIMARY, SHOWN, SECONDARY, SHOWN]
    assert audit(table, protection).unsafe() == ()


def test_a_base_that_another_table_shows_needs_no_protection_but_its_share_does():
    sums = Sums([Sum(3, (0, 1, 2))])
    table = CountTable(
        [64, 41, 4, 109], [30, 20, 2, 52], sums=sums, base_threshold=10, base_known=True
    )
    protection = protect(table)
    assert states(protection.base) == [SHOWN, SHOWN, PRIMARY, SHOWN]
    # C's four can be 0 to 4, so that B alone beside it would be known to within four.
    assert states(protection.share) == [SECONDARY, SECONDARY, PRIMARY, SHOWN]
    found = {(f.cell, f.quantity): (f.low, f.high) for f in audit(table, protection).findings}
    assert found[2, "y"] == (0, 4)


def test_cost_decides_what_is_hidden_first():
    sums = Sums([Sum(3, (0, 1, 2))])
    table = CountTable([64, 41, 4, 109], sums=sums, base_threshold=10, cost=[1, 9, 1, 99])
    assert states(protect(table).base) == [SECONDARY, SHOWN, PRIMARY, SHOWN]


def test_fixed_cells_stay_and_others_are_hidden_instead():
    sums = Sums([Sum(3, (0, 1, 2))])
    table = CountTable([64, 41, 4, 109], sums=sums, base_threshold=10, fixed=[0, 1, 0, 1])
    assert states(protect(table).base) == [SECONDARY, SHOWN, PRIMARY, SHOWN]


def test_what_cannot_be_protected_is_an_error_that_names_the_cells():
    table = CountTable(
        [64, 41, 4, 109],
        sums=Sums([Sum(3, (0, 1, 2))]),
        base_threshold=10,
        fixed=[1, 1, 0, 1],
        names=["A", "B", "C", "Total"],
    )
    with pytest.raises(UnprotectableError, match=r"C: n must be protected.*A, B, Total") as error:
        protect(table)
    assert (error.value.cells, error.value.blockers) == ((2,), (0, 1, 3))


def test_a_fixed_cell_that_is_too_small_itself_is_refused():
    with pytest.raises(UnprotectableError, match="cell 0: already published") as error:
        protect(CountTable([4], base_threshold=10, fixed=True))
    assert error.value.cells == (0,)


@pytest.mark.parametrize("rule", ["base_threshold", "count_threshold"])
def test_the_floor_of_five_cannot_be_lowered(rule):
    rules = {"base_threshold": 10, "count_threshold": 5, rule: [10, 4]}
    with pytest.raises(ThresholdFloorError, match=f"cell 1: {rule} is 4; it may never be below 5"):
        CountTable([64, 41], [9, 9], **rules)


def test_a_count_threshold_above_the_base_threshold_is_refused():
    with pytest.raises(ThresholdFloorError, match="count_threshold 20 is above base_threshold 10"):
        CountTable([64], [9], base_threshold=10, count_threshold=20)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"n": [4, 5], "sums": Sums([Sum(0, (1,))])}, "cell 0 must equal the sum of cell 1"),
        ({"n": [4, 5], "sums": Sums([Sum(0, (1,), False)])}, "cell 0 must be at least the sum"),
        ({"n": [4, 5], "sums": Sums([Sum(0, (7,))])}, "names cell 7; the table has cells 0 to 1"),
        ({"n": [4, 5], "y": [1, 6]}, r"cell 1: n = 5, y = \[6\]"),
        ({"n": [4, 5], "y": [1, -1]}, r"cell 1: n = 5, y = \[-1\]"),
        ({"n": [4, 5.5]}, "n must be whole numbers"),
        ({"n": [4, 5], "y": [1, 2, 3]}, "y has shape"),
        ({"n": [4, 5], "names": ["A"]}, "1 names for 2 cells"),
        ({"n": [4, 5], "decimals": 2}, "decimals must be 0 or 1"),
        ({"n": [4, 5], "cost": [1, -1]}, "cost must be one finite number"),
        ({"n": [4, 5], "fixed": True, "forced": True}, "two of fixed, forced and latent"),
        (
            {"n": [9], "y": [[5, 5]], "outcomes": Outcomes.DISJOINT},
            "of n = 9 are not disjoint",
        ),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(arguments, words):
    with pytest.raises(InconsistentTableError, match=words):
        CountTable(**arguments, base_threshold=10)


@pytest.mark.parametrize("sum_", [Sum(0, ()), Sum(0, (0, 1)), Sum(0, (1, 1))])
def test_a_sum_that_makes_no_sense_is_refused(sum_):
    with pytest.raises(InconsistentTableError):
        Sums([sum_])


def test_sums_from_pairs_are_the_sums_written_out():
    written = Sums([Sum(3, (0, 1, 2)), Sum(6, (4, 5), exhaustive=False)])
    paired = Sums.from_pairs(
        [1, 1, 2, 2, 1], [3, 3, 6, 6, 3], [0, 2, 4, 5, 1], [True, True, False, False, True]
    )
    joined = Sums([Sum(3, (0, 1, 2))]) + Sums([Sum(6, (4, 5), exhaustive=False)])
    assert paired.rows() == written.rows() == joined.rows()


def test_an_empty_table_is_protected():
    protection = protect(CountTable([], base_threshold=10))
    assert protection.base.tolist() == []
