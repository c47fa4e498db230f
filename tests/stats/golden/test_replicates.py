"""Replicate weights against R's survey: made ones, and R's own weights carried in the JSON.

replicates.R makes the data and writes replicates.json; 1e-9 relative throughout.
"""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

from samling.stats import Design, Estimates, estimate, infer, mean, ratio, total

GOLDEN = json.loads((Path(__file__).parent / "replicates.json").read_text())
DATA, SAYS = GOLDEN["data"], GOLDEN["says"]
CLOSE = {"rel": 1e-9}
KINDS = {
    "BRR": {"kind": "brr"},
    "Fay": {"kind": "fay", "rho": 0.3},
    "bootstrap": {"kind": "other"},
    "subbootstrap": {"kind": "bootstrap"},
}


def given(name, centre, combined=True):
    carried = GOLDEN["replicates"][name]
    weights = np.array(carried["weights"])
    if not combined:
        weights = weights / np.array(DATA["w"])[:, None]
    columns = {f"rep{r:03}": weights[:, r] for r in range(weights.shape[1])}
    options = dict(KINDS[name])
    if options["kind"] == "other":
        options |= {"scale": carried["scale"], "rscales": carried["rscales"]}
    return Design.from_replicates(
        DATA | columns,
        weights="w",
        replicate_weights="rep",
        combined=combined,
        centre=centre,
        **options,
    )


def made(kind, centre):
    fpc = "N" if kind == "jkn-fpc" else None
    strata = None if kind == "jk1" else "stratum"
    design = Design(DATA, weights="w", strata=strata, psu="psu", fpc=fpc)
    return design.replicates(kind.removesuffix("-fpc"), centre=centre)


def check(design, case):
    says = SAYS[case]
    result = estimate(design, [mean("y"), total("y"), ratio("y", "x")])
    for row, name in zip(result.rows(), ("mean", "total", "ratio"), strict=True):
        assert [row["estimate"], row["se"]] == pytest.approx(says[name], **CLOSE), name
        assert row["df"] == says["df"][0]
    groups = estimate(design, mean("y"), by=[("g",), ("bit",)])
    rows = groups.rows()
    assert [r["estimate"] for r in rows[:3]] == pytest.approx(says["by_estimate"], **CLOSE)
    assert [r["se"] for r in rows[:3]] == pytest.approx(says["by_se"], **CLOSE)
    assert [r["se"] for r in rows[3:]] == pytest.approx(says["by_bit_se"], **CLOSE)
    matrix = groups.cov("y", by=("g",)).matrix
    assert matrix.ravel() == pytest.approx(says["by_cov"], **CLOSE)
    asked = {
        "gap": "low - high",
        "mid": "mid - 0.5 * low - 0.5 * high",
        "quotient": "low / high",
        "share": "log(low / (mid + high))",
    }
    found = groups.contrast(asked, by=("g",)).rows()
    again = groups.estimates(by=("g",)).contrast(asked).rows()
    for name, row, other in zip(asked, found, again, strict=True):
        assert [row["estimate"], row["se"]] == pytest.approx(says[name], **CLOSE), name
        assert [other["estimate"], other["se"]] == pytest.approx(says[name], **CLOSE), name
        assert other["ci_high"] == pytest.approx(row["ci_high"], **CLOSE)


@pytest.mark.parametrize("centre", ["mean", "full"])
@pytest.mark.parametrize("kind", ["jk1", "jkn", "jkn-fpc"])
def test_jackknives_made_here(kind, centre):
    check(made(kind, centre), f"{kind}/{centre}")


@pytest.mark.parametrize("centre", ["mean", "full"])
@pytest.mark.parametrize("name", list(KINDS))
def test_weights_made_by_r(name, centre):
    check(given(name, centre), f"{name}/{centre}")
    check(given(name, centre, combined=False), f"{name}/{centre}")


def test_half_samples_of_a_total_do_not_hang_on_the_matrix():
    """Balance makes every Hadamard matrix give the same variance of a linear statistic."""
    design = Design(DATA, weights="w", strata="stratum", psu="psu")
    for name, kind, rho in (("BRR", "brr", 0.5), ("Fay", "fay", 0.3)):
        (row,) = estimate(design.replicates(kind, rho=rho), total("y")).rows()
        assert [row["estimate"], row["se"]] == pytest.approx(SAYS[f"{name}/mean"]["total"], **CLOSE)
        assert row["df"] == SAYS[f"{name}/mean"]["df"][0]


def test_taylor_contrasts():
    check(Design(DATA, weights="w", strata="stratum", psu="psu"), "taylor")


def test_ambulances():
    """Levy & Lemeshow's three pairs: total 278, standard error 21.494, by Taylor and BRR alike."""
    says = SAYS["scd"]
    data = {"esa": [1, 1, 2, 2, 3, 3], "arrests": says["arrests"], "alive": says["alive"]}
    design = Design(data, strata="esa").replicates("brr")
    sum_, quotient = estimate(design, [total("alive"), ratio("alive", "arrests")]).rows()
    assert [sum_["estimate"], sum_["se"]] == pytest.approx(says["total"], **CLOSE)
    assert sum_["se"] == pytest.approx(21.494, abs=5e-4)
    assert [quotient["estimate"], quotient["se"]] == pytest.approx(says["ratio"], **CLOSE)
    assert sum_["df"] == says["df"][0] == 3


@pytest.mark.parametrize("name", ["mean", "total"])
def test_satterthwaite(name):
    design = Design(DATA, weights="w", strata="stratum", psu="psu")
    statistic = {"mean": mean, "total": total}[name]("y")
    (row,) = estimate(design, statistic, df="satterthwaite").rows()
    assert [row["se"] ** 2, row["df"]] == pytest.approx(SAYS["satterthwaite"][name], **CLOSE)


def test_satterthwaite_with_uneven_strata():
    strata = [[1, 1, 2, 2, 2, 2, 3, 3][s - 1] for s in DATA["stratum"]]
    design = Design(DATA | {"s": strata}, weights="w", strata="s", psu="psu")
    (row,) = estimate(design, total("y"), df="satterthwaite").rows()
    assert [row["se"] ** 2, row["df"]] == pytest.approx(SAYS["satterthwaite"]["uneven"], **CLOSE)
    found = infer(design, Sum(np.array(DATA["y"])), df="satterthwaite")
    assert found.df == pytest.approx([SAYS["satterthwaite"]["uneven"][1]], **CLOSE)


class Sum:
    """A total, as anything that can be estimated from weighted elements."""

    names = ("sum",)

    def __init__(self, y):
        self.y = y

    def values(self, weights):
        return np.array([weights @ self.y])

    def influence(self, weights):
        return self.y[:, None]


@pytest.mark.parametrize("kind", ["jkn", "jkn-fpc"])
def test_any_estimator(kind):
    found = infer(made(kind, "mean"), Sum(np.array(DATA["y"])))
    assert isinstance(found, Estimates)
    assert [found.values[0], found.se[0]] == pytest.approx(SAYS[f"{kind}/mean"]["total"], **CLOSE)
    assert found.method["replicates"] == found.replicates.values.shape[0] == 16


@pytest.mark.r
def test_r_says_the_same_again(rscript, tmp_path):
    """The committed numbers are what replicates.R gives with the version here."""
    script = Path(__file__).with_name("replicates.R")
    subprocess.run([rscript, script, tmp_path / "again.json"], check=True, capture_output=True)
    again = json.loads((tmp_path / "again.json").read_text())["says"]
    assert again.keys() == SAYS.keys()
    for case, says in again.items():
        for part, numbers in says.items():
            assert numbers == pytest.approx(SAYS[case][part], rel=1e-9), (case, part)
