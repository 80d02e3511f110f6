"""DOCX: the report for who wants to go on writing in it. Headings are headings, the picture has its words."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from speedboat.exports import as_png
from speedboat.exports.report import Block, Verbatim, report, title_lines
from speedboat.exports.source import Source

LANGUAGES = {"fr": "fr-FR", "en": "en-GB"}
QUIET = RGBColor(0x4A, 0x61, 0x70)


def write(source: Source) -> bytes:
    document = Document()
    _describe(document, source)
    document.add_heading(source.told.title, 0)
    for line in title_lines(source):
        document.add_paragraph(line)
    for block in report(source):
        _add(document, block, source)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _describe(document: Any, source: Source) -> None:
    """Properties of the workshop, not of the machine; the language, which Word and screen readers go by."""
    began = datetime.fromtimestamp(source.workshop.created_at / 1000, UTC).replace(tzinfo=None)
    about = document.core_properties
    about.title, about.author, about.comments = source.told.title, source.house.organisation, ""
    about.last_modified_by, about.created, about.modified, about.language = "", began, began, source.language
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), LANGUAGES[source.language])
    for section in document.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2)
        section.top_margin = section.bottom_margin = Cm(2)


def _add(document: Any, block: Block, source: Source) -> None:
    if block.what == "heading":
        document.add_heading(f"{block.text} — {block.about}" if block.about else block.text, block.level)
    elif block.what == "text":
        paragraph = document.add_paragraph()
        if block.about:
            paragraph.add_run(f"{block.about} ").bold = True
        paragraph.add_run(block.text)
    elif block.what == "figures":
        document.add_paragraph(" · ".join(f"{name} {value}" for name, value in block.figures))
    elif block.what == "picture":
        _picture(document, block.text, source)
    elif block.what == "cards":
        for card in block.cards:
            _card(document, card)
    elif block.what == "table":
        _table(document, block.rows)


def _picture(document: Any, said: str, source: Source) -> None:
    drawn = document.add_picture(io.BytesIO(as_png.write(source)), width=Cm(17))
    drawn._inline.docPr.set("descr", said)


def _card(document: Any, card: Verbatim) -> None:
    paragraph = document.add_paragraph(style="List Bullet")
    paragraph.add_run(card.text)
    about = paragraph.add_run(f"  {card.about}")
    about.font.size, about.font.color.rgb = Pt(9), QUIET
    if card.note:
        paragraph.add_run(f"  {card.note}").italic = True


def _table(document: Any, rows: list[list[str]]) -> None:
    table = document.add_table(rows=len(rows), cols=len(rows[0]), style="Light Grid Accent 1")
    for number, (row, cells) in enumerate(zip(table.rows, rows, strict=True)):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
        if number == 0:
            head = OxmlElement("w:tblHeader")
            head.set(qn("w:val"), "true")
            row._tr.get_or_add_trPr().append(head)
