"""The design of a survey, said once: weights, strata, stages and what to do with lonely PSUs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

import numpy as np

from samling.stats.errors import OptionError
from samling.stats.sampling.stages import Sampling, lay_out
from samling.stats.sampling.units import WEIGHT_GRID, count_units
from samling.stats.tables.exact import FloatArray, IntArray
from samling.stats.tables.keys import Coded
from samling.stats.tables.source import BoolArray, Memory, Source, open_source, require_columns

LonelyPsu = Literal["fail", "certainty", "adjust", "average"]
LonelyDomain = Literal["keep", "adjust", "average"]


@dataclass(frozen=True)
class Diagnosis:
    """What a design looks like before anything is estimated.

    `deff_kish` is n·Σw²/(Σw)² (Kish 1965), the loss from unequal weights alone; `lonely` names
    every stratum with one PSU.
    """

    rows: int
    strata: int
    psus: int
    stages: int
    df: int
    weight_sum: float
    weight_min: float
    weight_max: float
    zero_weights: int
    deff_kish: float
    lonely: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Design:
    """A sampling design over a table of elements; immutable.

    `data` is an Ibis, Arrow, pandas or Polars table, or a mapping of names to arrays. `weights`
    names the column of weights (None: 1 each), `strata` the stratum, `psu` the primary sampling
    unit or a list with one id per stage (None: elements), `fpc` the population size or sampling
    fraction of each stage's stratum; one more fpc than psu ids means that elements were sampled
    in the last units. PSU ids must be unique across strata unless `nest`.

    `lonely_psu` says what a stratum with one PSU adds to the variance: "fail" raises
    LonelyPsuError when something is estimated, "certainty" nothing, "adjust" its squared
    deviation from the mean of all PSU totals, "average" the mean of the other strata.
    `lonely_domain` is the same choice for strata that have several PSUs of which one has members
    of the domain: "keep" (default, as R) keeps all PSUs of the stratum, those without members
    with the value 0.

    Raises the errors of samling.stats.errors at once if a column is unknown, a weight is missing
    or negative, a psu lies in two strata or an fpc is impossible. Lumley (2010), ch. 2-3.
    """

    data: Any = field(repr=False)
    weights: str | None = None
    strata: str | None = None
    psu: str | Sequence[str] | None = None
    fpc: str | Sequence[str] | None = None
    lonely_psu: LonelyPsu = "fail"
    lonely_domain: LonelyDomain = "keep"
    nest: bool = False
    source: Source = field(init=False, repr=False)
    sampling: Sampling = field(init=False, repr=False)

    def __post_init__(self) -> None:
        _check_option("lonely_psu", self.lonely_psu, get_args(LonelyPsu))
        _check_option("lonely_domain", self.lonely_domain, get_args(LonelyDomain))
        object.__setattr__(self, "source", open_source(self.data))
        object.__setattr__(self, "sampling", self._scan())

    def _scan(self) -> Sampling:
        psu, fpc = _names(self.psu), _names(self.fpc)
        for role, names in (
            ("weights", _names(self.weights)),
            ("strata", _names(self.strata)),
            ("psu", psu),
            ("fpc", fpc),
        ):
            require_columns(self.source, names, role)
        if len(fpc) > len(psu) + 1:
            raise OptionError(
                f"fpc has {len(fpc)} stages but psu has {len(psu)}: give one fpc for each stage, "
                "and at most one more for elements drawn in the last units."
            )
        psu = psu[: max(1, len(fpc))]
        units = count_units(self.source, [*_names(self.strata), *psu], self.weights, fpc)
        rows = int(units.sums["rows"].sum())
        if self.strata is None:
            units = units.within_one_stratum()
        elements = len(psu) == 0 or len(fpc) > len(psu)
        if not elements and units.size == rows:
            _ = lay_out(units, False, fpc, self.nest)
            units, elements = units.without_last_key(), True
        return lay_out(units, elements, fpc, self.nest)

    def diagnose(self) -> Diagnosis:
        """Counts, weights and lonely PSUs of the design."""
        units = self.sampling.units
        total = {name: float(values.sum()) for name, values in units.sums.items()}
        weight = total["weight"] / WEIGHT_GRID
        return Diagnosis(
            rows=int(total["rows"]),
            strata=self.sampling.strata,
            psus=self.sampling.psus,
            stages=len(self.sampling.stages),
            df=self.sampling.df,
            weight_sum=weight,
            weight_min=float(units.lowest.min()),
            weight_max=float(units.highest.max()),
            zero_weights=int(total["rows"] - total["positive"]),
            deff_kish=total["positive"] * total["square"] / weight**2,
            lonely=self.sampling.lonely_names(),
        )

    def in_memory(self, columns: Iterable[str] = ()) -> Design:
        """The same design with its own and the named columns read from the engine.

        A design whose data is in memory already is returned as it is. Raises
        UnknownVariableError if a column does not exist.
        """
        named = list(columns)
        require_columns(self.source, named, "this method")
        if isinstance(self.source, Memory):
            return self
        own = [*_names(self.weights), *_names(self.strata), *_names(self.psu), *_names(self.fpc)]
        return replace(self, data=self.source.read([*own, *named]))

    def element_weights(self) -> FloatArray:
        """The weight of every row; OptionError if the data is not in memory."""
        source = self._memory()
        if self.weights is None:
            return np.ones(source.table.num_rows)
        return source.numbers(self.weights)[0]

    def numbers(self, name: str) -> tuple[FloatArray, BoolArray]:
        """A column as doubles (0 where missing) and where it is known, in the order of the rows."""
        require_columns(self.source, [name], "this method")
        return self._memory().numbers(name)

    def coded(self, name: str) -> Coded:
        """A column as codes of its sorted values, -1 where missing, in the order of the rows."""
        require_columns(self.source, [name], "this method")
        return self._memory().coded(name)

    def row_unit(self) -> IntArray:
        """The sampled unit of every row, an index of `sampling.units`."""
        self._memory()
        found = self.sampling.units.row_unit
        assert found is not None  # noqa: S101 - counted from memory
        return found

    def _memory(self) -> Memory:
        if isinstance(self.source, Memory):
            return self.source
        raise OptionError(
            "This needs every element, but the data is with an engine: use "
            "design.in_memory(columns) with the columns that the method reads."
        )

    @property
    def hash(self) -> str:
        """SHA-256 over the design's options and its units' counts, weights and fpc."""
        options = {
            "weights": self.weights,
            "strata": self.strata,
            "psu": _names(self.psu),
            "fpc": _names(self.fpc),
            "lonely_psu": self.lonely_psu,
            "lonely_domain": self.lonely_domain,
            "nest": self.nest,
            "values": [[str(v) for v in values] for values in self.sampling.units.values],
        }
        digest = hashlib.sha256(json.dumps(options, sort_keys=True).encode())
        units = self.sampling.units
        exact = [units.sums[name] for name in ("rows", "positive", "weight")]
        for part in [*units.parts, *exact, units.lowest, units.highest, *units.fpc_low]:
            digest.update(np.ascontiguousarray(part).tobytes())
        return digest.hexdigest()


def _names(given: str | Sequence[str] | None) -> list[str]:
    if given is None:
        return []
    return [given] if isinstance(given, str) else list(given)


def _check_option(name: str, given: str, allowed: Sequence[str]) -> None:
    if given not in allowed:
        raise OptionError(f"{name}={given!r} does not exist. Choose one of: {', '.join(allowed)}.")
