"""What is known about a snapshot without opening its data."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Column:
    """A stored column: its name and Samling's name of its type (see `canonical`)."""

    name: str
    type: str


@dataclass(frozen=True)
class Manifest:
    """The description that lies beside every snapshot.

    `id` is ``kind/name/first 16 digits of content_hash``. `source` says where the data came from
    and does not take part in the identity; `definitions` (a codebook, an indicator's rules) does.
    `stored_on` is a date in UTC, never a finer time.
    """

    id: str
    content_hash: str
    kind: str
    name: str
    rows: int
    columns: tuple[Column, ...]
    sort_by: tuple[str, ...]
    source: Mapping[str, str]
    definitions: Mapping[str, Any]
    samling_version: str
    stored_on: str

    def to_json(self) -> str:
        """Return the manifest as the text of manifest.json."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Manifest":
        """Read the text of manifest.json; raise ValueError, KeyError or TypeError if it is not."""
        data = json.loads(text)
        data["columns"] = tuple(Column(**column) for column in data["columns"])
        data["sort_by"] = tuple(data["sort_by"])
        return cls(**data)
