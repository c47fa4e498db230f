"""Disclosure control of counts: which may be shown, and an attacker that checks the choice."""

from samling.stats.disclosure.attack import Audit, Finding, audit_published
from samling.stats.disclosure.auditing import audit, publish
from samling.stats.disclosure.errors import (
    AlreadyToldError,
    AuditSampleError,
    DisclosureError,
    EarlierReleaseError,
    InconsistentTableError,
    ProofError,
    TellingDifferenceError,
    ThresholdFloorError,
    UnprotectableError,
)
from samling.stats.disclosure.protection import protect
from samling.stats.disclosure.published import EarlierRelease, Published
from samling.stats.disclosure.result import Protection
from samling.stats.disclosure.states import State
from samling.stats.disclosure.sums import Sum, Sums
from samling.stats.disclosure.table import FLOOR, CountTable, Outcomes

__all__ = [
    "FLOOR",
    "AlreadyToldError",
    "Audit",
    "AuditSampleError",
    "CountTable",
    "DisclosureError",
    "EarlierRelease",
    "EarlierReleaseError",
    "Finding",
    "InconsistentTableError",
    "Outcomes",
    "ProofError",
    "Protection",
    "Published",
    "State",
    "Sum",
    "Sums",
    "TellingDifferenceError",
    "ThresholdFloorError",
    "UnprotectableError",
    "audit",
    "audit_published",
    "protect",
    "publish",
]
