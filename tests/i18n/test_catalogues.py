"""Catalogues: every sentence is translated, every translation is used and has the same placeholders."""

from __future__ import annotations

import json
import re

from speedboat.i18n.catalogues import LANGUAGES, choose, translate
from speedboat.i18n.error_messages import SENTENCES
from tests.support.translatable import ROOT, in_catalogue, in_scripts, in_sources

# A colon, question mark, exclamation mark, semicolon or quotation mark without its no-break space; not in times of day
# and addresses.
SQUEEZED = re.compile(r"(?<![\u00a0\u202f])[;?!»]|(?<![\u00a0\u202f])(?<!\d(?=:\d)):(?!//)|«(?!\u00a0|\u202f)")
# Where what is said may be put together, and the colon between two values there.
JOINTS = {
    "static/src/**/*.js*": re.compile(r"\}: \$?\{"),
    "templates/**/*.html": re.compile(r"\}\}: "),
    "speedboat/exports/*.py": re.compile(r"\}: \{"),
}


def test_every_sentence_is_in_every_catalogue_and_none_is_there_in_vain() -> None:
    sources = in_sources()
    assert len(sources) > 250
    for language in LANGUAGES:
        if language != "en":
            assert in_catalogue(language).keys() == sources


def test_the_build_finds_every_sentence_of_the_scripts() -> None:
    made = json.loads((ROOT / "static/dist/pages.json").read_text(encoding="utf-8"))
    assert {sentence for page in made.values() for sentence in page["sentences"] + page["later"]} == in_scripts()


def test_translations_hold_the_same_values() -> None:
    for sentence, translation in in_catalogue("fr").items():
        assert translation
        assert set(re.findall(r"\{\w+\}", sentence)) == set(re.findall(r"\{\w+\}", translation))


def test_french_is_set_as_french_is() -> None:
    for translation in in_catalogue("fr").values():
        assert "'" not in translation, translation
        assert not SQUEEZED.search(translation), translation


def test_no_label_is_joined_to_its_value_by_a_colon_of_the_source() -> None:
    """English has no space before it, French has: the joint is a sentence of the catalogue, `{label}: {value}`."""
    joints = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for pattern, joint in JOINTS.items()
        for path in ROOT.glob(pattern)
        for line in path.read_text(encoding="utf-8").splitlines()
        if joint.search(line.replace("{label}: {value}", ""))
    ]
    assert not joints, "\n".join(joints)


def test_refusals_are_said_in_both_languages() -> None:
    for sentence in SENTENCES.values():
        assert translate(sentence, "en") == sentence
        assert translate(sentence, "fr") != sentence


def test_the_language_asked_for_wins_over_the_browsers() -> None:
    assert choose(["en"], "fr") == "en"
    assert choose(["xx", None], "en;q=0.5, fr;q=0.9") == "fr"
    assert choose([], "de", "en") == "en"
