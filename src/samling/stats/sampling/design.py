"""The design of a survey, said once: weights, strata, stages and what to do with lonely PSUs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from samling.stats.errors import OptionError, ReplicationError, StatsError
from samling.stats.sampling.collapsing import collapse
from samling.stats.sampling.given import given_replicates
from samling.stats.sampling.layouts import Layout, lay_out_classes
from samling.stats.sampling.options import names_of, refuse_columns, refuse_other
from samling.stats.sampling.replicates import Centre, DfRule, Replication, replicate
from samling.stats.sampling.reweighting import Reweighting
from samling.stats.sampling.stages import Sampling, lay_out
from samling.stats.sampling.steps import Reweighted, WeightStep
from samling.stats.sampling.units import count_units
from samling.stats.tables.exact import FloatArray, IntArray
from samling.stats.tables.keys import Coded
from samling.stats.tables.source import BoolArray, Memory, Source, open_source, require_columns

LonelyPsu = Literal["fail", "certainty", "adjust", "average", "collapse"]
LonelyDomain = Literal["keep", "adjust", "average"]
ReplicateKind = Literal["jk1", "jkn", "brr", "fay", "bootstrap"]


@dataclass(frozen=True)
class Diagnosis:
    """What a design looks like before anything is estimated.

    `deff_kish` is n·Σw²/(Σw)² (Kish 1965), the loss from unequal weights alone; `lonely` names
    every stratum with one PSU, `collapsed` every group of strata that were joined for that reason;
    `steps` describes each calibration, nonresponse adjustment and trimming that the weights went
    through.
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
    collapsed: tuple[tuple[str, ...], ...] = ()
    steps: tuple[WeightStep, ...] = ()


@dataclass(frozen=True, eq=False)
class Design(Reweighting):
    """A sampling design over a table of elements; immutable.

    `data` is an Ibis, Arrow, pandas or Polars table, or a mapping of names to arrays. `weights`
    names the column of weights (None: 1 each), `strata` the stratum, `psu` the primary sampling
    unit or a list with one id per stage (None: elements), `fpc` the population size or sampling
    fraction of each stage's stratum; one more fpc than psu ids means that elements were sampled
    in the last units. PSU ids must be unique across strata unless `nest`.

    `lonely_psu` says what a stratum with one PSU adds to the variance: "fail" raises
    LonelyPsuError when something is estimated, "certainty" nothing, "adjust" its squared
    deviation from the mean of all PSU totals, "average" the mean of the other strata, "collapse"
    joins it with the neighbouring stratum in sorted order (which ones, diagnose() says).
    `lonely_domain` is the same choice for strata that have several PSUs of which one has members
    of the domain: "keep" (default, as R) keeps all PSUs of the stratum, those without members
    with the value 0.

    `replication` is there when variances come from replicate weights: see `replicates` (made from
    this design) and `from_replicates` (given in the data).

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
    replication: Replication | None = None
    reweighted: Reweighted | None = field(default=None, repr=False)
    source: Source = field(init=False, repr=False)
    sampling: Sampling = field(init=False, repr=False)

    def __post_init__(self) -> None:
        refuse_other("lonely_psu", self.lonely_psu, get_args(LonelyPsu))
        refuse_other("lonely_domain", self.lonely_domain, get_args(LonelyDomain))
        object.__setattr__(self, "source", open_source(self.data))
        object.__setattr__(self, "sampling", self._scan())
        if self.reweighted is not None:
            self._refuse_other_data(self.reweighted)

    def _scan(self) -> Sampling:
        roles = {"weights": self.weights, "strata": self.strata, "psu": self.psu, "fpc": self.fpc}
        refuse_columns(self.source, roles)
        psu, fpc = names_of(self.psu), names_of(self.fpc)
        if len(fpc) > len(psu) + 1:
            raise OptionError(
                f"fpc has {len(fpc)} stages but psu has {len(psu)}: give one fpc for each stage, "
                "and at most one more for elements drawn in the last units."
            )
        psu = psu[: max(1, len(fpc))]
        units = count_units(self.source, [*names_of(self.strata), *psu], self.weights, fpc)
        rows = int(units.sums["rows"].sum())
        if self.strata is None:
            units = units.within_one_stratum()
        elements = len(psu) == 0 or len(fpc) > len(psu)
        if not elements and units.size == rows:
            _ = lay_out(units, False, fpc, self.nest)
            units, elements = units.without_last_key(), True
        sampling = lay_out(units, elements, fpc, self.nest)
        return collapse(sampling) if self.lonely_psu == "collapse" else sampling

    def diagnose(self) -> Diagnosis:
        """Counts, weights and lonely PSUs of the design."""
        units = self.sampling.units
        total = {name: float(values.sum()) for name, values in units.sums.items()}
        weight = units.weight
        return Diagnosis(
            rows=int(total["rows"]),
            strata=self.sampling.strata,
            psus=self.sampling.psus,
            stages=len(self.sampling.stages),
            df=int(self.df),
            weight_sum=weight,
            weight_min=float(units.lowest.min()),
            weight_max=float(units.highest.max()),
            zero_weights=int(total["rows"] - total["positive"]),
            deff_kish=total["positive"] * total["square"] / weight**2,
            lonely=self.sampling.lonely_names(),
            collapsed=self.sampling.collapsed,
            steps=self.calibrations,
        )

    @property
    def df(self) -> float:
        """Degrees of freedom: PSUs - strata, or those of the replicates."""
        return float(self.sampling.df) if self.replication is None else self.replication.df

    def refuse_lonely(self) -> None:
        """Raise LonelyPsuError for strata with one PSU that no rule takes care of."""
        if self.replication is None and self.lonely_psu in ("fail", "collapse"):
            self.sampling.refuse_lonely()

    def replicates(
        self,
        kind: ReplicateKind,
        *,
        rho: float = 0.5,
        count: int = 500,
        seed: int | None = None,
        centre: Centre = "mean",
        df: DfRule = "rank",
    ) -> Design:
        """The same design with variances from replicates of its first stage.

        "jk1" and "jkn" leave out one PSU at a time (without and with strata, with fpc); "brr" takes
        one of each pair of PSUs in balanced half samples, "fay" weights them 2 - `rho` and `rho`;
        "bootstrap" is Rao & Wu's rescaled one, n_h - 1 draws in every stratum, `count` times from
        `seed`. Deviations are from the replicates' mean, or from the full sample's estimate with
        centre="full" (R: mse=TRUE). `df` is "rank" of the weights - 1 (as R), "replicates" - 1
        (as svy) or a number. A stratum taken with certainty is the same in every replicate.

        Raises LonelyPsuError as linearisation does, and ReplicationError where the kind doesn't
        suit the design: brr and fay need two PSUs in every stratum and no fpc, jk1 no strata, and
        none follows the later stages of a design with fpc for them. Rust & Rao (1996).
        """
        refuse_other("kind", kind, get_args(ReplicateKind))
        refuse_other("centre", centre, get_args(Centre))
        self.refuse_lonely()
        if self.replication is not None and self.replication.columns:
            raise OptionError(
                "The design has replicate weights from the data, and no strata or PSUs to make "
                "others of. Make them from a design with those."
            )
        if self.lonely_domain != "keep":
            raise OptionError(
                f"lonely_domain={self.lonely_domain!r} has no counterpart among replicates. Use "
                'lonely_domain="keep" in the design.'
            )
        first = self.sampling.stages[0]
        made = replicate(
            self.sampling,
            first.parent[self.row_unit()] if first.elements else None,
            kind,
            rho=rho,
            count=count,
            seed=seed,
            lonely_psu=self.lonely_psu,
            centre=centre,
            df=df,
        )
        return replace(self, replication=made)

    @classmethod
    def from_replicates(
        cls,
        data: Any,
        *,
        weights: str,
        replicate_weights: str | Sequence[str],
        kind: str,
        scale: float | None = None,
        rscales: npt.ArrayLike | None = None,
        rho: float | None = None,
        combined: bool = True,
        centre: Centre = "mean",
        df: DfRule = "rank",
    ) -> Design:
        """A design whose variances come from replicate weights in the data.

        `replicate_weights` names the columns, or is the text that their names begin with. They are
        weights, or factors of the weight with combined=False. `kind` is one of jk1, jkn, jk2, brr,
        fay (with `rho`), bootstrap, acs, successive-difference and other; it gives R's scale
        ((R-1)/R, none, 1, 1/R, 1/(R(1-rho)²), 1/(R-1), 4/R, 4/R, none) unless `scale` is given.
        `rscales` counts each replicate by itself. `centre` and `df` as in `replicates`.

        Raises WeightError for missing weights, OptionError and ReplicationError for what doesn't
        fit together.
        """
        refuse_other("centre", centre, get_args(Centre))
        source = open_source(data)
        made = given_replicates(
            source,
            weights,
            replicate_weights,
            kind=kind,
            scale=scale,
            rscales=rscales,
            rho=rho,
            combined=combined,
            centre=centre,
            df=df,
        )
        return cls(source, weights=weights, replication=made)

    def replicate_weights(self, part: slice = slice(None)) -> FloatArray:
        """Weights (rows, replicates) of every row in the chosen replicates.

        All weights of replicates come from here. Where the design's weights were calibrated,
        adjusted or trimmed, each replicate's first weights go through the same steps anew.
        OptionError if the data is not in memory, ReplicationError where a step can't be done with a
        replicate's weights.
        """
        made = self.replication
        if made is None:
            raise OptionError("The design has no replicates: use design.replicates(kind).")
        first = self.sampling.stages[0]
        if made.factors is None:
            held = np.column_stack([self.numbers(name)[0] for name in made.columns[part]])
        else:
            rows = slice(None) if first.elements else first.unit[self.row_unit()]
            held = made.factors[:, part][rows]
        if made.factors is not None or not made.combined:
            held = held * self.first_weights()[:, None]
        if self.reweighted is None:
            return np.asarray(held)
        numbered = zip(range(made.size)[part], held.T, strict=True)
        return np.column_stack([self._again(number, weights) for number, weights in numbered])

    def _again(self, number: int, weights: FloatArray) -> FloatArray:
        try:
            return self.weights_from(weights)
        except StatsError as error:
            raise ReplicationError(
                f"The weights can't be adjusted anew in replicate {number + 1}: {error.message}"
            ) from error

    def same_by_unit(self) -> bool:
        """Whether a replicate changes the weights of all elements of a unit alike."""
        made = self.replication
        return made is not None and made.factors is not None and self.reweighted is None

    def in_memory(self, columns: Iterable[str] = ()) -> Design:
        """The same design with its own and the named columns read from the engine.

        A design whose data is in memory already is returned as it is. Raises
        UnknownVariableError if a column does not exist.
        """
        named = list(columns)
        require_columns(self.source, named, "this method")
        if isinstance(self.source, Memory):
            return self
        own = [
            *names_of(self.weights),
            *names_of(self.strata),
            *names_of(self.psu),
            *names_of(self.fpc),
        ]
        if self.replication is not None:
            own += self.replication.columns
        return replace(self, data=self.source.read([*own, *named]))

    def element_weights(self) -> FloatArray:
        """The weight of every row; OptionError if the data is not in memory."""
        source = self._memory()
        if self.weights is None:
            return np.ones(source.table.num_rows)
        return source.numbers(self.weights)[0]

    def first_weights(self) -> FloatArray:
        """The weight of every row before any calibration; OptionError as element_weights()."""
        name = self.weights if self.reweighted is None else self.reweighted.first
        source = self._memory()
        return np.ones(source.table.num_rows) if name is None else source.numbers(name)[0]

    @cached_property
    def layouts(self) -> tuple[Layout, ...]:
        """How the classes of reweighted elements lie in the units, per stage; () if unchanged."""
        if self.reweighted is None:
            return ()
        row_unit, first, chain = self.row_unit(), self.first_weights(), self.reweighted.chain
        stages = self.sampling.stages
        return tuple(lay_out_classes(stage, row_unit, first, chain) for stage in stages)

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

    def _with(self, data: Memory, weights: str, reweighted: Reweighted) -> Design:
        return replace(self, data=data, weights=weights, reweighted=reweighted)

    def _refuse_other_data(self, reweighted: Reweighted) -> None:
        rows = reweighted.chain.row.size
        if self.weights != reweighted.last or reweighted.class_name not in self.source.names:
            raise OptionError(
                f"This design's weights {reweighted.last!r} were made from its own data and "
                f"cannot be exchanged for {self.weights!r}. Make a new design and calibrate that."
            )
        if int(self.sampling.units.sums["rows"].sum()) != rows:
            raise OptionError(
                f"The weights of this design were calibrated on {rows} rows of other data. Make "
                "a new design of the new data and calibrate that."
            )

    @property
    def hash(self) -> str:
        """SHA-256 over the design's options and its units' counts, weights and fpc."""
        options: dict[str, Any] = {
            "weights": self.weights,
            "strata": self.strata,
            "psu": names_of(self.psu),
            "fpc": names_of(self.fpc),
            "lonely_psu": self.lonely_psu,
            "lonely_domain": self.lonely_domain,
            "nest": self.nest,
            "values": [[str(v) for v in values] for values in self.sampling.units.values],
        }
        if self.replication is not None:
            options["replication"] = self.replication.facts()
        digest = hashlib.sha256(json.dumps(options, sort_keys=True).encode())
        for step in self.calibrations:
            digest.update(repr(step).encode() + repr((step.targets, step.asked)).encode())
        units = self.sampling.units
        exact = [units.sums[name] for name in ("rows", "positive", "weight")]
        for part in [*units.parts, *exact, units.lowest, units.highest, *units.fpc_low]:
            digest.update(np.ascontiguousarray(part).tobytes())
        return digest.hexdigest()


def require_design(given: Any) -> None:
    """Raise OptionError for data that is not in a Design."""
    if not isinstance(given, Design):
        raise OptionError(
            f"The first argument is a {type(given).__name__}, not a design. Say how the data was "
            "sampled: Design(data, weights=..., strata=..., psu=...)."
        )
