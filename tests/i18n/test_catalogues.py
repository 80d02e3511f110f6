"""Catalogues: every sentence is translated, every translation is used and has the same placeholders."""

from __future__ import annotations

import json
import re

from speedboat.i18n.catalogues import LANGUAGES, choose, translate
from speedboat.i18n.error_messages import SENTENCES
from tests.support.translatable import ROOT, in_catalogue, in_scripts, in_sources


def test_every_sentence_is_in_every_catalogue_and_none_is_there_in_vain() -> None:
    sources = in_sources()
    assert len(sources) > 250
    for language in LANGUAGES:
        if language != "en":
            assert in_catalogue(language).keys() == sources


def test_the_build_finds_every_sentence_of_the_scripts() -> None:
    made = json.loads((ROOT / "static/dist/pages.json").read_text(encoding="utf-8"))
    assert {sentence for page in made.values() for sentence in page["sentences"]} == in_scripts()


def test_translations_hold_the_same_values() -> None:
    for sentence, translation in in_catalogue("fr").items():
        assert translation
        assert set(re.findall(r"\{\w+\}", sentence)) == set(re.findall(r"\{\w+\}", translation))


def test_french_is_set_as_french_is() -> None:
    for translation in in_catalogue("fr").values():
        assert "'" not in translation, translation
        assert not re.search(r"[^\u00a0\u202f\d/][:;?!](?:\s|$)", translation), translation


def test_refusals_are_said_in_both_languages() -> None:
    for sentence in SENTENCES.values():
        assert translate(sentence, "en") == sentence
        assert translate(sentence, "fr") != sentence


def test_the_language_asked_for_wins_over_the_browsers() -> None:
    assert choose(["en"], "fr") == "en"
    assert choose(["xx", None], "en;q=0.5, fr;q=0.9") == "fr"
    assert choose([], "de", "en") == "en"
