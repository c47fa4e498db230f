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


class ReplicationError(StatsError):
    """Replicate weights cannot be made from this design, or are not what they are said to be."""

    code = "replication"


class TableError(StatsError):
    """A table has too few categories, or an empty margin, for the test that was asked for."""

    code = "table"


class TargetError(StatsError):
    """A target of a calibration does not fit the data, or targets contradict each other."""

    code = "calibration-target"


class InfeasibleError(StatsError):
    """No weights, or none within the bounds, reach the targets of a calibration."""

    code = "calibration-infeasible"


class NegativeWeightError(StatsError):
    """A linear calibration would make weights negative or 0."""

    code = "calibration-negative"


class AuxiliaryError(StatsError):
    """An auxiliary variable of a calibration is missing for elements that need it."""

    code = "auxiliary"


class ResponseError(StatsError):
    """Nonresponse cannot be adjusted for: a cell without respondents, or a perfect prediction."""

    code = "nonresponse"


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


class TermError(StatsError):
    """A term of a model names a variable, level or reference that can't be used."""

    code = "term"


class CollinearError(StatsError):
    """A column of a model is empty or a combination of others."""

    code = "collinear"


class SeparationError(StatsError):
    """A model has no finite answer, because a group's outcomes are all alike."""

    code = "separation"


class TimePointsError(StatsError):
    """There are too few points in time for what was asked, or they are not numbers."""

    code = "time-points"


class EstimatesError(StatsError):
    """Estimates, names and covariance do not fit together."""

    code = "estimates"


class PreventiveFactorError(StatsError):
    """A factor is preventive as coded, so that additive interaction would mislead."""

    code = "preventive-factor"


class StrataError(StatsError):
    """The strata of a multilevel model cannot carry it."""

    code = "strata"


class ModelConvergenceError(StatsError):
    """A model's likelihood has no maximum that could be found."""

    code = "no-convergence"


class AreaJoinError(StatsError):
    """Areas in two tables do not match by name."""

    code = "area-join"


class AreaVarianceError(StatsError):
    """An area's direct estimate or its variance cannot be used."""

    code = "area-variance"


class CovariateError(StatsError):
    """Covariates are missing, or one is a combination of the others."""

    code = "covariates"


class ExtremeValueError(StatsError):
    """A variable has infinite values, or squares too large or small to be added up."""

    code = "extreme-value"
