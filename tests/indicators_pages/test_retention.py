"""How long a study's data are kept is said in words, not by a code."""

import html
from pathlib import Path

import pytest
import yaml
from django.utils.translation import override

from samling.indicators.presenting.retention import retention_classes, retention_words

STUDIES = sorted((Path(__file__).parents[2] / "studies").glob("*/study.yaml"))


@pytest.mark.once
def test_every_class_has_words_in_both_languages():
    for code, words in retention_classes().items():
        for language, text in (("sv", words.sv), ("en", words.en)):
            with override(language):
                assert retention_words(code) == text
        assert words.sv != words.en


@pytest.mark.once
def test_every_study_of_the_repository_has_a_class_with_words():
    codes = [yaml.safe_load(path.read_text())["owner"]["retention_class"] for path in STUDIES]
    assert len(codes) >= 2
    assert set(codes) <= set(retention_classes())


@pytest.mark.once
def test_an_authoritys_own_class_says_whose_it_is():
    with override("sv"):
        assert (
            retention_words("2.3.1") == "2.3.1, enligt den ansvarigas informationshanteringsplan."
        )


@pytest.mark.django_db
def test_the_studys_page_says_it(site, client):
    page = html.unescape(client.get("/undersokningar/prov/").content.decode())
    assert retention_classes()["exempeldata"].sv in page
