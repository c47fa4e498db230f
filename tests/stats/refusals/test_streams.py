"""A stream that DuckDB ended early is refused: half the rows make figures that look like any."""

import ibis
import pyarrow as pa
import pytest

from samling.stats import DataError, Design, estimate, prop
from samling.stats.cube import scan

ROWS = 3 * scan.BATCH


@pytest.fixture
def connection():
    return ibis.duckdb.connect()


@pytest.fixture
def design(connection):
    data = {"y": [0, 1] * (ROWS // 2), "school": [1, 1, 2, 2, 3, 3] * (ROWS // 6)}
    return Design(connection.create_table("answers", pa.table(data)), psu="school")


@pytest.mark.parametrize("where", [None, lambda t: t.school != 3])
def test_another_query_on_the_connection(monkeypatch, connection, design, where):
    batches = scan._batches

    def disturbed(*asked):
        for batch in batches(*asked):
            yield batch
            connection.raw_sql("SELECT 1")

    monkeypatch.setattr(scan, "_batches", disturbed)
    with pytest.raises(DataError, match="a connection of its own"):
        estimate(design, prop("y"), where=where)


@pytest.mark.parametrize(("where", "n"), [(None, ROWS), (lambda t: t.school != 3, ROWS * 2 // 3)])
def test_undisturbed(design, where, n):
    (row,) = estimate(design, prop("y"), where=where).rows()
    assert (row["n"], row["y"]) == (n, n // 2)
