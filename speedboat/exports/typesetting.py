"""Typesetting with typst: the report as PDF, a picture as PNG. Releases the interpreter lock while it works."""

from __future__ import annotations

import logging
import shutil
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec
import typst

from speedboat.config import folder
from speedboat.exports.source import Source
from speedboat.i18n.formatting import utc

log = logging.getLogger(__name__)

TEMPLATE = Path(__file__).parent / "report.typ"
# The first that has a letter gives it: Latin, then Greek, Cyrillic, Arabic and signs, then emoji.
FONTS = ["Atkinson Hyperlegible Next", "DejaVu Sans", "Twemoji Mozilla"]
PICTURE = """#set page(width: {width}pt, height: {height}pt, margin: 0pt)
#image("board.svg", width: 100%, height: 100%)
"""


def fonts() -> Path:
    """Return the fonts that come with the front end's build; system fonts are not used, so that all looks the same."""
    return folder("static") / "dist" / "fonts"


def pdf(source: Source, data: dict[str, object], picture: bytes) -> bytes:
    """Return the report of a workshop as PDF, with the picture of its boat; see `typeset`."""
    return typeset(TEMPLATE, data, source.house.logo, source.workshop.created_at, {"board.svg": picture})


def typeset(
    template: Path, data: dict[str, object], logo: Path | None, moment: int, files: dict[str, bytes] | None = None
) -> bytes:
    """Return a tagged PDF: PDF/UA-1 if a bundled font has a glyph for every character, otherwise plain.

    `moment`, in ms since the epoch, is what it says it was made at: of what it tells, not of when it was exported.
    """
    with tempfile.TemporaryDirectory(prefix="speedboat-") as name:
        work = Path(name)
        copied = _copied_logo(logo, work)
        (work / "data.json").write_bytes(msgspec.json.encode({**data, "logo": copied, "fonts": FONTS}))
        for called, content in (files or {}).items():
            (work / called).write_bytes(content)
        shutil.copy(template, work / "report.typ")
        made_at = utc(moment)
        try:
            return _compile(made_at, work / "report.typ", "ua-1")
        except typst.TypstError as error:
            if "could not be displayed" not in str(error):
                raise
            # Nothing of the message: it quotes what people wrote.
            log.warning("wrote a PDF without PDF/UA-1: no bundled font has a glyph for one of its characters")
            return _compile(made_at, work / "report.typ", None)


def _compile(made_at: datetime, file: Path, standard: Literal["ua-1"] | None) -> bytes:
    output = typst.compile(
        str(file),
        root=str(file.parent),
        font_paths=[str(fonts())],
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=[standard] if standard else [],
        timestamp=made_at,
    )
    assert isinstance(output, bytes)
    return output


def _copied_logo(logo: Path | None, work: Path) -> str | None:
    if logo is None or not logo.is_file():
        return None
    copied = work / f"logo{logo.suffix.lower()}"
    shutil.copy(logo, copied)
    return copied.name


def png(picture: bytes, width: int, height: int, scale: float) -> bytes:
    """Return an SVG picture as PNG, `scale` pixels for each unit."""
    with tempfile.TemporaryDirectory(prefix="speedboat-") as name:
        work = Path(name)
        (work / "board.svg").write_bytes(picture)
        (work / "picture.typ").write_text(PICTURE.format(width=width, height=height), encoding="utf-8")
        output = typst.compile(
            str(work / "picture.typ"),
            root=name,
            font_paths=[str(fonts())],
            ignore_system_fonts=True,
            format="png",
            ppi=72 * scale,
        )
    assert isinstance(output, bytes)
    return output
