"""Additive interaction against epiR (models.json) and interactionR (interaction.json): 1e-9."""

import json
from pathlib import Path

import pytest

from samling.stats import additive_interaction

HERE = Path(__file__).parent
EPIR = json.loads((HERE / "models.json").read_text())["values"]
SAID = json.loads((HERE / "interaction.json").read_text())
ORDER = ["reri", "ap", "s", "or10", "or01", "or11", "multiplicative"]


def test_epir():
    """epiR has no MOVER; its category coefficients are alcohol, smoking and both."""
    given = EPIR["interaction/rothman_keller/coef"]
    found = additive_interaction(
        list(given["beta"].values()),
        given["vcov"],
        list(given["beta"]),
        first="d1",
        second="d2",
        both="d3",
        measure="OR",
    )
    for name, measured in (("RERI", found.reri), ("APAB", found.ap), ("S", found.s)):
        said = EPIR[f"interaction/rothman_keller/{name}"]
        says = (said["est"], said["lower"], said["upper"])
        assert (measured.estimate, *measured.delta) == pytest.approx(says, rel=1e-9)


@pytest.mark.parametrize(
    ("case", "first", "second", "reference"),
    [
        ("oral_cancer", "alc", "smk", None),
        ("herniated_disc", "ns1", "smk1", None),
        ("oral_cancer_turned", "dry", "smk", "lowest"),
    ],
)
def test_interaction_r(case, first, second, reference):
    said = SAID[case]
    found = additive_interaction(
        list(said["beta"].values()),
        said["vcov"],
        list(said["beta"]),
        first=first,
        second=second,
        product=f"{first}:{second}",
        measure="OR",
        reference=reference,
    )
    for row, name in zip(found.rows(), ORDER, strict=True):
        for method in ("delta", "mover"):
            says = said[method][name]
            got = (row["estimate"], row[f"{method}_low"], row[f"{method}_high"])
            wanted = (says["Estimates"], says["CI.ll"], says["CI.ul"])
            assert got == pytest.approx(wanted, rel=1e-9), (name, method)
