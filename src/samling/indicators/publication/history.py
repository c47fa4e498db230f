"""What the study's public releases have told, as the disclosure control takes it.

Whoever keeps an earlier release has it beside the new one, so each question is protected from one
who knows both (docs/decisions.md). A cell that was shown stays known. A cell that was hidden stays
hidden while the rules are the same, so that a release moves nothing that is older than itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from samling.indicators.choices import Status
from samling.indicators.publication.lattice import SEPARATOR, CellSum, Key, Lattice
from samling.indicators.study.schema import Indicator
from samling.stats.disclosure import EarlierRelease, EarlierReleaseError, Published

Count = tuple[int, int | None]
"""Who answered, and who gave the one answer; None where that is not shown, or in a mean."""
Known = Mapping[tuple[str, Key], Count]
"""What a reader of a release is taken to know exactly, by indicator and cell."""
Numbers = Mapping[str, Mapping[Key, int]]
"""A count by indicator and cell."""


@dataclass(frozen=True)
class Earlier:
    """A release that is still public.

    known: the counts that it told. statuses: status and bound of every cell that it listed.
    same_rules: whether its thresholds are those of the study as it is now.
    """

    number: int
    known: Known
    statuses: Mapping[tuple[str, Key], tuple[str, float | None]]
    same_rules: bool

    @cached_property
    def indicators(self) -> frozenset[str]:
        """The indicators that it showed anything of."""
        return frozenset(code for code, _ in self.statuses)

    @cached_property
    def periods(self) -> frozenset[str]:
        """The periods and pools of which it told anything."""
        return frozenset(key[2] for _, key in self.statuses)

    @cached_property
    def listed(self) -> Mapping[str, frozenset[Key]]:
        """Cells by indicator."""
        found: dict[str, set[Key]] = {}
        for code, key in self.statuses:
            found.setdefault(code, set()).add(key)
        return {code: frozenset(keys) for code, keys in found.items()}

    def is_hidden(self, codes: Iterable[str], key: Key) -> bool:
        """Whether the cell was listed and nothing was told of it by any of the indicators."""
        found = [self.statuses[code, key][0] for code in codes if (code, key) in self.statuses]
        return bool(found) and set(found) == {Status.HIDDEN.value}


def read_statuses(
    rows: Iterable[Mapping[str, Any]],
) -> dict[tuple[str, Key], tuple[str, float | None]]:
    """Statuses and bounds from the rows of a release's cells."""
    return {(row["indicator"], key_of(row)): (row["status"], row["bound"]) for row in rows}


def key_of(row: Mapping[str, Any]) -> Key:
    """The cell that a row of a release is of."""
    grouping, group = (
        tuple(row[name].split(SEPARATOR)) if row[name] else () for name in ("grouping", "group")
    )
    return grouping, row["area"], row["period"], group


def bases_known(
    earlier: Sequence[Earlier], indicators: Sequence[Indicator], base: Numbers
) -> set[Key]:
    """Cells whose number of people some question told, and tells no otherwise now."""
    codes = {indicator.code for indicator in indicators}
    return {
        key
        for release in earlier
        for (code, key), (n, _) in release.known.items()
        if code in codes and base[code].get(key) == n
    }


def kept_hidden(
    earlier: Sequence[Earlier], indicators: Sequence[Indicator], keys: Iterable[Key]
) -> set[Key]:
    """Cells that were hidden under the same rules and that no release has shown."""
    codes = [indicator.code for indicator in indicators]
    told = {key for release in earlier for code, key in release.known if code in codes}
    return {
        key
        for key in keys
        if key not in told
        and any(release.same_rules and release.is_hidden(codes, key) for release in earlier)
    }


@dataclass(frozen=True)
class QuestionHistory:
    """One question's cells, its sums, and what the releases before have told of it."""

    lattice: Lattice
    indicators: Sequence[Indicator]
    keys: Sequence[Key]
    sums: Sequence[CellSum]
    base: Numbers

    def releases(self, earlier: Sequence[Earlier]) -> list[EarlierRelease]:
        """What each release told, one row per cell; none of those that told nothing of it.

        Raises EarlierReleaseError when a cell that was hidden is not there to be protected.
        """
        codes = {indicator.code for indicator in self.indicators}
        telling = [release for release in earlier if codes & release.indicators]
        for release in telling:
            self._refuse_dropped(release)
        return [
            EarlierRelease(str(release.number), self._published(release), self._whole(release))
            for release in telling
        ]

    def _published(self, release: Earlier) -> Published:
        shares = [i.code for i in self.indicators if i.kind == "share"]
        shape = (len(self.keys), len(shares))
        n_low, n_high = np.zeros(shape[0]), np.full(shape[0], np.inf)
        y_low, y_high = np.zeros(shape), np.full(shape, np.inf)
        shown_somewhere = self._cuts(release)
        for i, key in enumerate(self.keys):
            n = self._n(release, key)
            if n is not None:
                n_low[i] = n_high[i] = n
                for k, code in enumerate(shares):
                    y_low[i, k], y_high[i, k] = _limits(release, code, key, n)
            elif self._was_empty(release, key, shown_somewhere):
                n_high[i], y_high[i] = 0.0, 0.0
        return Published(n_low, n_high, y_low, y_high)

    def _n(self, release: Earlier, key: Key) -> int | None:
        """The base that was told; of another indicator only if it is the same as the first's."""
        first = self.indicators[0].code
        for code in dict.fromkeys([first, *(i.code for i in self.indicators)]):
            if (code, key) in release.known and (
                code == first or self.base[code].get(key) == self.base[first].get(key)
            ):
                return release.known[code, key][0]
        return None

    def _cuts(self, release: Earlier) -> set[tuple[Any, ...]]:
        """Grouping, period, group and area level of the question's cells that were listed."""
        return {
            (key[0], key[2], key[3], self.lattice.area_levels.get(key[1]))
            for indicator in self.indicators
            for key in release.listed.get(indicator.code, ())
        }

    def _was_empty(self, release: Earlier, key: Key, shown_somewhere: set[tuple[Any, ...]]) -> bool:
        """Cells without anybody are not listed: other places of the level are, or no such time."""
        grouping, area, period, group = key
        if any((i.code, key) in release.statuses for i in self.indicators):
            return False
        if period not in release.periods:
            return period in self.lattice.periods
        return (grouping, period, group, self.lattice.area_levels[area]) in shown_somewhere

    def _whole(self, release: Earlier) -> np.ndarray:
        """Which sums had nothing left over as far as the release's own periods tell."""
        frame = self.lattice.frame
        then = np.isin(frame.period.astype(str), list(release.periods))
        full = {"period"}
        if all(code is not None for code in frame.area[then]):
            full.add("area")
        full |= {b for b, g in frame.groups.items() if all(code is not None for code in g[then])}
        return np.array(
            [s.complete and s.of in full and s.parent[2] in release.periods for s in self.sums],
            dtype=bool,
        )

    def _refuse_dropped(self, release: Earlier) -> None:
        """A hidden cell that the study has no more can't be proved safe with what is new."""
        now = {*self.keys}
        times = {key[2] for key in self.keys}
        lost = [key for key in self._hidden_then(release) if key not in now and key[2] in times]
        if lost and self._tells_more(release):
            raise EarlierReleaseError(
                f"{self.indicators[0].code}: {len(lost)} cells that were hidden in release "
                f"{release.number} are not among the study's cells any more, so that they can't "
                f"be protected from what is new. For example {lost[0]}. Keep the groupings and "
                "areas that were published, or withdraw the earlier release.",
                str(release.number),
                (),
            )

    def _hidden_then(self, release: Earlier) -> Iterator[Key]:
        codes = [indicator.code for indicator in self.indicators]
        keys = frozenset().union(*(release.listed.get(code, frozenset()) for code in codes))
        yield from sorted(key for key in keys if release.is_hidden(codes, key))

    def _tells_more(self, release: Earlier) -> bool:
        """Whether anything is told that was not listed before, or that is not as it was.

        Rules that have changed may show what was hidden.
        """
        if not release.same_rules:
            return True
        for indicator in self.indicators:
            then = release.listed.get(indicator.code, frozenset())
            if any(key not in then for key in self.keys):
                return True
        now, codes = {*self.keys}, {indicator.code for indicator in self.indicators}
        return any(
            self.base[code].get(key) != n
            for (code, key), (n, _) in release.known.items()
            if code in codes and key in now
        )


def _limits(release: Earlier, code: str, key: Key, n: int) -> tuple[float, float]:
    """What was told of a numerator among `n`."""
    status, bound = release.statuses.get((code, key), (Status.HIDDEN.value, None))
    y = release.known.get((code, key), (n, None))[1]
    if y is not None:
        return float(y), float(y)
    tail = float(n) if bound is None else min(bound * n / 100, float(n))
    if status == Status.BOUND_BELOW.value:
        return 0.0, tail
    if status == Status.BOUND_ABOVE.value:
        return n - tail, float(n)
    return 0.0, float(n)
