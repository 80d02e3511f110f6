"""The papers of data protection: in two languages, with what is filled in, and what is not said to be missing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.live_server import Running

MISSING = {"en": "To be filled in by whoever runs this server", "fr": "À compléter par qui exploite ce serveur"}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_papers_say_what_is_known_and_what_is_not(
    start: Callable[..., Running], tmp_path: Path, language: str
) -> None:
    file = tmp_path / "instance.toml"
    file.write_text('[privacy]\nlegal_basis = "Intérêt public"\n', encoding="utf-8")
    server = start(instance_file=file, keep_days=45)
    text = server.speedboat("papers", "--language", language)
    assert "Intérêt public" in text
    assert ("45 jours" if language == "fr" else "45 days") in text
    assert ("Sous-traitants" if language == "fr" else "Subprocessors") in text
    missing = [line.split()[-1] for line in text.splitlines() if MISSING[language] in line.replace("\xa0", " ")]
    assert missing == ["privacy.controller", "privacy.contact"]
    assert "`people`" in text
    assert "`erasures`" not in text, "it says nothing about anybody"
