"""Languages: the translation catalogues, and the choice of a language.

English is in the source; every other language is one `.po` file in `translations/`, read as it is: no compiling step
to forget. The same catalogue serves pages, scripts, refusals and exports.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Iterable
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

FOLDER = Path(__file__).parent / "translations"
LANGUAGES: tuple[str, ...] = ("en", *sorted(path.name for path in FOLDER.iterdir() if (path / "LC_MESSAGES").is_dir()))


@functools.cache
def catalogue(language: str) -> Translations:
    """Return the translations into a language; for English there are none."""
    path = FOLDER / language / "LC_MESSAGES" / "messages.po"
    if language not in LANGUAGES or not path.exists():
        return Translations()
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Translations(compiled)


@functools.cache
def messages(language: str) -> dict[str, str]:
    """Return all translated sentences of a language, for the scripts in the browser."""
    path = FOLDER / language / "LC_MESSAGES" / "messages.po"
    if language not in LANGUAGES or not path.exists():
        return {}
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    return {
        message.id: message.string
        for message in catalogue
        if isinstance(message.id, str) and isinstance(message.string, str) and message.id and message.string
    }


def translate(sentence: str, language: str) -> str:
    """Return a sentence in a language, the English one if there is no translation."""
    return str(catalogue(language).gettext(sentence))


def choose(preferences: Iterable[str | None], accepted: str | None = None, default: str = "fr") -> str:
    """Return the first requested language that exists, else the best that the browser accepts, else the default."""
    for language in preferences:
        if language in LANGUAGES:
            return str(language)
    if accepted:
        best = parse_accept_header(accepted, LanguageAccept).best_match(LANGUAGES)
        if best:
            return str(best)
    return default if default in LANGUAGES else "en"
