"""Conditions and indicators, held against the answers that the data hold."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from samling.indicators.study import conditions as language
from samling.indicators.study.conditions import Condition, Is
from samling.indicators.study.findings import Finding, Place
from samling.indicators.study.frame import truth
from samling.indicators.study.load import StudyFolder
from samling.indicators.study.reading import ReadData
from samling.indicators.study.schema import Breakdown, Indicator, Study
from samling.surveys.microdata import Microdata

_SHOWN = 12


@dataclass(frozen=True)
class Placed:
    """A condition and where it stands."""

    place: Place
    condition: Condition

    @cached_property
    def leaves(self) -> list[Is]:
        """Every variable and its values that the condition names."""
        return language.leaves(self.condition)


def conditions(study: Study) -> Iterator[Placed]:
    """Every condition of a study with its place."""
    for i, breakdown in enumerate(study.breakdowns):
        for j, level in enumerate(breakdown.levels):
            yield Placed(("breakdowns", i, "levels", j, "when"), level.when)
    for i, indicator in enumerate(study.indicators):
        yield Placed(("indicators", i, "denominator"), indicator.denominator)
        if indicator.numerator is not None:
            yield Placed(("indicators", i, "numerator"), indicator.numerator)


def check_answers(folder: StudyFolder, microdata: Microdata, read: ReadData) -> Iterator[Finding]:
    """Codes exist, means are of numbers, whoever is in a numerator is in its denominator, and
    nobody is in two groups of a breakdown.

    What names a variable that the data lack is left out: that is another check's finding.
    """
    known = _Answers(microdata, labels_hold=read.labels_hold)
    named = set()
    for placed in conditions(folder.study):
        named |= {leaf.variable for leaf in placed.leaves}
        for leaf in placed.leaves:
            for problem, mend in known.problems(leaf):
                yield folder.finding(placed.place, problem, mend)
    for i, indicator in enumerate(folder.study.indicators):
        yield from _check_mean(folder, i, indicator, microdata.table)
        yield from _check_inside(folder, i, indicator, known)
    for i, breakdown in enumerate(folder.study.breakdowns):
        yield from _check_apart(folder, i, breakdown, known)
    yield from _check_labels(folder, microdata, read, named)


def _check_labels(
    folder: StudyFolder, microdata: Microdata, read: ReadData, named: Collection[str]
) -> Iterator[Finding]:
    """Labels of the variables that conditions name; those of others are only notes."""
    codebook, data, lines = folder.study.data.codebook, folder.study.data.file, read.lines
    for found in microdata.codebook.findings():
        if found.variable not in named:
            continue
        written = lines[found.variable].codes if found.variable in lines else ()
        line = next((code.line for code in written if code.code == str(found.code)), 1)
        text = found.text.partition(": ")[2]
        problem = f"{text[:1].upper()}{text[1:]}"
        yield Finding(codebook or data, line, found.variable, problem, "Mend the labels.")


class _Answers:
    """The codes that occur or are labelled, by variable."""

    def __init__(self, microdata: Microdata, *, labels_hold: bool) -> None:
        self.table, self.codebook = microdata.table, microdata.codebook
        self._labels_hold = labels_hold
        self._known: dict[str, set[tuple[bool, object]]] = {}

    def known(self, variable: str) -> set[tuple[bool, object]]:
        """Codes with whether each is true or false: in Python, as not in data, 1 is True."""
        if variable not in self._known:
            codes = {*pc.unique(self.table.column(variable)).to_pylist()} - {None}
            codes |= set(self.codebook[variable].value_labels)
            self._known[variable] = {(isinstance(code, bool), code) for code in codes}
        return self._known[variable]

    def problems(self, leaf: Is) -> Iterator[tuple[str, str]]:
        """What is wrong with the codes of a leaf; nothing when there is no such variable."""
        if leaf.variable not in self.table.column_names:
            return
        missing = {item.code: item.label for item in self.codebook[leaf.variable].missing}
        for value in leaf.values:
            if (isinstance(value, bool), value) in self.known(leaf.variable):
                continue
            if not isinstance(value, bool) and value in missing:
                problem = f"`{leaf.variable}` has {value!r} declared as no answer."
                yield problem, "Leave it out, or mend the codebook."
                continue
            if not self._labels_hold:
                continue  # a faulty line of the codebook may have named it
            problem = f"`{leaf.variable}` has no code {value!r}, neither in data nor codebook."
            yield problem, self._mend(leaf.variable, value)

    def _mend(self, variable: str, value: object) -> str:
        codes: list[Any] = [code for _, code in self.known(variable)]
        same = [code for code in codes if str(code) == str(value)]
        if same and isinstance(same[0], str):
            return f'The codes are texts: write "{value}" in quotation marks.'
        if same:
            return f"The codes are numbers: write {value} without quotation marks."
        labels = self.codebook[variable].value_labels
        texts = [f"{c!r} {labels[c]}" if c in labels else repr(c) for c in _in_order(codes)]
        more = f" and {len(texts) - _SHOWN} more" if len(texts) > _SHOWN else ""
        return f"Its codes are: {'; '.join(texts[:_SHOWN]) or 'none'}{more}."

    def hold(self, *parts: Condition | None) -> bool:
        """Whether all variables and codes of the conditions exist."""
        leaves = [leaf for part in parts if part is not None for leaf in language.leaves(part)]
        names = self.table.column_names
        return all(x.variable in names and not list(self.problems(x)) for x in leaves)


def _in_order(codes: list[Any]) -> list[Any]:
    return sorted(codes, key=lambda code: (type(code).__name__, code))


def _check_mean(
    folder: StudyFolder, i: int, indicator: Indicator, table: pa.Table
) -> Iterator[Finding]:
    name = indicator.variable
    if indicator.kind != "mean" or name not in table.column_names:
        return
    kind = table.column(name).type
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
        problem = f"`{name}` is {kind}, and a mean needs numbers."
        mend = "Name a variable of numbers, or write `kind: share` with a numerator."
        yield folder.finding(("indicators", i, "variable"), problem, mend)


def _check_inside(
    folder: StudyFolder, i: int, indicator: Indicator, known: _Answers
) -> Iterator[Finding]:
    """Whoever is in a numerator must be in its denominator."""
    if indicator.numerator is None or not known.hold(indicator.numerator, indicator.denominator):
        return
    inside = truth(known.table, indicator.denominator) == 1
    outside = (truth(known.table, indicator.numerator) == 1) & ~inside
    if outside.any():
        problem = f"{_are(int(outside.sum()))} in the numerator but not in the denominator."
        mend = "Every code of the numerator must be among those of the denominator."
        yield folder.finding(("indicators", i, "numerator"), problem, mend)


def _check_apart(
    folder: StudyFolder, i: int, breakdown: Breakdown, known: _Answers
) -> Iterator[Finding]:
    """Nobody may be in two groups of one breakdown."""
    if not known.hold(*(level.when for level in breakdown.levels)):
        return
    inside = [truth(known.table, level.when) == 1 for level in breakdown.levels]
    for j, second in enumerate(breakdown.levels):
        for first, rows in zip(breakdown.levels[:j], inside, strict=False):
            count = int((rows & inside[j]).sum())
            if count:
                problem = f"{_are(count)} in both `{first.code}` and `{second.code}`."
                mend = "Let every answer lead to one group only."
                place: Place = ("breakdowns", i, "levels", j, "when")
                yield folder.finding(place, problem, mend)


def _are(count: int) -> str:
    return "1 row is" if count == 1 else f"{count} rows are"
