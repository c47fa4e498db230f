"""Bringing the columns here, for methods that need every element."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from samling.stats.sampling.design import Design
from samling.stats.tables.source import Engine, Memory, Where, filter_condition

CHOSEN = "samling_where"


def bring_here(design: Design, columns: Sequence[str], where: Where) -> tuple[Design, Where]:
    """The design with its own and the named columns in memory, and the filter that goes with it."""
    source = design.source
    if isinstance(source, Memory):
        return design, where
    if where is None:
        return design.in_memory(columns), None
    chosen = filter_condition(source.table, where)
    marked = Engine(source.table.mutate(**{CHOSEN: chosen}))
    return replace(design, data=marked).in_memory([*columns, CHOSEN]), CHOSEN
