"""Bad input to multilevel, interaction and small-area models is told what is wrong."""

import pytest

from samling.stats import (
    Benchmark,
    DirectColumns,
    StatsError,
    additive_interaction,
    fay_herriot,
    maihda,
)

PEOPLE = {
    "sex": ["m", "m", "m", "m", "w", "w", "w", "w"] * 3,
    "edu": ["a", "b", "a", "b", "a", "b", "a", "b"] * 3,
    "y": [0, 1, 1, 1, 0, 0, 1, 1] * 2 + [0, 0, 1, 0, 1, 0, 0, 1],
    "one": ["x"] * 24,
    "none": [None] * 24,
}
# the outcome of all who have two of three: every level has both, and no finite model fits
CORNERS = [(p, q, r) for p in (0, 1) for q in (0, 1) for r in (0, 1) for _ in range(4)]
SEPARATED = {name: [corner[i] for corner in CORNERS] for i, name in enumerate("pqr")}
SEPARATED["y"] = [int(sum(corner) > 1) for corner in CORNERS]


def ask_maihda(strata=("sex", "edu"), outcome="y", data=PEOPLE, **more):
    return maihda(data, outcome, list(strata), **more)


def ask_interaction(**more):
    asked = {
        "estimates": [0.2, 0.3, 0.6],
        "covariance": [[0.04, 0.0, 0.0], [0.0, 0.04, 0.0], [0.0, 0.0, 0.04]],
        "names": ["a", "b", "ab"],
        "first": "a",
        "second": "b",
        "both": "ab",
        "measure": "OR",
        **more,
    }
    return additive_interaction(**asked)


DIRECT = {name: {"estimate": 0.1 + i / 10, "se": 0.1} for i, name in enumerate("ABCDE")}
AREAS = {name: {"x": float(i)} for i, name in enumerate("ABCDE")}
TABLE = {"area": ["A", "A", "B"], "estimate": [1.0, 2.0, 3.0], "se": [1.0, 1.0, 1.0]}


def ask_areas(direct=DIRECT, covariates=AREAS, **more):
    return fay_herriot(direct, covariates, **more)


def changed(area, **fields):
    return {**DIRECT, area: {**DIRECT[area], **fields}}


CASES = [
    ("strata", "at least two different variables", lambda: ask_maihda(["sex"])),
    ("strata", "at least two different variables", lambda: maihda(PEOPLE, "y", "sex")),
    ("strata", "'one' has one value only", lambda: ask_maihda(["sex", "one"])),
    ("strata", "No row has both", lambda: ask_maihda(["sex", "none"])),
    (
        "strata",
        "4 strata with people are too few for 4 main effects",
        lambda: ask_maihda(
            ["a", "b"],
            data={"a": list("pqrr") * 2, "b": list("ssst") * 2, "y": [0, 1, 0, 1, 1, 0, 1, 0]},
        ),
    ),
    (
        "strata",
        "cannot be told apart",
        lambda: ask_maihda(
            ["sex", "twin", "three"],
            data={**PEOPLE, "twin": PEOPLE["sex"], "three": list("abc") * 8},
        ),
    ),
    ("unknown-variable", "'q' for outcome", lambda: ask_maihda(outcome="q")),
    ("unknown-variable", "'q' for strata", lambda: ask_maihda(["sex", "q"])),
    ("not-binary", "such as 2", lambda: ask_maihda(data={**PEOPLE, "y": [0, 1, 2] * 8})),
    ("not-numeric", "'sex'", lambda: ask_maihda(["edu", "y"], outcome="sex")),
    ("empty-data", "no rows", lambda: ask_maihda(data={n: [] for n in ("sex", "edu", "y")})),
    (
        "separation",
        "0 of 24 have the outcome",
        lambda: ask_maihda(data={**PEOPLE, "y": [0] * 24}),
    ),
    (
        "separation",
        "0 of 12 with sex=m",
        lambda: ask_maihda(data={**PEOPLE, "y": [0, 0, 0, 0, 1, 0, 1, 0] * 3}),
    ),
    (
        "strata",
        "does not vary within any",
        lambda: ask_maihda(
            data={**PEOPLE, "y": [1.0, 2.0, 1.0, 2.0, 3.0, 5.0, 3.0, 5.0] * 3}, family="gaussian"
        ),
    ),
    ("option", "family='poisson'", lambda: ask_maihda(family="poisson")),
    ("option", "criterion='mle'", lambda: ask_maihda(criterion="mle")),
    ("option", "nodes=0", lambda: ask_maihda(nodes=0)),
    ("option", "level=95", lambda: ask_maihda(level=95)),
    ("option", "reference names 'age'", lambda: ask_maihda(reference={"age": 1})),
    ("option", "'x' is not a level of 'sex'", lambda: ask_maihda(reference={"sex": "x"})),
    ("estimates", "Not found: 'q'", lambda: ask_interaction(first="q")),
    ("estimates", "must be three different names", lambda: ask_interaction(second="a")),
    ("estimates", "3 names", lambda: ask_interaction(estimates=[0.1, 0.2])),
    ("estimates", "2 different", lambda: ask_interaction(names=["a", "b", "b"])),
    ("estimates", "not a number", lambda: ask_interaction(estimates=[0.1, float("nan"), 0.3])),
    (
        "estimates",
        "not symmetric",
        lambda: ask_interaction(covariance=[[0.1, 0.2, 0], [0, 0.1, 0], [0, 0, 0.1]]),
    ),
    (
        "estimates",
        "non-negative",
        lambda: ask_interaction(covariance=[[0.1, 0.2, 0], [0.2, 0.1, 0], [0, 0, 0.1]]),
    ),
    ("option", "exactly one", lambda: ask_interaction(product="ab")),
    ("option", "exactly one", lambda: ask_interaction(both=None)),
    ("option", "measure='HR'", lambda: ask_interaction(measure="HR")),
    ("option", "df=0", lambda: ask_interaction(df=0)),
    ("option", "level=1", lambda: ask_interaction(level=1)),
    ("option", "reference='b'", lambda: ask_interaction(reference="b")),
    (
        "preventive-factor",
        "lowest with a=1 and b=0",
        lambda: ask_interaction(estimates=[-0.2, 0.3, 0.6]),
    ),
    ("area-join", "no covariates: 'F'", lambda: ask_areas({**DIRECT, "F": DIRECT["A"]})),
    ("area-join", "'area' named|named more than once in direct: 'A'", lambda: ask_areas(TABLE)),
    (
        "area-join",
        "more than once in covariates: 'A'",
        lambda: ask_areas(covariates={"area": ["A", "A"], "x": [1, 2]}),
    ),
    (
        "area-join",
        "1 rows of the covariates have no name",
        lambda: ask_areas(covariates={"area": [*"ABCDE", None], "x": [1, 2, 3, 4, 5, 6]}),
    ),
    ("area-join", r"no covariates: 1\.", lambda: ask_areas({1: DIRECT["A"]}, {"1": {"x": 0}})),
    (
        "covariates",
        "'x' is missing or infinite in 1 areas: 'C'",
        lambda: ask_areas(covariates={**AREAS, "C": {"x": None}}),
    ),
    (
        "covariates",
        "combination of the others",
        lambda: ask_areas(covariates={n: {"x": r["x"], "z": 2 * r["x"]} for n, r in AREAS.items()}),
    ),
    (
        "covariates",
        "2 areas with direct estimates are too few for 2",
        lambda: ask_areas({name: DIRECT[name] for name in "AB"}),
    ),
    (
        "area-variance",
        "0, unknown or infinite in 1 areas: 'B'",
        lambda: ask_areas(changed("B", se=0.0)),
    ),
    ("area-variance", "unknown or infinite in 1", lambda: ask_areas(changed("B", se=None))),
    (
        "area-variance",
        "outside: 'B'",
        lambda: ask_areas(changed("B", estimate=20.0), transform="logit"),
    ),
    (
        "area-variance",
        "no logit: 'B'",
        lambda: ask_areas(changed("B", estimate=0.0), transform="logit"),
    ),
    ("area-variance", "missing or 0 in 5: 'A'", lambda: ask_areas(smooth="gvf")),
    (
        "area-variance",
        "at least 3 areas of different size",
        lambda: ask_areas({n: {**r, "n": 10} for n, r in DIRECT.items()}, smooth="gvf"),
    ),
    ("unknown-variable", "'v' for direct", lambda: ask_areas(columns=DirectColumns(variance="v"))),
    ("unknown-variable", "'q' for covariates", lambda: ask_areas(variables=["q"])),
    ("option", "method='reml2'", lambda: ask_areas(method="reml2")),
    ("option", "transform='log'", lambda: ask_areas(transform="log")),
    ("option", "smooth='x'", lambda: ask_areas(smooth="x")),
    ("option", "level=2", lambda: ask_areas(level=2)),
    (
        "area-join",
        r"lack 4 areas \('B', 'C', 'D', 'E'\) and name 1",
        lambda: ask_areas(benchmark=Benchmark(0.3, {"A": 1, "Z": 2})),
    ),
    (
        "option",
        "method='sum'",
        lambda: ask_areas(benchmark=Benchmark(0.3, dict.fromkeys("ABCDE", 1), "sum")),
    ),
    (
        "option",
        "sizes must be",
        lambda: ask_areas(benchmark=Benchmark(0.3, dict.fromkeys("ABCDE", 0))),
    ),
    (
        "option",
        "value is nan. Give the region's own",
        lambda: ask_areas(benchmark=Benchmark(float("nan"), dict.fromkeys("ABCDE", 1))),
    ),
    (
        "option",
        "value is inf. Give the region's own",
        lambda: ask_areas(
            benchmark=Benchmark(float("inf"), dict.fromkeys("ABCDE", 1), "difference")
        ),
    ),
    (
        "no-convergence",
        "hardly varies within strata",
        lambda: ask_maihda(
            data={**PEOPLE, "y": [1e9, 2e9, 1e9, 2e9, 3e9, 5e9, 3e9, 5e9 + 0.5] * 3},
            family="gaussian",
        ),
    ),
    (
        "data",
        "'y' is infinite in 1 rows",
        lambda: ask_maihda(data={**PEOPLE, "y": [float("inf")] + [1.0] * 23}, family="gaussian"),
    ),
    ("area-variance", "'se' is negative in 1 areas: 'B'", lambda: ask_areas(changed("B", se=-1.0))),
    (
        "covariates",
        "infinite in 1 areas: 'D'",
        lambda: ask_areas(covariates={**AREAS, "D": {"x": float("inf")}}),
    ),
    ("no-convergence", "Some combination of levels", lambda: ask_maihda("pqr", data=SEPARATED)),
    (
        "area-variance",
        "infinite in 1 areas: 'B'",
        lambda: ask_areas(changed("B", estimate=float("inf"))),
    ),
]


@pytest.mark.parametrize(("code", "says", "what"), CASES)
def test_the_error_names_what_is_wrong(code, says, what):
    with pytest.raises(StatsError, match=says) as caught:
        what()
    assert caught.value.code == code
