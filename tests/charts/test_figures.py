"""Figures that cannot be shown are refused where they are made, in words that help."""

import pytest

from charts.figures_drawn import ABOUT, BOUNDARIES
from samling.charts import (
    AreaMap,
    AreaValue,
    DistributionBars,
    FigureError,
    GroupBars,
    ModelDots,
    ModelRow,
    ProfileRow,
    Row,
    Series,
    ShareRow,
    Trend,
    YearValue,
)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Row("A", float("nan")), "'A': nan is not a number. A hidden value is None."),
        (lambda: Row("A", float("inf")), "'A': inf is not a number. A hidden value is None."),
        (lambda: Row("A", 5, 4), "'A': an interval has two ends; found 4 and None."),
        (lambda: Row("A", 5, 6, 4), "'A': the interval runs from 6 down to 4."),
        (
            lambda: Row("A", None, 4, 6),
            "'A': hidden, but with an interval. Leave the interval out.",
        ),
        (
            lambda: Series("A", (YearValue(2018, 5), YearValue(2014, 4))),
            "Series 'A': the years are [2018, 2014]. Give each year once, in order.",
        ),
        (lambda: GroupBars(ABOUT, ()), "GroupBars: nothing to show. Give at least one row."),
        (
            lambda: Trend(ABOUT, (Series("A", ()),)),
            "Trend: nothing to show. Give at least one row.",
        ),
        (
            lambda: Trend(ABOUT, (Series("A", (YearValue(2018, 5),)),) * 6),
            "Trend: 6 of them; at most 5 can be told apart.",
        ),
        (
            lambda: AreaMap(ABOUT, (AreaValue("9999", "Ingenstans", 5),), BOUNDARIES),
            "AreaMap: no boundary for Ingenstans. Add the feature.",
        ),
        (
            lambda: AreaMap(ABOUT, (AreaValue("0480", "Nyköping", 5),), BOUNDARIES, classes=6),
            "AreaMap: 6 classes. Choose 2, 3, 4 or 5.",
        ),
        (
            lambda: ProfileRow("A", 5, None, None, 4, (), "neutral", "hidden"),
            "'A': value 5 with status 'hidden'. "
            "A hidden value has the status 'hidden', and only that.",
        ),
        (
            lambda: DistributionBars(ABOUT, ("Ja", "Nej"), (ShareRow("A", (100,)),)),
            "'A': 1 shares for 2 categories. Give one share for each.",
        ),
        (
            lambda: ModelRow("A", 5, 4, 6, None, None, None),
            "'A': hidden, but with a direct estimate. Leave that out too.",
        ),
        (
            lambda: ModelRow("A", 5, None, None, 5, 4, 6),
            "'A': the direct estimate needs its interval.",
        ),
        (
            lambda: ModelRow("A", None, None, None, 5, None, None),
            "'A': the model estimate needs its interval.",
        ),
        (lambda: ModelDots(ABOUT, ()), "ModelDots: nothing to show. Give at least one row."),
    ],
)
def test_a_figure_that_cannot_be_shown_says_why(make, message):
    with pytest.raises(FigureError) as caught:
        make()
    assert str(caught.value) == message
