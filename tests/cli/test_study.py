"""`samling study check` and `samling study publish`: what they print, and their exit status."""

import os
import subprocess
import sys

import pytest

from databases import own_environment
from samling.indicators.models import Release
from samling.places.models import Division
from samling.warehouse import Warehouse
from world import change, draw_rows, line_of, write_study


def test_a_study_without_errors(run, db, folder):
    ran = run("study", "check", folder)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == "prov: 630 rows, 3 indicators, 4 areas. Nothing to mend.\n"
    assert [d.code for d in Division.objects.all()] == ["sverige"]


def test_errors_go_to_stderr_one_a_line(run, db, folder):
    change(folder / "study.yaml", "numerator: {sleep: [1]}", "numerator: {sleep: [5]}")
    change(folder / "study.yaml", "minimum_base: 10", "minimum_base: 4")
    ran = run("study", "check", folder)
    sleep = line_of(folder / "study.yaml", "{sleep: [5]}")
    base = line_of(folder / "study.yaml", "minimum_base")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.splitlines() == [
        f"study.yaml:{sleep}: indicators[1].numerator: `sleep` has no code 5, neither in data nor "
        "codebook. Its codes are: 1 Ja; 2 Nej.",
        f"study.yaml:{base}: disclosure.ordinary.minimum_base: 4 is too low. Write 5 or more.",
        "2 things to mend. Nothing was changed.",
    ]


def test_one_error(run, db, tmp_path):
    ran = run("study", "check", tmp_path)
    assert ran.status == 1
    assert ran.err.splitlines()[-1] == "1 thing to mend. Nothing was changed."


def test_publishing(run, db, folder, own_warehouse):
    ran = run("study", "publish", folder)
    assert (ran.status, ran.err) == (0, "")
    release = Release.objects.get()
    shown = dict(ran.lines)
    assert list(shown) == [
        "cells", "shown", "bound below", "bound above", "hidden", "unreliable",
        "hidden in county, whole", "hidden in county, by group",
        "hidden in municipality, whole", "hidden in municipality, by group",
        "comparisons", "seconds",
    ]  # fmt: skip
    assert (shown["cells"], shown["shown"], shown["hidden"]) == ("72", "72", "0")
    assert shown["comparisons"] == str(
        Warehouse(own_warehouse).manifest(release.comparisons_snapshot).rows
    )
    assert ran.out.splitlines()[-1] == (
        f"Published prov 1: identity {release.identity[:16]}. Första publiceringen."
    )
    assert "Checking the study and its data" in ran.out


def test_publishing_again_says_that_nothing_changed(run, db, folder, own_warehouse):
    run("study", "publish", folder)
    ran = run("study", "publish", folder)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.splitlines()[-1] == "Nothing has changed since prov 1; no new release."


def test_what_changed_is_said(run, db, folder, own_warehouse):
    run("study", "publish", folder)
    write_study(folder, rows=draw_rows(seed=5))
    words = ["--what-changed", "Nya svar.", "--despite-differences", "Testet."]
    ran = run("study", "publish", folder, *words)
    assert ran.out.splitlines()[-2].endswith(" Nya svar.")
    assert Release.objects.get(number=2).what_changed == "Nya svar."


def test_a_study_with_errors_is_not_published(run, db, folder, own_warehouse):
    change(folder / "study.yaml", "minimum_base: 10", "minimum_base: 4")
    ran = run("study", "publish", folder)
    assert ran.status == 1
    assert ran.err.endswith("1 thing to mend. Nothing was changed.\n")
    assert Release.objects.count() == 0
    assert not own_warehouse.exists()


@pytest.mark.parametrize("words", [[], ["study"], ["study", "publish"], ["study", "mend", "."]])
def test_a_command_that_is_none(run, words, capsys):
    with pytest.raises(SystemExit) as caught:
        run(*words)
    assert caught.value.code == 2
    assert capsys.readouterr().err.startswith("usage: samling")


def test_areas_from_a_file_that_is_not_there(run, db, tmp_path):
    names = ["--code", "d", "--name-sv", "D", "--name-en", "D"]
    ran = run("places", "load", tmp_path / "gone.csv", *names)
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == f"Not loaded; nothing was stored. There is no file {tmp_path / 'gone.csv'}.\n"


def test_areas_from_a_directory(run, db, tmp_path):
    ran = run("places", "load", tmp_path, "--code", "d", "--name-sv", "D", "--name-en", "D")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == (
        f"Not loaded; nothing was stored. {tmp_path} can't be read: is a directory. "
        "Name a CSV file that you may read.\n"
    )


@pytest.mark.parametrize("code", ["sverige", "Dålig kod"])
def test_areas_of_a_code_that_cannot_be(run, db, folder, code):
    names = ["--code", code, "--name-sv", "D", "--name-en", "D"]
    ran = run("places", "load", folder / "areas.csv", *names)
    assert (ran.status, ran.out, len(ran.err.splitlines())) == (1, "", 1)
    assert ran.err.startswith(f'Not loaded; nothing was stored. "{code}" ')


def test_a_release_that_would_tell_of_few_is_refused(run, db, folder, own_warehouse):
    run("study", "publish", folder)
    write_study(folder, rows=draw_rows()[3:])
    ran = run("study", "publish", folder)
    assert ran.status == 1
    assert ran.err.startswith("Not published; what was published before stands. ")
    assert '--despite-differences "who decided and why"' in ran.err
    assert Release.objects.count() == 1
    who = "Enhetschefen: tre elever har tagit tillbaka sina svar."
    ran = run("study", "publish", folder, "--despite-differences", who)
    assert (ran.status, ran.err) == (0, "")
    assert Release.objects.get(number=2).despite_differences == who
    assert "Figures of earlier releases are no longer shown." in ran.out


def test_the_program_itself(tmp_path):
    """A real process with a database of its own: checked, refused, and its status."""
    folder = write_study(tmp_path / "study")
    change(folder / "study.yaml", "minimum_base: 10", "minimum_base: 4")
    environment = {**os.environ, **own_environment(tmp_path / "data")}
    environment |= {"PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.run(
        [sys.executable, "-m", "samling.cli.main", "study", "check", folder],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.splitlines()[-1] == "1 thing to mend. Nothing was changed."
