"""What the reader of a result must know besides its figures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Caution:
    """A stable code and a sentence."""

    code: str
    message: str
