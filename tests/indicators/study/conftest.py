"""What is said of a study, and where its file says what."""

import pytest

from world import line_of, write_study


@pytest.fixture
def said(findings, tmp_path):
    """What is said of the small study after changes of its text or rows, with one line each."""

    def run(*changes, rows=None):
        return findings(write_study(tmp_path / "study", rows=rows, changes=changes))

    return run


@pytest.fixture
def at(tmp_path):
    """The line of study.yaml that holds a text."""
    return lambda text: line_of(tmp_path / "study" / "study.yaml", text)
