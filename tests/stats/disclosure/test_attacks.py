"""The puzzles that outsiders lay, tried on tables that are protected and on some that are not."""

from dataclasses import replace

import numpy as np
import pytest

from samling.stats.disclosure import (
    CountTable,
    InconsistentTableError,
    Published,
    State,
    Sum,
    Sums,
    audit,
    audit_published,
    protect,
)
from stats.disclosure.attackers import enumerate_worlds


def grid(inner, *, whole_rows=True, threshold=10):
    """A two-way table with both margins, and two blanks per row unless `whole_rows`."""
    inner = np.array(inner)
    blanks = 0 if whole_rows else 2
    n, y = _with_margins(inner, blanks), _with_margins(inner // 2, blanks // 2)
    at = np.arange(n.size).reshape(n.shape)
    across = [Sum(int(row[-1]), tuple(row[:-1].tolist()), whole_rows) for row in at]
    down = [Sum(int(column[-1]), tuple(column[:-1].tolist())) for column in at.T]
    return CountTable(n.ravel(), y.ravel(), sums=Sums(across + down), base_threshold=threshold)


def _with_margins(inner, blanks):
    whole = np.column_stack([inner, inner.sum(axis=1) + blanks])
    return np.vstack([whole, whole.sum(axis=0)])


TABLES = {
    "grades and sex": grid([[40, 35], [4, 38], [52, 47]]),
    "grades and sex with blanks": grid([[40, 35], [4, 38], [52, 47]], whole_rows=False),
    "two small cells in one row": grid([[40, 35, 60], [4, 3, 38], [52, 47, 44]]),
    "a small margin": grid([[3, 4], [40, 44], [60, 61]]),
    "schools in two municipalities": CountTable(
        [30, 4, 34, 50, 60, 110, 144],
        sums=Sums([Sum(2, (0, 1)), Sum(5, (3, 4)), Sum(6, (2, 5))]),
        base_threshold=10,
    ),
    "two years combined": CountTable(
        [4, 40, 44, 50, 60, 110, 54, 100, 154],
        sums=Sums(
            Sum(*pair)
            for pair in [
                (2, (0, 1)),
                (5, (3, 4)),
                (8, (6, 7)),
                (6, (0, 3)),
                (7, (1, 4)),
                (8, (2, 5)),
            ]
        ),
        base_threshold=10,
    ),
    "all, and all minus one school": CountTable(
        [104, 100, 4, 61, 39], sums=Sums([Sum(0, (1, 2)), Sum(1, (3, 4))]), base_threshold=10
    ),
    "overlapping groups": CountTable(
        [41, 37, 4, 82, 78], sums=Sums([Sum(3, (0, 1, 2)), Sum(4, (0, 1))]), base_threshold=10
    ),
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES.keys())
def test_no_puzzle_narrows_a_hidden_count(table):
    protection = protect(table)
    found = audit(table, protection)
    assert len(found.findings) > 0
    assert found.unsafe() == ()
    assert audit(table, protection, exact=False).unsafe() == ()


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES.keys())
def test_the_audit_catches_every_one_of_them_without_complementary_suppression(table):
    protection = protect(table)
    naive = replace(
        protection,
        base=np.where(protection.base == State.HIDDEN_SECONDARY, State.SHOWN, protection.base),
        share=np.where(protection.share == State.HIDDEN_SECONDARY, State.SHOWN, protection.share),
    )
    small = {int(cell) for cell in np.flatnonzero(table.n < 10)}
    assert {found.cell for found in audit(table, naive).unsafe() if found.quantity == "n"} == small


def test_the_audit_catches_a_small_count_that_is_shown():
    table = CountTable([64, 41, 4, 109], [30, 20, 2, 52], base_threshold=10)
    protection = protect(table)
    everything = replace(
        protection,
        base=np.zeros_like(protection.base),
        share=np.zeros_like(protection.share),
    )
    found = audit(table, everything).unsafe()
    assert [(f.cell, f.quantity, f.low, f.high) for f in found] == [
        (2, "n", 4, 4),
        (2, "y", 2, 2),
        (2, "n - y", 2, 2),
    ]


def test_hiding_the_share_alone_does_not_help_when_the_base_is_small():
    table = CountTable([64, 41, 4, 109], sums=Sums([Sum(3, (0, 1, 2))]), base_threshold=10)
    one_hidden = replace(
        protect(table), base=np.array([0, 0, State.HIDDEN_PRIMARY, 0], dtype=np.int8)
    )
    (found,) = audit(table, one_hidden).unsafe()
    assert (found.cell, found.low, found.high, found.need) == (2, 4, 4, 10)


@pytest.mark.parametrize(
    ("n", "y", "sums"),
    [
        ([14, 6, 2, 22], [6, 3, 1, 10], [Sum(3, (0, 1, 2))]),
        ([12, 3, 16], [6, 1, 8], [Sum(2, (0, 1), exhaustive=False)]),
        ([11, 12, 23], [5, 2, 7], [Sum(2, (0, 1))]),
    ],
)
def test_linear_limits_hold_what_whole_persons_can_be(n, y, sums):
    """Counting every possible table agrees with the linear programs, to the last whole person."""
    table = CountTable(n, y, sums=Sums(sums), base_threshold=5)
    protection = protect(table)
    worlds = np.array(list(enumerate_worlds(table, protection, most=max(n) + 1)))
    findings = audit(table, protection).findings
    assert len(findings) > 0
    for found in findings:
        sizes, good = worlds[:, found.cell, 0], worlds[:, found.cell, 1]
        values = {"n": sizes, "y": good, "n - y": sizes - good}[found.quantity]
        possible = np.unique(values)
        assert possible.min() == np.ceil(found.low - 1e-9)
        assert possible.max() == np.floor(found.high + 1e-9)
        assert len(possible) >= found.need


def test_rounded_figures_leave_more_room_than_exact_ones():
    """n rounded to 5 and whole percent: the attacker's limits can only be wider."""
    table = TABLES["grades and sex"]
    protection = protect(table)
    shown = protection.base == State.SHOWN
    n = np.where(shown, 5 * np.floor(table.n / 5 + 0.5), 0)
    percent = np.floor(100 * table.y[:, 0] / table.n + 0.5)
    published = Published(
        n_low=np.where(shown, n - 2, 0.0),
        n_high=np.where(shown, n + 2, np.inf),
        y_low=np.zeros((len(table), 1)),
        y_high=np.where(shown, n + 2, np.inf)[:, None],
        share_low=np.where(shown, (percent - 0.5) / 100, 0)[:, None],
        share_high=np.where(shown, (percent + 0.5) / 100, 1)[:, None],
    )
    hidden = ~shown
    rounded = audit_published(published, table.sums, need_n=10 * hidden, need_y=5 * hidden)
    exact = audit(table, protection)
    assert rounded.unsafe() == ()
    assert len(rounded.findings) == len(exact.findings)
    for wide, narrow in zip(rounded.findings, exact.findings, strict=True):
        assert wide.low <= narrow.low + 1e-6
        assert wide.high >= narrow.high - 1e-6


def test_figures_that_no_table_fits_are_an_error():
    published = Published(
        n_low=np.array([10.0, 10, 0]),
        n_high=np.array([10.0, 10, 5]),
        y_low=np.zeros((3, 0)),
        y_high=np.zeros((3, 0)),
    )
    sums = Sums([Sum(0, (1, 2)), Sum(2, (0,))])
    with pytest.raises(InconsistentTableError, match="No table fits the published figures"):
        audit_published(published, sums, need_n=[0, 0, 5], need_y=np.zeros((3, 0)))
