"""The sharing of design effects against plain Python, place by place."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samling.stats.inference.shared_deff import shared_deff

PLACES = st.lists(
    st.tuples(
        st.one_of(st.just(math.nan), st.floats(0, 30)),
        st.floats(1, 200),
        st.integers(0, 40),
        st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


def slowly(places, prior_df):
    def knows(place):
        deff, _, df, _ = place
        return not math.isnan(deff) and df > 0

    told = [p for p in places if knows(p) and p[3]]
    above = math.fsum(df * (deff - 1) for deff, _, df, _ in told)
    below = math.fsum(df * (take - 1) for _, take, df, _ in told)
    rho = min(max(above / below, 0.0), 1.0) if below > 0 else 0.0
    out = []
    for index, (deff, take, df, _) in enumerate(places):
        others = [p for i, p in enumerate(places) if i != index and p in told and knows(p) and p[3]]
        prior = min(prior_df, sum(df for _, _, df, _ in others))
        own = df if knows(places[index]) else 0
        if own + prior == 0:
            out.append((1.0, 0))
            continue
        value = (own * deff if own else 0.0) + prior * (1 + (take - 1) * rho)
        out.append((max(1.0, value / (own + prior)), own + prior))
    return out, rho


@given(PLACES, st.sampled_from([0.0, 4.0, 8.0]))
def test_place_by_place(places, prior_df):
    columns = [np.array(column, dtype=float)[:, None] for column in zip(*places, strict=True)]
    found = shared_deff(*columns[:3], columns[3].astype(bool), prior_df)
    expected, rho = slowly(places, prior_df)
    assert found.correlation[0] == pytest.approx(rho, rel=1e-9, abs=1e-12)
    assert found.df[:, 0] == pytest.approx([df for _, df in expected])
    assert found.deff[:, 0] == pytest.approx([d for d, _ in expected], rel=1e-9)


@given(PLACES)
def test_never_surer_than_independent_elements(places):
    columns = [np.array(column, dtype=float)[:, None] for column in zip(*places, strict=True)]
    found = shared_deff(*columns[:3], columns[3].astype(bool))
    assert (found.deff >= 1).all()
    assert (found.deff[found.df == 0] == 1).all()
    assert ((found.correlation >= 0) & (found.correlation <= 1)).all()
