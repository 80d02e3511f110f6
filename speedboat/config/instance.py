"""Who runs this server, from one TOML file: for the notices that a public service must show.

What is missing is said to be missing: no page invents a name, an address or a legal basis.
"""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path
from typing import Literal

import msgspec

# In one language for all, or by language: { fr = "…", en = "…" }.
Text = str | dict[Literal["fr", "en"], str]
LARGEST = 256 * 1024  # bytes


class Publisher(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who publishes the site, and who answers for what it says."""

    name: Text = ""
    address: Text = ""
    contact: Text = ""
    director: Text = ""


class Host(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """On whose machines it runs."""

    name: Text = ""
    address: Text = ""
    contact: Text = ""


class Privacy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the law asks to be said about personal data. Purpose and recipients have a template."""

    controller: Text = ""
    purpose: Text = ""
    legal_basis: Text = ""
    recipients: Text = ""
    contact: Text = ""
    authority: Text = ""


class Accessibility(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The declaration of accessibility. `state` is what an audit has found; `rate` in percent, `audited_on` a day."""

    state: Literal["not audited", "not", "partially", "fully"] = "not audited"
    audited_on: str = ""
    auditor: Text = ""
    rate: int | None = None
    not_accessible: list[Text] = []
    exemptions: list[Text] = []
    contact: Text = ""
    recourse: Text = ""


class Instance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of the file."""

    publisher: Publisher = Publisher()
    host: Host = Host()
    privacy: Privacy = Privacy()
    accessibility: Accessibility = Accessibility()


def instance_file(text: str) -> str:
    """Check that a file describes an instance. Raises ValueError, with what is wrong and where."""
    load_instance(Path(text))
    return text


@functools.lru_cache(maxsize=1)
def load_instance(file: Path | None) -> Instance:
    """Return what a file says, nothing without one. Raises ValueError."""
    if file is None:
        return Instance()
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST)
    except OSError as error:
        raise ValueError(f"names a file that cannot be read: {file} ({error.strerror})") from None
    try:
        return msgspec.convert(tomllib.loads(content.decode()), Instance)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeError) as error:
        raise ValueError(f"names a file that does not describe an instance: {file}: {error}") from None


def text_in(text: Text, language: str) -> str:
    """Return a text in a language, in any other one if it is not there."""
    if isinstance(text, str):
        return text.strip()
    return (text.get("fr" if language == "fr" else "en") or next(iter(text.values()), "")).strip()
