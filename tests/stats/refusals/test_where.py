"""A domain of study that is no condition is refused, and what is missing is never inside one."""

import ibis
import numpy as np
import pyarrow as pa
import pytest

from samling.stats import (
    Design,
    NotBinaryError,
    OptionError,
    StatsError,
    UnknownVariableError,
    chi_square,
    estimate,
    estimate_jointly,
    linear_regression,
    mean,
    quantiles,
)

DATA = {
    "y": [1.0, 2.0, 4.0, 8.0, 16.0, 32.0],
    "age": np.array([70.0, np.nan, 30.0, 80.0, np.nan, 90.0]),
    "old": np.array([1.0, np.nan, 0.0, 1.0, np.nan, 1.0]),
    "text": ["a", "a", "b", "b", "a", "b"],
    "half": [0.0, 0.5, 1.0, 1.0, 0.0, 1.0],
}
CONDITIONS = [lambda t: t.age >= 65, lambda t: t.age != 30, "old"]


def memory():
    return DATA


def duckdb():
    return ibis.duckdb.connect().create_table("answers", pa.table(DATA))


@pytest.mark.parametrize("where", CONDITIONS)
@pytest.mark.parametrize("data", [memory, duckdb])
class TestNaNIsMissing:
    """An engine says that NaN is more than 65 and is not 30; here it is no one's age."""

    def test_estimate(self, data, where):
        result = estimate(Design(data()), mean("y"), where=where)
        assert (result.rows()[0]["n"], result.dropped.where) == (3, 3)
        assert result.rows()[0]["estimate"] == pytest.approx(41 / 3)

    def test_other_methods(self, data, where):
        design = Design(data(), weights=None)
        assert estimate_jointly(design, mean("y"), where=where).values[0] == pytest.approx(41 / 3)
        assert quantiles(design, "y", where=where).rows()[0]["n"] == 3
        assert linear_regression(design, "y", ["age"], where=where).dropped.where == 3

    def test_streamed(self, data, where):
        clusters = {**DATA, "psu": [1, 1, 2, 2, 3, 3]}
        if data is duckdb:
            clusters = ibis.duckdb.connect().create_table("answers", pa.table(clusters))
        result = estimate(Design(clusters, psu="psu"), mean("y"), where=where)
        assert result.rows()[0]["estimate"] == pytest.approx(41 / 3)


# Ibis sets an option for SQLite that newer pandas warns of
@pytest.mark.filterwarnings("ignore:The 'future.infer_string' option")
@pytest.mark.parametrize("where", CONDITIONS)
def test_an_engine_without_nan(where):
    """SQLite stores NaN as missing and has no question for it."""
    clusters = {**DATA, "psu": [1, 1, 2, 2, 3, 3]}
    stored = ibis.sqlite.connect().create_table("answers", pa.table(clusters))
    result = estimate(Design(stored, psu="psu"), mean("y"), where=where)
    assert result.rows()[0]["estimate"] == pytest.approx(41 / 3)


ASKED = [
    lambda design, where: estimate(design, mean("y"), where=where),
    lambda design, where: estimate_jointly(design, mean("y"), where=where),
    lambda design, where: quantiles(design, "y", where=where),
    lambda design, where: chi_square(design, "text", "old", where=where),
    lambda design, where: linear_regression(design, "y", ["text"], where=where),
]
CASES = [
    (UnknownVariableError, "'q' for where. The data has: y", "q"),
    (UnknownVariableError, "attribute 'q'", lambda t: t.q > 1),
    (NotBinaryError, "'text' is a column of string", "text"),
    (NotBinaryError, "but 1 rows have other values", "half"),
    (OptionError, "a bool, which goes by position", True),
    (OptionError, "a ndarray, which goes by position", np.ones(6, dtype=bool)),
    (OptionError, "not comparable", lambda t: t.text > 3),
    (OptionError, "one value or another kind .string", lambda t: t.text),
    (OptionError, "one value or another kind .bool", lambda _: True),
    (OptionError, "one value or another kind", lambda t: (t.y > 3).any()),
]


@pytest.mark.parametrize("ask", ASKED)
@pytest.mark.parametrize(("error", "says", "where"), CASES)
@pytest.mark.parametrize("data", [memory, duckdb])
def test_refused(data, error, says, where, ask):
    with pytest.raises(StatsError, match=says) as found:
        ask(Design(data()), where)
    assert type(found.value) is error
