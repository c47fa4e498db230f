"""Joined strata: whatever the sizes, nobody is left alone who has a neighbour."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from samling.stats import Design


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 3), st.booleans()), min_size=1, max_size=12))
def test_nobody_is_left_alone_who_has_a_neighbour(strata):
    """Each stratum has a size, and may have been taken whole (then fpc is that size)."""
    sizes = [size for size, _ in strata]
    data = {
        "h": np.repeat(np.arange(len(sizes)), sizes),
        "N": np.repeat([s if whole else 100 for s, whole in strata], sizes),
    }
    found = Design(data, strata="h", fpc="N", lonely_psu="collapse").diagnose()
    groups = [[int(name.removeprefix("h=")) for name in group] for group in found.collapsed]
    lonely = {h for h, (size, whole) in enumerate(strata) if size == 1 and not whole}
    whole = {h for h, (_, whole) in enumerate(strata) if whole}
    for group in groups:
        assert group == list(range(group[0], group[-1] + 1))
        assert 2 <= len(group) <= 4
        assert lonely & set(group)
        assert not whole & set(group)
    joined = {h for group in groups for h in group}
    assert len(joined) == sum(map(len, groups))
    for h in lonely - joined:
        around = [n for n in (h - 1, h + 1) if 0 <= n < len(sizes)]
        assert set(around) <= whole
        assert f"h={h}" in found.lonely
    assert len(found.lonely) == len(lonely - joined)
    assert found.df == sum(sizes) - len(sizes) + sum(len(group) - 1 for group in groups)
