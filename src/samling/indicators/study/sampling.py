"""The rules of a design, held against the data: weights, strata, PSUs and population sizes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from samling.indicators.study.findings import Finding
from samling.indicators.study.load import StudyFolder
from samling.stats import Design, StatsError

_NEST = (
    "If PSU numbers start again in every stratum, write `nest: true`; "
    "otherwise mend the stratum in the data."
)
_LONELY = (
    "Join each with a neighbouring stratum (`lonely_psu: collapse` joins it with the next), or "
    "write `lonely_psu: certainty`, `adjust` or `average` and say so in the provenance."
)
_SHOWN = 10


def check_design(folder: StudyFolder, table: pa.Table) -> Iterator[Finding]:
    """Every finding on the design; variables that the data lack are another check's."""
    part, names = folder.study.design, table.column_names
    roles = {role: getattr(part, role) for role in ("weights", "strata", "psu", "fpc")}
    there = {role: name for role, name in roles.items() if name in names}
    broken = {role for role, name in roles.items() if name is not None and role not in there}
    for role, name in there.items():
        look = _weight_problems if role == "weights" else _gap_problems
        for problem, mend in look(name, table.column(name)):
            broken.add(role)
            yield folder.finding(("design", role), problem, mend)
    # Weights have no part in how strata and PSUs lie, so that theirs hide nothing of it.
    if broken <= {"weights"}:
        stages = {role: name for role, name in there.items() if role != "weights"}
        yield from _check_stages(folder, {n: table.column(n) for n in stages.values()})


def _weight_problems(name: str, column: pa.ChunkedArray) -> Iterator[tuple[str, str]]:
    if not _is_number(column.type):
        yield f"`{name}` is {column.type}, not a number.", "Mend the data, or name another."
        return
    weights = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
    missing = np.isnan(weights)
    if missing.any():
        mend = "Give every row a weight; one outside the population gets 0."
        yield f"`{name}` is missing in {_rows(missing)}.", mend
    with np.errstate(invalid="ignore"):
        wrong = (weights < 0) | np.isinf(weights)
    if wrong.any():
        mend = "A weight is the number of people that the row stands for: 0 or more."
        yield f"`{name}` is negative or infinite in {_rows(wrong)}.", mend
    elif not missing.any() and not (weights > 0).any():
        yield f"`{name}` is 0 in every row.", "Name the variable that holds the weights."


def _gap_problems(name: str, column: pa.ChunkedArray) -> Iterator[tuple[str, str]]:
    missing = pc.is_null(column, nan_is_null=True).to_numpy()
    if missing.any():
        mend = "Fill in the value, or give these rows one of their own."
        yield f"`{name}` is missing in {_rows(missing)}.", mend


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def _rows(where: Any) -> str:
    """How many rows, and the first; row 1 is the first after the header."""
    count = int(where.sum())
    first = int(np.flatnonzero(where)[0]) + 1
    return f"row {first}" if count == 1 else f"{count} rows, first in row {first}"


def _check_stages(folder: StudyFolder, data: Mapping[str, Any]) -> Iterator[Finding]:
    """Each rule by itself, so that one broken rule does not hide another."""
    part = folder.study.design
    if not part.strata and not part.psu and not part.fpc:
        return

    def design_of(*, nest: bool, fpc: str | None = None) -> Design:
        return Design(data, strata=part.strata, psu=part.psu, fpc=fpc, nest=nest)

    try:
        design_of(nest=part.nest)
    except StatsError as error:
        problem = f"{error.message.partition('. ')[0]}."
        yield folder.finding(("design", "psu"), problem, _NEST)
    # Without regard to the rule above, which `nest` switches off.
    lonely = design_of(nest=True).sampling.lonely_names()
    if part.fpc:
        try:
            lonely = design_of(nest=True, fpc=part.fpc).sampling.lonely_names()
        except StatsError as error:
            problem, _, mend = error.message.partition(". ")
            yield folder.finding(("design", "fpc"), f"{problem}.", mend or "Mend the data.")
    if lonely and part.lonely_psu == "fail":
        shown = "; ".join(lonely[:_SHOWN]) + ("; …" if len(lonely) > _SHOWN else "")
        strata = "A stratum has" if len(lonely) == 1 else f"{len(lonely)} strata have"
        problem = f"{strata} only one PSU, which gives no variance: {shown}."
        yield folder.finding(("design", "lonely_psu"), problem, _LONELY)
