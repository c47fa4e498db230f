"""The codebook: plain data that survives a manifest, and findings in words."""

import json

import pytest

from samling.questionnaire.codebook import (
    Codebook,
    CodebookError,
    Finding,
    MissingCode,
    Variable,
)

CODEBOOK = Codebook(
    (
        Variable(
            name="health",
            label="Hur mår du?",
            type="integer",
            value_labels={1: "Bra", 2: "Dåligt"},
            missing=(MissingCode(9, "Vet inte"), MissingCode("a")),
            measure="ordinal",
        ),
        Variable("area", "Kommun", "text", {"0480": "Nyköping"}, (), "nominal"),
        Variable("weight", type="number", missing=(MissingCode(-0.5),), measure="scale"),
        Variable("day", type="date"),
    )
)


def test_the_way_to_json_and_back():
    text = json.dumps(CODEBOOK.to_dict())
    assert Codebook.from_dict(json.loads(text)) == CODEBOOK
    assert Codebook.from_dict(Codebook().to_dict()) == Codebook()
    codes = [
        [type(code) for code, _ in entry["value_labels"]] for entry in json.loads(text)["variables"]
    ]
    assert codes == [[int, int], [str], [], []]


def test_looking_up():
    assert CODEBOOK["area"].label == "Kommun"
    assert [variable.name for variable in CODEBOOK] == ["health", "area", "weight", "day"]
    assert ("day" in CODEBOOK, "absent" in CODEBOOK, len(CODEBOOK)) == (True, False, 4)
    with pytest.raises(KeyError):
        CODEBOOK["absent"]
    labels = [CODEBOOK["health"].label_of(code) for code in (1, 9, "a", 7)]
    assert labels == ["Bra", "Vet inte", "a", "7"]


def test_a_variable_is_described_once():
    with pytest.raises(CodebookError, match="describes a more than once"):
        Codebook((Variable("a"), Variable("b"), Variable("a")))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "a list 'variables'"),
        ({"variables": [{"label": "x"}]}, "variable 1: cannot be read"),
        ({"variables": [5]}, "variable number 1: cannot be read"),
        ({"variables": [{"name": "a", "value_labels": [1]}]}, "variable 'a': cannot be read"),
        (
            {"variables": [{"name": "a", "type": "float"}]},
            "'a': type is 'float'; use one of integer",
        ),
        ({"variables": [{"name": "a", "measure": "x"}]}, "measure is 'x'; use one of nominal"),
    ],
)
def test_what_is_no_codebook(data, words):
    with pytest.raises(CodebookError, match=words):
        Codebook.from_dict(data)


def test_a_sound_codebook_has_no_findings():
    values = {"health": {1, 2}, "area": {"0480"}, "weight": {1.5}}
    assert CODEBOOK.findings() == ()
    assert CODEBOOK.findings(values) == ()


def problems(variable: Variable, values: dict | None = None) -> list[tuple]:
    return [(f.problem, f.code) for f in Codebook((variable,)).findings(values)]


def test_findings():
    variable = Variable(
        name="q",
        type="integer",
        value_labels={1: "Ja", 2: " ", 3: "Ja", "x": "Annat", 9: "Vet inte"},
        missing=(MissingCode(9),),
    )
    assert problems(variable) == [
        ("wrong type", "x"),
        ("label and missing", 9),
        ("code without label", 2),
        ("label twice", 3),
    ]


def test_findings_against_the_data():
    variable = Variable("q", "", "integer", {1: "Ja", 2: "Nej"}, (MissingCode(9),))
    assert problems(variable, {"q": {1, 3, 9}}) == [
        ("label without code", 2),
        ("code without label", 3),
    ]
    scale = Variable("q", "", "integer", {0: "Aldrig"}, (), "scale")
    assert problems(scale, {"q": {0, 1, 2, 3}}) == []
    assert problems(Variable("q"), {"q": {"a"}}) == []


def test_a_finding_says_what_and_how_to_mend():
    (finding,) = Codebook((Variable("q", "", "text", {"a": ""}),)).findings()
    assert finding == Finding(
        "q", "code without label", "a", "q: the code 'a' has an empty label. Write what it means."
    )
