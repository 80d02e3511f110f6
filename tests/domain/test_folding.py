"""One folding for every search: however a word is written, it is found as it is meant."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from speedboat.domain.folding import fold

# As pairs: a text, and what is searched of it. `tests/js/folding.test.mjs` plays them in the browser's own folding.
CASES = json.loads((Path(__file__).parent / "foldings.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("text", "searched"), CASES)
def test_how_a_word_is_written_does_not_matter(text: str, searched: str) -> None:
    assert fold(text) == searched
    assert fold(fold(text)) == fold(text)
