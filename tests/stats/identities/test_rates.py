"""Rates and standardised estimates are equal to other ways of saying the same."""

import numpy as np
import pytest

from samling.stats import (
    Design,
    crude_rate,
    direct_rate,
    estimate,
    indirect_rate,
    indirect_ratio,
    mean,
    prop,
    ratio,
    standard_population,
    standardise,
)

RNG = np.random.default_rng(5)
AREAS, BANDS = 6, ("0-39", "40-69", "70+")
TABLE = {
    "area": np.repeat(np.arange(AREAS), 3).tolist(),
    "age_band": list(BANDS) * AREAS,
    "population": RNG.integers(500, 4000, 18).tolist(),
}
TABLE["count"] = RNG.binomial(TABLE["population"], [0.01, 0.04, 0.2] * AREAS).tolist()
FIGURES = ("estimate", "ci_low", "ci_high")


def figures(found, names=FIGURES):
    return np.array([[row[name] for name in names] for row in found.rows()])


def test_equal_weights_give_the_mean_of_the_bands_rates():
    found = direct_rate(TABLE, standard=dict.fromkeys(BANDS, 1), by="area", per=1)
    rates = np.array(TABLE["count"]) / TABLE["population"]
    assert figures(found)[:, 0] == pytest.approx(rates.reshape(AREAS, 3).mean(axis=1))


def test_an_area_standardised_to_itself_has_its_crude_rate():
    for area in range(AREAS):
        own = {name: values[3 * area : 3 * area + 3] for name, values in TABLE.items()}
        standard = dict(zip(BANDS, own["population"], strict=True))
        direct, crude = direct_rate(own, standard=standard), crude_rate(own)
        assert figures(direct) == pytest.approx(figures(crude))


def test_the_reference_has_ratio_one_and_its_own_rate():
    everybody = {
        "age_band": list(BANDS),
        "count": np.reshape(TABLE["count"], (AREAS, 3)).sum(axis=0).tolist(),
        "population": np.reshape(TABLE["population"], (AREAS, 3)).sum(axis=0).tolist(),
    }
    (row,) = indirect_ratio(everybody, reference=everybody).rows()
    assert row["estimate"] == pytest.approx(1.0)
    assert figures(indirect_rate(everybody, reference=everybody)) == pytest.approx(
        figures(crude_rate(everybody))
    )
    named = indirect_ratio(TABLE, reference=everybody, by="area")
    assert figures(named) == pytest.approx(
        figures(indirect_ratio(TABLE, reference=None, by="area"))
    )


def test_the_order_of_rows_and_areas_apart_change_nothing():
    order = RNG.permutation(18)
    mixed = {name: [values[place] for place in order] for name, values in TABLE.items()}
    one = direct_rate(TABLE, standard="ESP2013", by="area")
    assert direct_rate(mixed, standard="ESP2013", by="area").rows() == one.rows()
    alone = {name: values[:3] for name, values in TABLE.items()}
    assert direct_rate(alone, standard="ESP2013", by="area").rows() == one.rows()[:1]


def test_coarser_standards_add_up():
    fine = standard_population("ESP2013")
    coarse = standard_population("ESP2013", ["0-19", "20-64", "65-84", "85+"])
    assert sum(coarse.values()) == sum(fine.values()) == 100_000
    assert coarse["85+"] == fine["85-89"] + fine["90-94"] + fine["95+"]


ROWS = 600
PEOPLE = {
    "y": RNG.normal(50, 10, ROWS),
    "z": RNG.integers(0, 2, ROWS),
    "x": RNG.uniform(1, 3, ROWS),
    "w": RNG.uniform(0.5, 4, ROWS),
    "h": np.repeat(np.arange(6), 100),
    "school": np.repeat(np.arange(60), 10),
    "class": np.repeat(np.arange(120), 5),
    "N1": np.full(ROWS, 30),
    "N2": np.full(ROWS, 5),
    "age": RNG.choice(["16-29", "30-64", "65+"], ROWS),
    "area": RNG.integers(0, 4, ROWS),
}
DESIGNS = {
    "elements": {},
    "clusters": {"strata": "h", "psu": "school"},
    "two stages": {"strata": "h", "psu": ["school", "class"], "fpc": ["N1", "N2"]},
}
SIZES = {"16-29": 2.0, "30-64": 5.0, "65+": 3.0}


@pytest.mark.parametrize("calibrated", [False, True])
@pytest.mark.parametrize("name", DESIGNS)
def test_standardised_is_a_combination_of_the_bands_with_their_covariance(name, calibrated):
    design = Design(PEOPLE, weights="w", **DESIGNS[name])
    if calibrated:
        design = design.calibrate({"age": {"16-29": 300.0, "30-64": 800.0, "65+": 400.0}})
    asked = [mean("y"), prop("z"), ratio("y", "x")]
    found = standardise(design, asked, over="age", standard=SIZES, by="area")
    cells = estimate(design, asked, by=[("area", "age")])
    rows = {(row["variable"], row["area"]): row for row in found.rows()}
    weights = np.array([SIZES[band] / 10 for band in sorted(SIZES)])
    for one in asked:
        covariance = cells.cov(one.label, by=("area", "age"))
        lines = [row for row in cells.rows() if row["variable"] == one.label]
        for area in range(4):
            at = [place for place, pair in enumerate(covariance.domains) if pair[0] == area]
            row = rows[one.label, area]
            values = np.array([lines[place]["estimate"] for place in at])
            assert row["estimate"] == pytest.approx(weights @ values)
            inside = covariance.matrix[np.ix_(at, at)]
            assert row["se"] == pytest.approx((weights @ inside @ weights) ** 0.5, rel=1e-9)


def test_the_covariance_of_standardised_domains_is_that_of_the_cells():
    design = Design(PEOPLE, weights="w", **DESIGNS["clusters"])
    both = standardise(design, mean("y"), over="age", standard=SIZES, by="area").estimates()
    cells = estimate(design, mean("y"), by=[("area", "age")]).cov("y", by=("area", "age"))
    share = {band: size / 10 for band, size in SIZES.items()}
    gather = np.zeros((4, len(cells.domains)))
    for place, (area, band) in enumerate(cells.domains):
        gather[area, place] = share[band]
    assert both.covariance == pytest.approx(gather @ cells.matrix @ gather.T, rel=1e-8, abs=1e-10)


def test_one_band_is_the_plain_estimate():
    design = Design({**PEOPLE, "all": ["x"] * ROWS}, weights="w", **DESIGNS["clusters"])
    found = standardise(design, prop("z"), over="all", standard={"x": 7.0}, by="area").rows()
    plain = estimate(design, prop("z"), by=[("area",)]).rows()
    for one, two in zip(found, plain, strict=True):
        names = ("estimate", "se", "ci_low", "ci_high", "df", "n")
        assert [one[name] for name in names] == pytest.approx([two[name] for name in names])
