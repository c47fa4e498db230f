"""The only place that opens the analysis store: immutable Parquet snapshots with a manifest."""

from samling.warehouse.errors import (
    DamagedSnapshot,
    DiskFull,
    StoreFailed,
    UnknownSnapshot,
    UnsuitableTable,
    WarehouseError,
)
from samling.warehouse.manifest import Column, Manifest
from samling.warehouse.store import Warehouse

__all__ = [
    "Column",
    "DamagedSnapshot",
    "DiskFull",
    "Manifest",
    "StoreFailed",
    "UnknownSnapshot",
    "UnsuitableTable",
    "Warehouse",
    "WarehouseError",
]
