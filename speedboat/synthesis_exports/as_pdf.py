"""PDF: the synthesis as a report to hand on, typeset with typst, which lets go of the interpreter while it works."""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import typst

from speedboat.config import folder
from speedboat.language import translate
from speedboat.refusals import N_
from speedboat.synthesis import Asked, Fleet, Strand, Taken, quotes
from speedboat.synthesis_exports.said import KINDS, STATES, cell, counting, day, heads, name_of, row

log = logging.getLogger(__name__)

TEMPLATE = Path(__file__).parent / "synthesis.typ"
FONTS = ["Atkinson Hyperlegible Next", "DejaVu Sans", "Twemoji Mozilla", "Libertinus Serif"]
VOICES = 3  # cards quoted for each theme
THEMES = 12  # that are quoted
WORDS = {
    "title": N_("Synthesis"),
    "again": N_("Themes that come back"),
    "none": N_("No theme is counted in several workshops yet."),
    "single": N_("Themes of one workshop only"),
    "boats": N_("Workshop by workshop"),
    "links": N_("What relieves what"),
    "actions": N_("Actions"),
    "theme": N_("Theme"),
    "workshop": N_("Workshop"),
    "workshops": N_("Workshops"),
    "ahead": N_("Brakes ahead (sharks)"),
    "now": N_("Brakes now (anchors)"),
    "levers": N_("Levers (winds)"),
    "unfinished": N_("not over yet"),
    "plot": N_("Bars: brakes to the left, levers to the right; the table below has the numbers."),
}


def write(fleets: Sequence[Fleet], taken: Sequence[Taken], language: str) -> bytes:
    titles = {one.code: one.title for one in taken}
    newest = datetime.fromtimestamp(max((one.at for one in taken), default=0) / 1000, UTC)
    days = [day(one.at, language) for one in (taken[0], taken[-1])] if taken else []
    told = {
        "words": {name: translate(sentence, language) for name, sentence in WORDS.items()},
        "language": language,
        "fonts": FONTS,
        "day": {"year": newest.year, "month": newest.month, "day": newest.day},
        "span": " – ".join(dict.fromkeys(days)),
        "counting": counting(fleets, language),
        "heads": heads(language),
        "fleets": [_fleet(fleet, taken, titles, language) for fleet in fleets],
    }
    return _typeset(told, newest)


def _fleet(fleet: Fleet, taken: Sequence[Taken], titles: dict[str, str], language: str) -> dict[str, Any]:
    again = [strand for strand in fleet.strands if strand.workshops > 1]
    single = [strand for strand in fleet.strands if strand.workshops == 1]
    return {
        "name": name_of(fleet, language),
        "boats": len(fleet.boats),
        "figures": [cell(value, language) for value in row(fleet.figures)],
        "again": [_strip(one.title, f"{one.workshops}", one.figures, language) for one in again],
        "voices": [_voices(fleet, one, taken, language) for one in again[:THEMES]],
        "single": [_strip(one.title, titles[one.members[0].workshop], one.figures, language) for one in single],
        "rows": [
            _strip(
                one.title,
                day(one.at, language) + (f" · {translate(WORDS['unfinished'], language)}" if one.unfinished else ""),
                one.figures,
                language,
            )
            for one in fleet.boats
        ],
        "links": [[one.wind, one.brake, titles[one.workshop]] for one in fleet.reliefs],
        "actions": [[one.text, translate(STATES[one.state], language), titles[one.workshop]] for one in fleet.actions],
    }


def _strip(title: str, about: str, figures: Any, language: str) -> dict[str, Any]:
    return {
        "title": title,
        "about": about,
        "anchor": figures.anchor,
        "shark": figures.shark,
        "wind": figures.wind,
        "cells": [cell(value, language) for value in row(figures)],
    }


def _voices(fleet: Fleet, strand: Strand, taken: Sequence[Taken], language: str) -> dict[str, Any]:
    """The heaviest cards of a theme, each from another workshop where there are enough."""
    bonds = {
        (int(workshop), theme): strand.key
        for member in strand.members
        for workshop, _, theme in [member.theme.partition(".")]
    }
    found = quotes(taken, bonds, Asked(fleet.format, fleet.version, strand.key))
    first = list({quote.workshop: quote for quote in reversed(found)}.values())[::-1]
    chosen = (first + [quote for quote in found if quote not in first])[:VOICES]
    return {
        "title": strand.title,
        "cards": [
            {"kind": one.kind, "text": one.text, "about": f"{translate(KINDS[one.kind], language)} · {one.title}"}
            for one in chosen
        ],
    }


def _typeset(told: dict[str, Any], newest: datetime) -> bytes:
    with tempfile.TemporaryDirectory(prefix="speedboat-") as name:
        work = Path(name)
        (work / "data.json").write_bytes(msgspec.json.encode(told))
        shutil.copy(TEMPLATE, work / "synthesis.typ")
        try:
            return _compiled(work / "synthesis.typ", newest, ["ua-1"])
        except typst.TypstError as error:
            if "glyph" not in str(error) and "missing" not in str(error):
                raise
            # Nothing of the message: it quotes what people wrote.
            log.warning("a synthesis has a sign that no font here shows: it is written without PDF/UA-1")
            return _compiled(work / "synthesis.typ", newest, [])


def _compiled(file: Path, newest: datetime, standards: list[Any]) -> bytes:
    fonts = folder("static") / "dist" / "fonts"
    made = typst.compile(
        str(file),
        root=str(file.parent),
        font_paths=[str(fonts)] if fonts.is_dir() else [],
        ignore_system_fonts=fonts.is_dir(),
        format="pdf",
        pdf_standards=standards,
        timestamp=newest,
    )
    assert isinstance(made, bytes)
    return made
