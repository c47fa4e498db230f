"""Typed errors of the science: a short code for programs, a sentence for people."""

from __future__ import annotations


class StatsError(ValueError):
    """Something the caller can mend; `code` is stable, the message says what, where and how."""

    code = "stats"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class DataError(StatsError):
    """The data cannot be read as a table of equally long columns."""

    code = "data"


class EmptyDataError(StatsError):
    """The data has no rows."""

    code = "empty-data"


class UnknownVariableError(StatsError):
    """A named variable is not a column of the data."""

    code = "unknown-variable"


class WeightError(StatsError):
    """A weight is missing, negative, infinite or not a number."""

    code = "weights"


class MissingDesignValueError(StatsError):
    """A stratum, psu or fpc column has missing values."""

    code = "missing-design-value"


class NestingError(StatsError):
    """A psu id occurs in more than one stratum."""

    code = "psu-in-two-strata"


class FpcError(StatsError):
    """A finite population correction cannot be right."""

    code = "fpc"


class LonelyPsuError(StatsError):
    """A stratum has a single PSU, so its variance cannot be estimated."""

    code = "lonely-psu"


class NotBinaryError(StatsError):
    """A variable that was said to be 0/1 has other values."""

    code = "not-binary"


class NotNumericError(StatsError):
    """A mean, total or ratio was asked of a variable that is not numeric."""

    code = "not-numeric"


class OptionError(StatsError):
    """An option has a value that does not exist."""

    code = "option"


class ComparisonError(StatsError):
    """A contrast names groups or statistics that the result does not have."""

    code = "comparison"


class AgeBandError(StatsError):
    """Age bands are missing, too many, double, overlapping or not of the standard's making."""

    code = "age-bands"


class CountError(StatsError):
    """A count or a population is missing, negative, or larger than it can be."""

    code = "count"


class MeasureError(StatsError):
    """A measure of inequality does not exist, or cannot be made of these groups."""

    code = "measure"


class GroupError(StatsError):
    """Groups are too few, unknown, or not the ones that the estimates have."""

    code = "groups"


class ShareError(StatsError):
    """Population shares are missing, negative, or do not add up to 1."""

    code = "shares"


class ReplicationError(StatsError):
    """Replicate weights cannot be made from this design, or are not what they are said to be."""

    code = "replication"


class TableError(StatsError):
    """A table has too few categories, or an empty margin, for the test that was asked for."""

    code = "table"
