"""What several releases tell together, attacked by a reader who keeps them all.

The reader of `attackers.py` writes his linear program out by himself, with unknowns of his own for
every release. `audit` is held against him.
"""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from samling.stats.disclosure import (
    AlreadyToldError,
    CountTable,
    EarlierRelease,
    InconsistentTableError,
    Published,
    State,
    Sum,
    Sums,
    TellingDifferenceError,
    UnprotectableError,
    audit,
    protect,
    publish,
)
from stats.disclosure.attackers import cubes, narrowed, secrets_of

calm = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
SCHOOLS = Sums([Sum(4, (0, 1, 2, 3))])
N = [64, 41, 30, 4, 139]


def released(table, name="1", **options):
    return EarlierRelease(name, publish(table, protect(table, **options)))


def with_costs(table, seed):
    """The same counts, of which others are hidden first."""
    rng = np.random.default_rng(seed)
    return CountTable(
        table.n,
        table.y,
        sums=table.sums,
        base_threshold=table.base_threshold,
        base_known=table.base_known,
        latent=table.latent,
        forced=table.forced,
        decimals=table.decimals,
        cost=rng.permutation(len(table)),
    )


# --- the same counts ---------------------------------------------------------------------------


def test_two_patterns_that_are_safe_alone_are_not_safe_together():
    """Then 30 stood beside the hidden 4, now 41 does: together they tell both."""
    then = CountTable(N, sums=SCHOOLS, base_threshold=10)
    now = CountTable(N, sums=SCHOOLS, base_threshold=10, cost=[9, 1, 2, 1, 99])
    first, second = protect(then), protect(now)
    assert np.flatnonzero(first.base).tolist() == [2, 3]
    assert np.flatnonzero(second.base).tolist() == [1, 3]
    history = [EarlierRelease("1", publish(then, first))]
    (found,) = audit(now, second, history=history).unsafe()
    assert (found.cell, found.low, found.high) == (3, 4, 4)
    joint = protect(now, history=history)
    assert np.flatnonzero(joint.base).tolist() == [2, 3]
    assert joint.audit().unsafe() == ()


@calm
@given(cubes(), st.integers(0, 99), st.integers(0, 99))
def test_a_second_release_of_the_same_counts_is_safe_with_the_first(table, one, other):
    first = protect(with_costs(table, one))
    history = [EarlierRelease("1", publish(table, first))]
    now = with_costs(table, other)
    second = protect(now, history=history)
    releases = [publish(table, p) for p in (second, first)]
    assert narrowed(table, releases, secrets_of(table, first, second)) == []
    assert second.audit().unsafe() == ()


def test_the_reader_succeeds_where_history_is_forgotten():
    """The same attack as above, on releases that do not know of one another."""
    caught = 0

    @calm
    @given(cubes(), st.integers(0, 99), st.integers(0, 99))
    def attack(table, one, other):
        nonlocal caught
        first, second = (protect(with_costs(table, seed)) for seed in (one, other))
        releases = [publish(table, p) for p in (second, first)]
        found = narrowed(table, releases, secrets_of(table, first, second))
        history = [EarlierRelease("1", releases[1])]
        unsafe = audit(table, second, history=history).unsafe()
        assert {(f.cell, f.quantity) for f in unsafe} == {(cell, q) for cell, q, *_ in found}
        caught += bool(found)

    attack()
    assert caught >= 2


@calm
@given(cubes(), st.integers(0, 99))
def test_three_releases_are_safe_together(table, seed):
    history, releases = [], []
    for number in range(3):
        found = protect(with_costs(table, seed + number), history=history)
        releases.append(publish(table, found))
        history.append(EarlierRelease(str(number), releases[-1]))
    assert narrowed(table, releases, secrets_of(table, found)) == []


@calm
@given(cubes(), st.integers(0, 99))
def test_the_same_release_again_is_the_same(table, seed):
    table = with_costs(table, seed)
    first = protect(table)
    again = protect(table, history=[EarlierRelease("1", publish(table, first))])
    assert again.base.tolist() == first.base.tolist()
    assert again.share.tolist() == first.share.tolist()


def test_a_part_that_is_first_shown_now_narrows_what_was_hidden_before():
    """The hidden cells 30 and 4 were safe while only their sum was known. Their halves are new."""
    then = CountTable([*N, 0, 0], sums=SCHOOLS, base_threshold=10)
    history = [released(then)]
    split = Sums([Sum(4, (0, 1, 2, 3)), Sum(2, (5, 6))])
    now = CountTable([*N, 14, 16], sums=split, base_threshold=10)
    untold = replace(history[0].published, n_low=np.append(history[0].published.n_low[:5], [0, 0]))
    untold = replace(untold, n_high=np.append(untold.n_high[:5], [np.inf, np.inf]))
    found = protect(now, history=[EarlierRelease("1", untold)])
    assert {2, 3} <= set(np.flatnonzero(found.base).tolist())
    assert found.base[5] != State.SHOWN or found.base[6] != State.SHOWN
    assert found.audit().unsafe() == ()


def test_rounded_figures_of_an_earlier_release_are_known_as_far_as_they_go():
    """The total was published as 140, to the nearest ten: 135 to 144."""
    low, high = np.zeros(5), np.full(5, np.inf)
    low[4], high[4] = 135, 144
    told = Published(low, high, np.zeros((5, 0)), np.zeros((5, 0)))
    table = CountTable(N, sums=SCHOOLS, base_threshold=10)
    found = protect(table, history=[EarlierRelease("1", told)])
    assert np.flatnonzero(found.base).tolist() == [2, 3]
    exact = audit(table, found, history=[EarlierRelease("1", told)])
    assert exact.unsafe() == ()


# --- what is out cannot be hidden --------------------------------------------------------------


def test_a_count_that_is_out_is_not_hidden_for_others_sake():
    then = CountTable(N, sums=SCHOOLS, base_threshold=10, cost=[1, 9, 9, 1, 99])
    table = CountTable(N, sums=SCHOOLS, base_threshold=10, cost=[9, 1, 1, 1, 99])
    found = protect(table, history=[released(then)])
    assert np.flatnonzero(found.base).tolist() == [0, 3]


def test_a_small_count_that_is_out_cannot_be_protected():
    shown = CountTable([64, 41, 30, 7, 142], sums=SCHOOLS, base_threshold=5)
    table = CountTable([64, 41, 30, 7, 142], sums=SCHOOLS, base_threshold=10, names="ABCDE")
    with pytest.raises(AlreadyToldError, match=r"D: too few by the rules that hold now") as error:
        protect(table, history=[released(shown, "2023")])
    assert (error.value.release, error.value.cells) == ("2023", (3,))
    assert error.value.code == "disclosure-already-told"


def test_two_earlier_releases_that_together_told_it_are_found_out():
    """They were made without knowing of each other; nothing new can mend that."""
    costs = ([9, 9, 1, 1, 99], [9, 1, 9, 1, 99])
    history = [
        released(CountTable(N, sums=SCHOOLS, base_threshold=10, cost=cost), str(i))
        for i, cost in enumerate(costs)
    ]
    with pytest.raises(UnprotectableError, match="cell 3: n must be protected"):
        protect(CountTable(N, sums=SCHOOLS, base_threshold=10), history=history)


# --- counts that have changed ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("n", "y"),
    [
        ([67, 41, 60], [33, 20, 30]),  # three came
        ([61, 41, 60], [27, 20, 30]),  # three went
        ([64, 41, 60], [31, 20, 30]),  # one changed an answer
        ([84, 41, 60], [50, 20, 30]),  # twenty came and all answered the same
    ],
)
def test_a_difference_of_few_is_refused(n, y):
    sums = Sums([Sum(3, (0, 1, 2))])
    then = CountTable([64, 41, 60, 165], [30, 20, 30, 80], sums=sums, base_threshold=10)
    now = CountTable([*n, sum(n)], [*y, sum(y)], sums=sums, base_threshold=10)
    with pytest.raises(TellingDifferenceError, match="cell 0, cell 3: the count differs by few"):
        protect(now, history=[released(then)])


def test_a_difference_of_many_is_published():
    sums = Sums([Sum(3, (0, 1, 2))])
    then = CountTable([64, 41, 60, 165], [30, 20, 30, 80], sums=sums, base_threshold=10)
    now = CountTable([84, 41, 60, 185], [40, 20, 30, 90], sums=sums, base_threshold=10)
    found = protect(now, history=[released(then)])
    assert found.count_base()[State.SHOWN] == 4
    assert found.audit().unsafe() == ()


def test_a_hidden_count_that_has_changed_is_refused():
    """The hidden pair was 34 and is 54: who knows which school was late knows the other."""
    table = CountTable(N, sums=SCHOOLS, base_threshold=10)
    now = CountTable([64, 41, 50, 4, 159], sums=SCHOOLS, base_threshold=10)
    with pytest.raises(TellingDifferenceError, match="was hidden then and has changed"):
        protect(now, history=[released(table)])


def test_a_late_school_beside_hidden_ones_keeps_them_hidden():
    """It was empty then and is large now; the hidden pair's sum is known from then."""
    then = CountTable([64, 41, 30, 4, 139, 0], sums=Sums([Sum(4, (0, 1, 2, 3))]), base_threshold=10)
    told = publish(then, protect(then))
    told = replace(told, n_low=np.append(told.n_low[:5], 0), n_high=np.append(told.n_high[:5], 0))
    n = [64, 41, 30, 4, 239, 100]
    now = CountTable(n, sums=Sums([Sum(4, (0, 1, 2, 3, 5))]), base_threshold=10, cost=[*n[:5], 1])
    history = [EarlierRelease("1", told)]
    forgetful = protect(now)
    assert np.flatnonzero(forgetful.base).tolist() == [3, 5]
    assert {f.cell for f in audit(now, forgetful, history=history).unsafe()} == {3, 5}
    found = protect(now, history=history)
    assert {2, 3} <= set(np.flatnonzero(found.base).tolist())
    assert found.audit().unsafe() == ()
    secret = [(cell, "n", 10) for cell in np.flatnonzero(found.base).tolist()]
    now_told = publish(now, found)
    n_only = [
        Published(p.n_low, p.n_high, np.zeros((6, 1)), np.zeros((6, 1))) for p in (now_told, told)
    ]
    assert narrowed(now, n_only, secret, changed={4, 5}) == []


def test_a_pool_that_grew_by_few_is_hidden():
    """Two rounds of 60 were pooled to 120. A third of 4 would be read from the new pool of 124."""
    then = CountTable([60, 60, 0, 120], sums=Sums([Sum(3, (0, 1))]), base_threshold=10)
    told = publish(then, protect(then))
    told = replace(told, n_low=told.n_low * [1, 1, 0, 1], n_high=told.n_high.clip(max=120))
    told.n_high[2] = 0
    now = CountTable([60, 60, 4, 124], sums=Sums([Sum(3, (0, 1, 2))]), base_threshold=10)
    found = protect(now, history=[EarlierRelease("1", told)])
    assert np.flatnonzero(found.base).tolist() == [2, 3]
    assert found.audit().unsafe() == ()


@calm
@given(cubes(largest=60), st.integers(0, 10**6))
def test_persons_who_come_late_are_refused_or_safe(table, seed):
    """Some cells grow, with their sums; whoever keeps both releases narrows nothing."""
    first = protect(table)
    history = [EarlierRelease("1", publish(table, first))]
    late = later(table, seed)
    assume(late is not None)
    try:
        second = protect(late, history=history)
    except (TellingDifferenceError, UnprotectableError, AlreadyToldError):
        return
    changed = set(np.flatnonzero((late.n != table.n) | (late.y != table.y)[:, 0]).tolist())
    releases = [publish(late, second), publish(table, first)]
    secret = [s for s in secrets_of(late, second) if s[0] in changed]
    same = [s for s in secrets_of(late, first, second) if s[0] not in changed]
    assert narrowed(late, releases, secret + same, changed) == []
    assert second.audit().unsafe() == ()


def later(table, seed):
    """The table with thirty more in one cell that is no sum, and in all sums above it."""
    rng = np.random.default_rng(seed)
    leaves = np.setdiff1d(np.arange(len(table)), table.sums.parent)
    if not len(leaves):
        return None
    grow = {int(rng.choice(leaves))}
    rows = table.sums.rows()
    for _ in range(4):
        grow |= {row.parent for row in rows if grow & set(row.children)}
    more = np.isin(np.arange(len(table)), list(grow))
    if any(len(grow & set(row.children)) > 1 for row in rows):
        return None
    return CountTable(
        table.n + 30 * more,
        table.y + 14 * more[:, None],
        sums=table.sums,
        base_threshold=table.base_threshold,
        base_known=table.base_known,
        latent=table.latent,
        decimals=table.decimals,
    )


def test_some_of_them_are_published():
    """Otherwise the property above would say nothing."""
    passed = 0

    @calm
    @given(cubes(largest=60), st.integers(0, 10**6))
    def count(table, seed):
        nonlocal passed
        late = later(table, seed)
        if late is None:
            return
        try:
            protect(late, history=[released(table)])
        except (TellingDifferenceError, UnprotectableError, AlreadyToldError):
            return
        passed += 1

    count()
    assert passed >= 1


# --- what does not fit -------------------------------------------------------------------------


def test_a_history_of_another_shape_is_refused():
    table = CountTable(N, sums=SCHOOLS, base_threshold=10)
    history = [released(CountTable([1, 2], base_threshold=10))]
    with pytest.raises(InconsistentTableError, match="n_low has shape"):
        protect(table, history=history)
