"""Disclosure control of counts: which may be shown, and an attacker that checks the choice."""

from samling.stats.disclosure.attack import Audit, Finding, Published, audit, audit_published
from samling.stats.disclosure.errors import (
    DisclosureError,
    InconsistentTableError,
    ProofError,
    ThresholdFloorError,
    UnprotectableError,
)
from samling.stats.disclosure.protection import Protection, State, protect
from samling.stats.disclosure.sums import Sum, Sums
from samling.stats.disclosure.table import FLOOR, CountTable, Outcomes

__all__ = [
    "FLOOR",
    "Audit",
    "CountTable",
    "DisclosureError",
    "Finding",
    "InconsistentTableError",
    "Outcomes",
    "ProofError",
    "Protection",
    "Published",
    "State",
    "Sum",
    "Sums",
    "ThresholdFloorError",
    "UnprotectableError",
    "audit",
    "audit_published",
    "protect",
]
