"""The frozen result: a line per measure and block, and sentences for people."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa

from samling.stats.errors import GroupError, MeasureError
from samling.stats.inequality.measures import Question
from samling.stats.inequality.sentences import Reading, Wording, write_sentence
from samling.stats.inequality.texts import WORDS
from samling.stats.inference.wording import Language, check_language


@dataclass(frozen=True)
class Inequalities:
    """Measures of inequality between groups.

    Columns: what tells the blocks apart (statistic, variable, level and the grouping, when the
    source has them), measure, estimate, se, ci_low, ci_high, df, groups (how many), first, second
    (the groups compared, where a measure compares two), interval (how it was made), p_equal (of
    the hypothesis that all groups are equal, Wald's F), status and reason. The status is "shown",
    "no-interval" (the value stands, its uncertainty cannot be said) or "undefined".
    """

    columns: Mapping[str, Sequence[Any]] = field(repr=False)
    keys: tuple[str, ...]
    dimension: str
    question: Question
    method: Mapping[str, Any]

    def rows(self) -> list[dict[str, Any]]:
        """The measures as plain dicts."""
        lines = zip(*self.columns.values(), strict=True)
        return [dict(zip(self.columns, line, strict=True)) for line in lines]

    def table(self) -> pa.Table:
        """The measures as an Arrow table, the method in its schema's metadata."""
        described = {f"samling.{k}": json.dumps(v, default=str) for k, v in self.method.items()}
        columns = {name: _one_type(values) for name, values in self.columns.items()}
        return pa.table(columns).replace_schema_metadata(described)

    def select(self, **chosen: Any) -> Inequalities:
        """The lines with the given values of the key columns; GroupError if there are none."""
        unknown = [name for name in chosen if name not in self.keys]
        if unknown:
            raise GroupError(
                f"{', '.join(unknown)} tells no lines apart here. Choose among: "
                f"{', '.join(self.keys) or 'nothing, there is one block'}."
            )
        kept = [row for row in self.rows() if all(row[k] == v for k, v in chosen.items())]
        if not kept:
            said = ", ".join(f"{name}={value!r}" for name, value in chosen.items())
            raise GroupError(f"No line has {said}.")
        columns = {name: [row[name] for row in kept] for name in self.columns}
        return replace(self, columns=columns)

    def row(self, measure: str) -> dict[str, Any]:
        """The one line of a measure; MeasureError if there are none or several."""
        found = [row for row in self.rows() if row["measure"] == measure]
        if len(found) != 1:
            have = ", ".join(dict.fromkeys(self.columns["measure"]))
            raise MeasureError(
                f"{len(found)} lines are of the measure {measure!r}. Choose one block with "
                f"select({'=, '.join(self.keys)}{'=' if self.keys else ''}) and one of: {have}."
            )
        return found[0]

    def sentence(
        self,
        measure: str,
        language: Language = "sv",
        *,
        indicator: str = "",
        groups: Mapping[Any, str] | None = None,
        unit: str = "",
    ) -> str:
        """One measure of one block in plain words, with its interval; says nothing of causes.

        `indicator` names what is measured ("daglig rökning"; the variable's name by default),
        `groups` gives words for the groups ({"low": "dem med kortast utbildning"}), `unit` the
        unit of an indicator that is no proportion.
        """
        check_language(language)
        line = self.row(measure)
        named = {str(name): words for name, words in (groups or {}).items()}
        words = {name: named.get(name, name) for name in self.question.groups}
        wording = Wording(
            indicator=indicator or str(line.get("variable") or WORDS["indicator"][language]),
            groups=words,
            unit=unit,
            points=100.0 / self.question.top if self.question.top else None,
        )
        reading = Reading(
            measure=measure,
            value=line["estimate"],
            low=line["ci_low"],
            high=line["ci_high"],
            first=line["first"],
            second=line["second"],
            p_equal=line["p_equal"],
            reason=line["reason"],
            level=float(self.method["level"]),
        )
        return write_sentence(reading, self.question, wording, language)


def _one_type(values: Sequence[Any]) -> list[Any]:
    """Values as they are, or as text where they are of several types (levels of variables)."""
    kinds = {type(value) for value in values if value is not None}
    if len(kinds) < 2 or kinds <= {int, float}:
        return list(values)
    return [None if value is None else str(value) for value in values]
