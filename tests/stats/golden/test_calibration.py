"""Calibrated weights against R's package survey and the tables of Kalton & Flores-Cervantes.

calibration.R writes calibration.json. 1e-9 relative for linear calibration and
post-stratification; 1e-7 for the methods that iterate (they agree to about 1e-12).
"""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

from samling.stats import Design, estimate, mean, prop, ratio, total

HERE = Path(__file__).parent
GOLDEN = json.loads((HERE / "calibration.json").read_text())
KALTON = json.loads((HERE / "kalton.json").read_text())
ITERATED = ("raking", "logit", "truncated")
METHODS = {
    "linear": {},
    "raking": {"method": "raking"},
    "logit": {"method": "logit"},
    "truncated": {"method": "truncated"},
}


def said(case):
    """The golden lines of a case, by the values of its group."""
    lines = {
        tuple(line["group"].values()): line["says"]
        for line in GOLDEN["lines"]
        if line["case"] == case
    }
    assert lines, case
    return lines


def close(method):
    return {"rel": 1e-7 if method in ITERATED else 1e-9}


def check(row, says, method):
    assert {name: row[name] for name in says} == pytest.approx(says, **close(method))


def check_by(rows, names, case, method):
    """Every golden line of a case against the row of the same group."""
    found = {tuple(str(row[name]) for name in names): row for row in rows}
    lines = said(case)
    assert set(lines) == set(found)
    for group, says in lines.items():
        check(found[group], says, method)


def kalton_sample():
    counts = np.array(KALTON["sample"])
    # b slowest, a fastest, as the R script lays the rows out
    a = np.concatenate([np.repeat(np.arange(1, 5), counts[:, b]) for b in range(3)])
    b = np.repeat([1, 2, 3], counts.sum(axis=0))
    y = np.arange(1, a.size + 1) * 7 % 11 + a
    return {"a": a, "b": b, "y": y, "an": a.astype(float), "bn": b.astype(float)}


def kalton_design(method):
    design = Design(kalton_sample())
    size = np.array(KALTON["population"])
    margins = {
        "a": {a: int(size[a - 1].sum()) for a in (1, 2, 3, 4)},
        "b": {b: int(size[:, b - 1].sum()) for b in (1, 2, 3)},
    }
    crossed = {(a, b): int(size[a - 1, b - 1]) for a in (1, 2, 3, 4) for b in (1, 2, 3)}
    numbers = {
        "1": int(size.sum()),
        "an": int(np.arange(1, 5) @ size.sum(axis=1)),
        "bn": int(np.arange(1, 4) @ size.sum(axis=0)),
    }
    if method in ("poststratify", "crossed"):
        return design.poststratify({"a:b": crossed})
    if method == "greg":
        return design.calibrate(numbers)
    bounds = (0.5, 2.2) if method in ("logit", "truncated") else None
    return design.calibrate(margins, method=method, bounds=bounds)


def factors(design):
    data = kalton_sample()
    weights = design.element_weights()
    return {
        (a, b): weights[(data["a"] == a) & (data["b"] == b)]
        for a in (1, 2, 3, 4)
        for b in (1, 2, 3)
    }


@pytest.mark.parametrize("method", KALTON["tables"])
def test_the_published_tables(method):
    """Two decimals are printed; one entry of 1.375 is printed 1.38."""
    found = factors(kalton_design(method))
    for (a, b), weights in found.items():
        printed = KALTON["tables"][method][a - 1][b - 1]
        assert weights == pytest.approx(printed, abs=0.005 + 1e-9), (a, b)


@pytest.mark.parametrize("method", ["poststratify", "crossed", "linear", "greg", *ITERATED])
def test_kalton_by_r(method):
    design = kalton_design(method)
    for (a, b), says in said(f"kalton/{method}/factor").items():
        assert factors(design)[a, b] == pytest.approx(says["factor"], **close(method))
    result = estimate(design, [mean("y"), total("y")], by=[(), ("a",)])
    whole = {row["statistic"]: row for row in result.rows() if row["a"] is None}
    check(whole["mean"], said(f"kalton/{method}/mean")[()], method)
    check(whole["total"], said(f"kalton/{method}/total")[()], method)
    rows = [row for row in result.rows() if row["a"] and row["statistic"] == "mean"]
    check_by(rows, ("a",), f"kalton/{method}/by", method)


def nhanes_design(nhanes, method):
    design = Design(nhanes, weights="WTMEC2YR", strata="SDMVSTRA", psu="SDMVPSU", nest=True)

    def targets(name):
        return {group: line["total"] for group, line in said(f"nhanes/target/{name}").items()}

    if method == "poststratify":
        cells = {tuple(map(int, group)): n for group, n in targets("cell").items()}
        return design.poststratify({"race:RIAGENDR": cells})
    margins = {
        "race": {int(k): n for (k,), n in targets("race").items()},
        "RIAGENDR": {int(k): n for (k,), n in targets("sex").items()},
        "agecat": {k: n for (k,), n in targets("age").items()},
    }
    bounds = {"logit": (0.5, 1.8), "truncated": (0.65, 1.75)}.get(method)
    return design.calibrate(margins, method=method, bounds=bounds)


@pytest.mark.parametrize("method", ["linear", "poststratify", *ITERATED])
def test_nhanes(nhanes, method):
    """Clusters in strata: the whole, domains, a difference of two, one against the rest."""
    design = nhanes_design(nhanes, method)
    step = design.calibrations[0]
    (reach,) = said(f"nhanes/{method}/range").values()
    assert (step.factor_min, step.factor_max) == pytest.approx(
        (reach["low"], reach["high"]), **close(method)
    )
    by = [(), ("race", "agecat"), ("agecat",)]
    result = estimate(design, [prop("HI_CHOL"), total("HI_CHOL")], by=by)
    whole = {r["statistic"]: r for r in result.rows() if r["agecat"] is None}
    check(whole["prop"], said(f"nhanes/{method}/mean")[()], method)
    check(whole["total"], said(f"nhanes/{method}/total")[()], method)
    fine = [r for r in result.rows() if r["race"] and r["statistic"] == "prop"]
    check_by(fine, ("race", "agecat"), f"nhanes/{method}/by", method)
    levels = sorted(
        {row["agecat"] for row in fine},
        key=lambda level: "(0,19](19,39](39,59](59,Inf]".index(level),
    )
    gap = {"g": f"{levels[0]} - {levels[1]}"}
    (row,) = result.contrast(gap, statistic="prop", by=("agecat",)).rows()
    check(row, said(f"nhanes/{method}/gap")[()], method)
    cov = result.cov(statistic="prop", by=("agecat",))
    place = [cov.domains.index((level,)) for level in levels[:2]]
    says = said(f"nhanes/{method}/gap/cov")[()]["cov"]
    assert cov.matrix[place[0], place[1]] == pytest.approx(says, **close(method))
    rest = result.versus_rest(("agecat",), "agecat").rows()
    (row,) = [r for r in rest if r["agecat"] == levels[1] and r["statistic"] == "prop"]
    says = said(f"nhanes/{method}/rest")[()]
    assert (row["difference"], row["se"]) == pytest.approx(
        (says["estimate"], says["se"]), **close(method)
    )


SAMPLES = {
    "strat": ("apistrat", {"strata": "stype", "fpc": "fpc"}),
    "clus1": ("apiclus1", {"psu": "dnum", "fpc": "fpc"}),
    "clus2": ("apiclus2", {"psu": ["dnum", "snum"], "fpc": ["fpc1", "fpc2"]}),
}


def api_design(r_data, sample, method):
    name, options = SAMPLES[sample]
    design = Design(r_data[name], weights="pw", **options)
    known = {
        "stype": {k: v["total"] for (k,), v in said("api/target/stype").items()},
        "api99": said("api/target/api99")[()]["total"],
    }
    wide = {"sch.wide": {k: v["total"] for (k,), v in said("api/target/sch.wide").items()}}
    if method == "poststratify":
        return design.poststratify(wide)
    if method == "twice":
        return design.poststratify(wide).calibrate(known)
    if method == "trimmed":
        return design.calibrate(known).trim(upper=60)
    bounds = {"logit": (0.4, 2.5), "truncated": (0.5, 2)}.get(method)
    return design.calibrate(known, method=method, bounds=bounds)


API = [
    (sample, method) for sample in SAMPLES for method in ("linear", "poststratify", *ITERATED)
] + [("clus1", "trimmed")]


@pytest.mark.r
@pytest.mark.parametrize(("sample", "method"), API)
def test_api(r_data, sample, method):
    """Elements in strata, clusters, and two stages with fpc; a category and a number."""
    design = api_design(r_data, sample, method)
    asked = [mean("api00"), total("api.stu"), ratio("api.stu", "meals"), total("api99")]
    result = estimate(design, asked, by=[(), ("sch.wide",)])
    whole = {(r["statistic"], r["variable"]): r for r in result.rows() if r["sch.wide"] is None}
    case = f"api/{sample}/{method}"
    check(whole["mean", "api00"], said(f"{case}/mean")[()], method)
    check(whole["total", "api.stu"], said(f"{case}/total")[()], method)
    check(whole["ratio", "api.stu / meals"], said(f"{case}/ratio")[()], method)
    known = said(f"{case}/known")[()]
    if known["se"] < 1e-6:
        assert whole["total", "api99"]["estimate"] == pytest.approx(known["estimate"], rel=1e-9)
        assert whole["total", "api99"]["se"] == 0.0
    else:
        check(whole["total", "api99"], known, method)
    rows = [r for r in result.rows() if r["sch.wide"] and r["variable"] == "api00"]
    check_by(rows, ("sch.wide",), f"{case}/by", method)
    gap = {"g": "No - Yes"}
    (row,) = result.contrast(gap, "api00", by=("sch.wide",)).rows()
    check(row, said(f"{case}/gap")[()], method)
    cov = result.cov("api00", by=("sch.wide",)).matrix
    assert cov[0, 1] == pytest.approx(said(f"{case}/gap/cov")[()]["cov"], rel=1e-7)


@pytest.mark.r
def test_where_r_is_not_followed(r_data):
    """Calibrated twice, R projects on the first calibration first; ours goes back from the last.

    The total of api99 is known after the second calibration, so its standard error is 0. R
    (4.1-1) gives 39,978.
    """
    design = api_design(r_data, "clus1", "twice")
    row, known = estimate(design, [mean("api00"), total("api99")]).rows()
    says = said("api/clus1/twice/known")[()]
    assert known["estimate"] == pytest.approx(says["estimate"], rel=1e-9)
    assert known["se"] == 0.0
    assert says["se"] == pytest.approx(39978.02, rel=1e-6)
    assert row["estimate"] == pytest.approx(said("api/clus1/twice/mean")[()]["estimate"], rel=1e-9)


@pytest.mark.r
def test_survey_says_the_same_again(rscript, tmp_path):
    """The committed numbers are what calibration.R gives with the version here."""
    path = tmp_path / "calibration.json"
    subprocess.run([rscript, HERE / "calibration.R", path], check=True, capture_output=True)
    again = json.loads(path.read_text())
    assert [(x["case"], x["group"]) for x in again["lines"]] == [
        (x["case"], x["group"]) for x in GOLDEN["lines"]
    ]
    for new, old in zip(again["lines"], GOLDEN["lines"], strict=True):
        assert new["says"] == pytest.approx(old["says"], rel=1e-8, abs=1e-6), new["case"]
