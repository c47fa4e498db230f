"""Cells that are hidden for others' sake are shown again when nothing rests on them."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samling.stats.disclosure import CountTable, ProofError, State, Sum, Sums, audit, protect
from samling.stats.disclosure.certify import find_narrow
from samling.stats.disclosure.onesum import SingleSums
from samling.stats.disclosure.pattern import start_pattern
from samling.stats.disclosure.proofs import Certificate, start_certificate
from samling.stats.disclosure.reopen import ProvedReopening, Reopening
from samling.stats.disclosure.secondary import list_entries, narrow_by_one_sum
from stats.disclosure.attackers import cubes

SHOWN, SECONDARY = State.SHOWN, State.HIDDEN_SECONDARY

calm = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)

NEEDLESS = CountTable(
    [40, 15, 6, 61, 20, 15, 6, 41, 60, 30, 12, 102],
    sums=Sums(
        Sum(parent, children)
        for parent, children in [
            *[(3, (0, 1, 2)), (7, (4, 5, 6)), (11, (8, 9, 10))],
            *[(8, (0, 4)), (9, (1, 5)), (10, (2, 6)), (11, (3, 7))],
        ]
    ),
    base_threshold=10,
)
"""Two places by three groups, with margins:

    40  15   6 |  61
    20  15   6 |  41
    60  30  12 | 102

Looked at one by one, the sixes hide the fifteens beside them and the totals 12 and 30 below. Once
both rows are hidden, the sixes can be anything from 0 to 12 with the totals shown.
"""


def shown_again(table: CountTable, protection, cells):
    """The protection with some cells as their own counts allow."""
    alone = protect(
        CountTable(
            table.n,
            table.y,
            base_threshold=table.base_threshold,
            count_threshold=table.count_threshold,
            base_known=table.base_known,
            latent=table.latent,
            forced=table.forced,
            decimals=table.decimals,
            outcomes=table.outcomes if table.y.shape[1] > 1 else None,
        )
    )
    parts = {}
    for name in ("base", "share", "bound", "tail"):
        part = getattr(protection, name).copy()
        part[cells] = getattr(alone, name)[cells]
        parts[name] = part
    return replace(protection, **parts)


def secondary_cells(protection):
    """Cells of which something is hidden for others' sake."""
    found = (protection.base == SECONDARY) | (protection.share == SECONDARY).any(axis=1)
    return np.flatnonzero(found)


def hidden(protection):
    return np.flatnonzero(protection.base != SHOWN).tolist()


def test_totals_that_the_hidden_rows_made_needless_are_shown_again():
    protection = protect(NEEDLESS)
    assert hidden(protection) == [1, 2, 5, 6]
    assert protection.minimal
    limits = {f.cell: (f.low, f.high) for f in audit(NEEDLESS, protection).findings}
    assert limits == {2: (0, 12), 6: (0, 12), 1: (9, 21), 5: (9, 21)}


def test_without_the_second_look_they_would_stay_hidden(monkeypatch):
    monkeypatch.setattr(Reopening, "run", lambda _: None)
    monkeypatch.setattr(ProvedReopening, "run", lambda _: None)
    assert hidden(protect(NEEDLESS)) == [1, 2, 5, 6, 9, 10]


@calm
@given(cubes(), st.randoms(use_true_random=False))
def test_no_cell_and_no_set_of_cells_could_be_shown_again(table, random):
    """What is hidden for others' sake is needed, says the attacker that shares no code with it."""
    protection = protect(table)
    assert protection.minimal
    assert audit(table, protection).unsafe() == ()
    cells = secondary_cells(protection).tolist()
    sets = [[cell] for cell in cells]
    sets += [random.sample(cells, random.randint(1, len(cells))) for _ in range(5) if cells]
    for some in sets:
        opened = shown_again(table, protection, some)
        assert audit(table, opened, exact=False).unsafe() != (), some


@calm
@given(cubes(outcomes=2, largest=80))
def test_no_cell_of_two_outcomes_could_be_shown_again(table):
    protection = protect(table)
    assert protection.minimal
    for cell in secondary_cells(protection).tolist():
        opened = shown_again(table, protection, [cell])
        same = np.array_equal(opened.share, protection.share)
        assert same or audit(table, opened, exact=False).unsafe() != (), cell


@calm
@given(cubes(outcomes=2), st.randoms(use_true_random=False))
def test_single_sums_are_kept_up_to_date(table, random):
    """After any hiding and showing they say what the whole table, read at once, says."""
    pattern = start_pattern(table)
    entries = list_entries(table)
    for cell in random.sample(range(len(table)), len(table) // 2):
        (pattern.hide_base if random.random() < 0.3 else pattern.hide_share)(cell)
    sums = SingleSums(pattern, entries)
    for cell in random.sample(range(len(table)), len(table) // 3):
        random.choice([pattern.hide_base, pattern.hide_share, pattern.show])(cell)
        sums.reread(cell)
    whole = np.flatnonzero(narrow_by_one_sum(pattern, entries).any(axis=0)).tolist()
    assert sums.narrow_around(range(len(table))) == whole


@pytest.mark.parametrize("patience", [-1, 0, 30, 100, 300, 1000])
@given(cubes(largest=12))
@settings(calm, max_examples=10)
def test_a_table_that_costs_too_much_effort_stays_safe(patience, table):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("samling.stats.disclosure.reopen.PATIENCE", patience)
        patch.setattr("samling.stats.disclosure.careful.PATIENCE", patience)
        protection = protect(table)
    assert audit(table, protection, exact=False).unsafe() == ()


def test_when_effort_ends_in_the_midst_nothing_is_taken_for_decided():
    """In one part a count is found too narrow; the other has not been looked at to its end.

    Otherwise what the second part hides would pass for safe.
    """
    square = [[0, 1, 2], [3, 4, 5], [6, 7, 8]]
    lines = [*square, *zip(*square, strict=True)]
    sums = [Sum(9 + i, tuple(line)) for i, line in enumerate(lines)] + [Sum(16, (15, 17))]
    table = CountTable([6] * 9 + [18] * 6 + [4, 45, 41], sums=Sums(sums), base_threshold=10)
    pattern, certificate = start_pattern(table), start_certificate(table)
    assert find_narrow(pattern, certificate, most_effort=certificate.effort) is None
    narrow = find_narrow(pattern, certificate)
    assert narrow is not None
    assert [one.place for one in narrow] == [15]


def test_proofs_that_are_not_taken_back_are_found_out(monkeypatch):
    """A fault in the account of proofs must stop a publication, not slip through."""
    monkeypatch.setattr(Certificate, "show", lambda *_: set())
    monkeypatch.setattr(ProvedReopening, "follow", forget_what_it_leads_to)
    with pytest.raises(ProofError, match="a world changes what is shown"):
        protect(CountTable([64, 41, 4, 109], sums=Sums([Sum(3, (0, 1, 2))]), base_threshold=10))


def forget_what_it_leads_to(self, cells, shown):
    for cell in cells:
        shown[cell] = 0
        self.secondary[cell] = False
        self.pattern.show(cell)
    return True
