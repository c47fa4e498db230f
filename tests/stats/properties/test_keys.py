"""Coding of columns against NumPy's sorting of whole rows."""

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from samling.stats.tables.keys import combine_codes, compress, encode

LENGTHS = st.integers(0, 60)
SIZES = st.lists(st.sampled_from([1, 2, 7, 900, 40_000]), max_size=5)


@settings(deadline=None)
@given(LENGTHS, SIZES, st.integers(0, 2**32))
def test_combinations_are_the_sorted_distinct_rows(rows, sizes, seed):
    """However many the values are that the columns could have together."""
    rng = np.random.default_rng(seed)
    codes = [rng.integers(-1, min(size, 12), rows) for size in sizes]
    place, parts = combine_codes(codes, sizes, rows)
    if not sizes:
        assert place.tolist() == [0] * rows
        assert parts == []
        return
    distinct, expected = np.unique(np.column_stack(codes), axis=0, return_inverse=True)
    assert place.tolist() == expected.ravel().tolist()
    assert np.column_stack(parts).tolist() == distinct.tolist()


@settings(deadline=None)
@given(st.lists(st.integers(0, 10**6 - 1), max_size=60), st.integers(0, 10**12))
def test_compressing_numbers_the_distinct_codes(codes, low):
    """By a table over all codes, over their range, or by sorting."""
    codes = np.array(codes, dtype=np.int64) + low
    distinct, place = compress(codes, low + 10**6)
    assert distinct.tolist() == sorted(set(codes.tolist()))
    assert distinct[place].tolist() == codes.tolist()


@settings(deadline=None)
@given(st.lists(st.sampled_from(["a", "b", "c", None]), max_size=20))
def test_a_dictionary_may_have_values_that_no_row_has(values):
    """The codes are those of the plain column."""
    column = pa.chunked_array([pa.array(["z", *values, "y"]).dictionary_encode()])
    some = encode(column.slice(1, len(values)))
    plain = encode(pa.array(values, pa.string()))
    assert some.values == plain.values
    assert some.codes.tolist() == plain.codes.tolist()
