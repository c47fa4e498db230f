"""Every change of datasets."""

from __future__ import annotations

from samling.surveys.microdata import Microdata
from samling.warehouse import Manifest, Warehouse


def store_dataset(
    microdata: Microdata, warehouse: Warehouse, *, name: str, sort_by: tuple[str, ...], source: str
) -> Manifest:
    """Keep microdata as an immutable snapshot with its codebook.

    Rows are sorted by `sort_by` (the design's strata and PSUs first: half the time of every
    later scan), so no order of arrival is kept. The same data gives the same snapshot.
    """
    return warehouse.store(
        microdata.table,
        kind="dataset",
        name=name,
        sort_by=sort_by,
        source={"text": source},
        definitions={"codebook": microdata.codebook.to_dict()},
    )
