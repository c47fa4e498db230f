"""What outsiders are told of a set of cells, exactly or rounded."""

from dataclasses import dataclass

from samling.stats.disclosure.sums import Bools
from samling.stats.disclosure.told import Floats


@dataclass(frozen=True)
class Published:
    """All that outsiders are told: limits of n (cells,), and of y and of y / n (cells, outcomes).

    A known count has equal limits, an unknown one 0 and infinity. Rounded figures give the limits
    that the rounding leaves. Shares are fractions and optional.
    """

    n_low: Floats
    n_high: Floats
    y_low: Floats
    y_high: Floats
    share_low: Floats | None = None
    share_high: Floats | None = None


@dataclass(frozen=True)
class EarlierRelease:
    """What an earlier release, which people still have, told of the cells of a table.

    published: its limits, one per cell of the table; 0 and infinity for what it did not tell, and
        0 and 0 for a cell that it showed to be empty.
    exhaustive: per sum of the table, whether its readers knew that nothing was left over; default
        what the table says.
    """

    name: str
    published: Published
    exhaustive: Bools | None = None
