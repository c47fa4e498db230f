"""What can be asked of a design: frozen descriptions of statistics, without data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Statistic:
    """One statistic of one variable; `kind` is the word in the result's column `statistic`."""

    variable: str

    @property
    def kind(self) -> str:
        """Name of the statistic in results."""
        return type(self).__name__.lower()

    @property
    def label(self) -> str:
        """Name of the variable in results."""
        return self.variable

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the data that the statistic reads."""
        return (self.variable,)


@dataclass(frozen=True)
class Mean(Statistic):
    """Weighted mean of a numeric variable over the elements where it is known."""


@dataclass(frozen=True)
class Total(Statistic):
    """Weighted total of a numeric variable over the elements where it is known."""


@dataclass(frozen=True)
class Prop(Statistic):
    """Weighted proportion: of ones for a 0/1 variable, else of every level.

    `binary=True` says that the variable is 0/1 and makes other values an error;
    `binary=False` gives every level even of a 0/1 variable; None looks at the values
    (boolean, or numeric with no other values than 0 and 1, is binary).
    """

    binary: bool | None = None


@dataclass(frozen=True)
class Ratio(Statistic):
    """Ratio of two weighted totals over the elements where both variables are known."""

    denominator: str

    @property
    def label(self) -> str:
        """Name of the variable in results: "numerator / denominator"."""
        return f"{self.variable} / {self.denominator}"

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the data that the statistic reads."""
        return (self.variable, self.denominator)


def mean(variable: str) -> Mean:
    """Weighted mean; linearised as a ratio of totals (Cochran 1977, ch. 5)."""
    return Mean(variable)


def total(variable: str) -> Total:
    """Weighted total (Horvitz & Thompson 1952)."""
    return Total(variable)


def prop(variable: str, binary: bool | None = None) -> Prop:
    """Weighted proportion of a 0/1 variable, or of every level of a categorical one."""
    return Prop(variable, binary)


def ratio(numerator: str, denominator: str) -> Ratio:
    """Ratio of two weighted totals (Woodruff 1971)."""
    return Ratio(numerator, denominator)
