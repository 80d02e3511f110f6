"""Collects every translatable sentence from the sources, for the test of the catalogues and for translators.

`python tests/support/translatable.py` prints what a catalogue lacks.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
CATALOGUES = ROOT / "speedboat" / "i18n" / "translations"

_SCRIPT = re.compile(r"""\bt\(\s*'((?:[^'\\\n]|\\.)*)'""")
_DOUBLE = re.compile(r"""(?<![\w.])(?:_|N_)\(\s*"((?:[^"\\\n]|\\.)*)\"""")


def in_sources() -> set[str]:
    """Return the English sentences of scripts, templates and the package."""
    sentences = in_scripts()
    for path in [*ROOT.glob("templates/**/*.*"), *ROOT.glob("speedboat/**/*.py")]:
        sentences.update(text.replace('\\"', '"') for text in _DOUBLE.findall(path.read_text(encoding="utf-8")))
    return sentences


def in_scripts() -> set[str]:
    """Return the English sentences that are used in browsers."""
    sentences: set[str] = set()
    for path in [*ROOT.glob("static/src/**/*.js"), *ROOT.glob("static/src/**/*.jsx")]:
        sentences.update(text.replace("\\'", "'") for text in _SCRIPT.findall(path.read_text(encoding="utf-8")))
    return sentences


def in_catalogue(language: str) -> dict[str, str]:
    """Return the sentences of a catalogue with their translations."""
    with (CATALOGUES / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    return {str(message.id): str(message.string) for message in catalogue if message.id}


if __name__ == "__main__":
    for sentence in sorted(in_sources() - in_catalogue(sys.argv[1] if len(sys.argv) > 1 else "fr").keys()):
        print(sentence)
