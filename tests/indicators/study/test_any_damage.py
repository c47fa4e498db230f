"""Whatever is done to a study's file, people get findings with a mend, never a crash."""

import copy
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from samling.indicators.study.check import check_study
from samling.indicators.study.findings import StudyError
from samling.indicators.study.load import load_study
from world import STUDY, draw_rows, write_study

WHOLE = yaml.safe_load(STUDY)
JUNK = st.sampled_from(
    [None, True, 0, -1, 4.5, "", "girl", "0480", "data.csv", [], [1], ["a", 2], {}, {"sv": "a"},
     {"outlook": ["x"]}, {"any": []}, {1: 2}, float("nan"), [[]], [{}], "school", "wellbeing"]
)  # fmt: skip


def places(value, place=()):
    """The place of every part of a study."""
    yield place
    parts = dict(enumerate(value)) if isinstance(value, list) else value
    for key, part in parts.items() if isinstance(parts, dict) else ():
        yield from places(part, (*place, key))


PLACES = [place for place in places(WHOLE) if place]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    changes = [("  division: prov\n  division_file: areas.csv\n", "")]
    return write_study(tmp_path_factory.mktemp("study"), rows=draw_rows(pupils=12), changes=changes)


@given(st.lists(st.tuples(st.sampled_from(PLACES), st.none() | JUNK, st.booleans()), max_size=3))
@example(damages=[(("data", "codebook"), "gone.csv", False)])
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_damage_is_told(folder, damages):
    data = copy.deepcopy(WHOLE)
    for (*path, last), junk, remove in damages:
        part = data
        try:
            for key in path:
                part = part[key]
            if remove:
                del part[last]
            else:
                part[last] = junk
        except (KeyError, IndexError, TypeError):
            continue  # an earlier damage has taken the place away
    (folder / "study.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    # The areas are never found, so there is always something to say.
    with pytest.raises(StudyError) as caught:
        check_study(load_study(folder), lambda codes: [])
    assert caught.value.findings
    for finding in caught.value.findings:
        assert (folder / finding.file).is_file()
        assert finding.line >= 1
        assert finding.problem
        assert finding.mend
