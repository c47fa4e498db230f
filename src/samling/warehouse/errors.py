"""What can go wrong in the analysis store, each as a type of its own with words for people."""


class WarehouseError(Exception):
    """Base of every error the warehouse raises on purpose."""


class UnknownSnapshot(WarehouseError):  # noqa: N818 - reads as what happened
    """No snapshot has this identity."""


class UnsuitableTable(WarehouseError):  # noqa: N818
    """The table, its name or its definitions cannot be kept; nothing was written."""


class StoreFailed(WarehouseError):  # noqa: N818
    """Writing failed; the store is as it was before and nothing is half-stored."""


class DiskFull(StoreFailed):
    """There was no room for the snapshot; the store is as it was before."""


class DamagedSnapshot(WarehouseError):  # noqa: N818
    """What lies on disk is not what was stored."""
