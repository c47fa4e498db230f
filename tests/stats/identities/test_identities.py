"""Different ways to the same number, standard error included."""

import math

import numpy as np
import pytest

from samling.stats import Design, estimate, mean, prop, ratio, total

CLOSE = {"rel": 1e-9, "abs": 1e-14}
FIGURES = ("estimate", "se", "ci_low", "ci_high", "df", "n")


@pytest.fixture(scope="module", params=["clusters", "elements", "two stages"])
def design(request):
    rng = np.random.default_rng(5)
    n = 900
    psu = rng.integers(0, 60, n)
    data = {
        "stratum": psu // 12,
        "psu": psu,
        "w": rng.gamma(3.0, 4.0, n),
        "area": rng.choice(["Eskilstuna", "Trosa", "Flen"], n),
        "sex": rng.choice(["f", "m"], n),
        "year": rng.choice([2020, 2023], n),
        "one": np.ones(n),
        "y": rng.normal(50, 9, n),
        "x": rng.gamma(2.0, 5.0, n),
        "bit": rng.integers(0, 2, n),
        "kind": rng.choice(["a", "b", "c"], n),
        "inside": rng.random(n) < 0.6,
        "N1": np.full(n, 40),
        "N2": np.full(n, 500),
    }
    options = {
        "clusters": {"psu": "psu"},
        "elements": {},
        "two stages": {"psu": "psu", "fpc": ["N1", "N2"]},
    }
    return Design(data, weights="w", strata="stratum", **options[request.param])


def figures(row, names=FIGURES):
    return {name: row[name] for name in names}


def test_a_mean_is_a_ratio_to_one(design):
    by = [(), ("area",)]
    means = estimate(design, mean("y"), by=by).rows()
    ratios = estimate(design, ratio("y", "one"), by=by).rows()
    for one, other in zip(means, ratios, strict=True):
        assert figures(one) == pytest.approx(figures(other), **CLOSE)


def test_a_proportion_is_a_mean_of_zeros_and_ones(design):
    props = estimate(design, prop("bit"), by=[("area", "sex")], ci="wald").rows()
    means = estimate(design, mean("bit"), by=[("area", "sex")]).rows()
    for one, other in zip(props, means, strict=True):
        assert figures(one) == pytest.approx(figures(other), **CLOSE)


def test_proportions_of_all_levels_sum_to_one(design):
    rows = estimate(design, prop("kind"), by=[("area",)]).rows()
    for area in ("Eskilstuna", "Trosa", "Flen"):
        levels = [r["estimate"] for r in rows if r["area"] == area]
        assert len(levels) == 3
        assert math.fsum(levels) == pytest.approx(1.0, rel=1e-12)


def test_a_level_is_a_proportion_of_its_own(design):
    (one,) = (r for r in estimate(design, prop("bit", binary=False)).rows() if r["level"] == 1)
    (other,) = estimate(design, prop("bit")).rows()
    names = (*FIGURES, "n_eff", "deff", "se_srs", "y")
    assert figures(one, names) == pytest.approx(figures(other, names), **CLOSE)


def test_the_domain_of_everything_is_the_total(design):
    (whole,) = estimate(design, [mean("y")]).rows()
    (everyone,) = estimate(design, [mean("y")], where=lambda t: t.w > -1).rows()
    (one,) = estimate(design, [mean("y")], by=[("one",)]).rows()
    assert whole == everyone
    assert figures(one) == figures(whole)


def test_a_domain_total_is_the_total_of_a_product(design):
    table = design.source.table.to_pydict()
    table["part"] = [y * i for y, i in zip(table["y"], table["inside"], strict=True)]
    again = Design(table, design.weights, design.strata, design.psu, design.fpc)
    (one,) = estimate(design, total("y"), where="inside").rows()
    (other,) = estimate(again, total("part")).rows()
    assert figures(one, ("estimate", "se")) == pytest.approx(
        figures(other, ("estimate", "se")), **CLOSE
    )


def test_a_domain_mean_is_a_ratio_of_two_totals_over_everyone(design):
    table = design.source.table.to_pydict()
    table["part"] = [y * i for y, i in zip(table["y"], table["inside"], strict=True)]
    again = Design(table, design.weights, design.strata, design.psu, design.fpc)
    (one,) = estimate(design, mean("y"), where="inside").rows()
    (other,) = estimate(again, ratio("part", "inside")).rows()
    assert figures(one, ("estimate", "se")) == pytest.approx(
        figures(other, ("estimate", "se")), **CLOSE
    )


def test_a_contrast_is_made_of_variances_and_covariance(design):
    result = estimate(design, mean("y"), by=[("area",)])
    cov = result.cov("y", by=("area",))
    names = [d[0] for d in cov.domains]
    rows = result.contrast({"gap": "Flen - Trosa", "q": "Flen / Trosa"}, by=("area",)).rows()
    gap, quotient = rows
    i, j = names.index("Flen"), names.index("Trosa")
    variance = cov.matrix[i, i] + cov.matrix[j, j] - 2 * cov.matrix[i, j]
    assert gap["se"] == pytest.approx(math.sqrt(variance), **CLOSE)
    e = {r["area"]: r["estimate"] for r in result.rows()}
    r = e["Flen"] / e["Trosa"]
    by_delta = cov.matrix[i, i] - 2 * r * cov.matrix[i, j] + r * r * cov.matrix[j, j]
    assert quotient["estimate"] == pytest.approx(r, **CLOSE)
    assert quotient["se"] == pytest.approx(math.sqrt(by_delta) / e["Trosa"], **CLOSE)


def test_covariances_of_all_domains_add_up_to_the_variance_of_the_total(design):
    result = estimate(design, total("y"), by=[(), ("area",)])
    whole = result.rows()[0]
    assert result.cov("y", by=("area",)).matrix.sum() == pytest.approx(whole["se"] ** 2, **CLOSE)


def test_versus_rest_is_a_contrast_of_two_domains(design):
    result = estimate(design, [mean("y"), prop("bit")], by=[("area", "sex")])
    rows = result.versus_rest(("area", "sex"), "area").rows()
    table = design.source.table.to_pydict()
    table["side"] = ["Flen" if a == "Flen" else "rest" for a in table["area"]]
    again = Design(table, design.weights, design.strata, design.psu, design.fpc)
    two = estimate(again, [mean("y"), prop("bit")], by=[("side", "sex")])
    wanted = two.differences(("side", "sex"), "side", [("Flen", "rest")]).rows()
    names = ("difference", "se", "ci_low", "ci_high", "df", "p")
    mine = [r for r in rows if r["area"] == "Flen"]
    assert len(mine) == len(wanted) == 4
    for one, other in zip(mine, wanted, strict=True):
        assert figures(one, names) == pytest.approx(figures(other, names), **CLOSE)
        assert (one["n"], one["n_rest"]) == (other["n_first"], other["n_second"])


def test_differences_are_contrasts(design):
    result = estimate(design, [mean("y"), prop("bit")], by=[("area", "year")])
    bulk = result.differences(("area", "year"), "year", [(2023, 2020)]).rows()
    named = result.contrast(
        {"change": "2023 - 2020"}, variable="bit", by=("area", "year"), dimension="year"
    ).rows()
    mine = [r for r in bulk if r["variable"] == "bit"]
    assert (
        [r["area"] for r in mine] == [r["area"] for r in named] == ["Eskilstuna", "Flen", "Trosa"]
    )
    for one, other in zip(mine, named, strict=True):
        assert one["difference"] == other["estimate"]
        assert figures(one, ("se", "p", "df")) == figures(other, ("se", "p", "df"))


def test_domain_df_counts_units_and_strata_with_members(design):
    rows = estimate(design, mean("y"), by=[("area",)], df="domain").rows()
    table = design.source.table.to_pydict()
    for row in rows:
        here = [i for i, a in enumerate(table["area"]) if a == row["area"]]
        clustered = design.psu is not None
        units = {table["psu"][i] if clustered else i for i in here}
        strata = {table["stratum"][i] for i in here}
        assert row["df"] == len(units) - len(strata)
        assert row["n_psu"] == len(units)
