"""Whatever the table, no attacker narrows a protected count below its threshold."""

import numpy as np
from hypothesis import HealthCheck, given, settings

from samling.stats.disclosure import State, audit, protect
from stats.disclosure.attackers import cubes

calm = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


@calm
@given(cubes())
def test_one_outcome_is_safe(table):
    protection = protect(table)
    assert audit(table, protection).unsafe() == ()


@calm
@given(cubes(outcomes=2))
def test_two_outcomes_of_one_item_are_safe_together(table):
    protection = protect(table)
    assert audit(table, protection, exact=False).unsafe() == ()


@calm
@given(cubes(outcomes=3, largest=80))
def test_three_outcomes_are_safe_together(table):
    protection = protect(table)
    assert audit(table, protection, exact=False).unsafe() == ()


@calm
@given(cubes())
def test_states_obey_the_rules_that_need_no_attacker(table):
    protection = protect(table)
    base, share = protection.base, protection.share
    small = (table.n < table.base_threshold) & ~table.latent
    assert (base[small] == State.HIDDEN_PRIMARY).all()
    assert (base[table.forced] == State.HIDDEN_PRIMARY).all()
    assert ((base == State.LATENT) == table.latent).all()
    hidden = (base == State.HIDDEN_PRIMARY) | (base == State.HIDDEN_SECONDARY)
    assert not np.isin(share[hidden], (State.SHOWN, State.MASKED_LOW, State.MASKED_HIGH)).any()
    few = np.minimum(table.y, table.n[:, None] - table.y) < table.count_threshold[:, None]
    assert not (few & (share == State.SHOWN)).any()
    masked = np.isin(share, (State.MASKED_LOW, State.MASKED_HIGH))
    assert (np.isnan(protection.bound) == ~masked).all()
    assert (protection.bound[masked] < 50).all()
    assert (protection.tail[masked] >= np.broadcast_to(5, masked.shape)[masked] - 1e-9).all()


@calm
@given(cubes())
def test_the_same_table_gives_the_same_protection(table):
    one, other = protect(table), protect(table)
    assert one.base.tolist() == other.base.tolist()
    assert one.share.tolist() == other.share.tolist()
