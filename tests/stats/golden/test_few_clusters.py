"""Design effects that domains share, against R: survey's variances and the formula in R's words.

The rest of a margin has no counterpart in the script: R's survey would have to be told of every
area by itself. It is held by the identities.
"""

import json
from pathlib import Path

import pytest

from samling.stats import Design, estimate, mean, share_design_effects

GOLDEN = json.loads(Path(__file__).with_name("few_clusters.json").read_text("utf-8"))
DATA, SAYS = GOLDEN["data"], GOLDEN["says"]


@pytest.mark.parametrize("case", SAYS)
def test_as_r_says(case):
    strata, variable = case.split("/")
    design = Design(DATA, weights="w", psu="school", strata=None if strata == "none" else strata)
    result = estimate(design, mean(variable), by=[("area",), ("area", "sex")], df="domain")
    shared = share_design_effects(result)
    areas = [row for row in shared.rows() if row["sex"] is None]
    gaps = shared.differences(("area", "sex"), "sex", [(1, 2)]).rows()
    for rows, says in ((areas, SAYS[case]["areas"]), (gaps, SAYS[case]["gaps"])):
        assert [row["area"] for row in rows] == [1, 2, 3, 4, 5, 6, 7]
        assert [row["df"] for row in rows] == says["df"]
        assert [row["se"] for row in rows] == pytest.approx(says["se"], rel=1e-9)
    assert shared.correlation["area",] == pytest.approx([SAYS[case]["areas"]["rho"]], rel=1e-8)
