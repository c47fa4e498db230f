"""Bringing the columns here, for methods that need every element."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from samling.stats.sampling.design import Design
from samling.stats.tables.condition import marked
from samling.stats.tables.source import CHOSEN, Engine, Memory, Where


def bring_here(design: Design, columns: Sequence[str], where: Where) -> tuple[Design, Where]:
    """The design with its own and the named columns in memory, and the filter that goes with it."""
    source = design.source
    if isinstance(source, Memory):
        return design, where
    if where is None:
        return design.in_memory(columns), None
    chosen = Engine(marked(source.table, where, CHOSEN))
    return replace(design, data=chosen).in_memory([*columns, CHOSEN]), CHOSEN
