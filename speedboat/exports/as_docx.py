"""DOCX: the report, to be edited further. Real headings, and a description of the picture."""

from __future__ import annotations

import io
from xml.sax.saxutils import escape

from docx import Document
from docx.document import Document as Paper
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Pt, RGBColor

from speedboat.domain.scene import HEIGHT, WIDTH
from speedboat.exports.picture import draw
from speedboat.exports.report import Block, ReportCard, report, title_lines
from speedboat.exports.source import Source
from speedboat.exports.typesetting import png
from speedboat.i18n.formatting import utc

LANGUAGES = {"fr": "fr-FR", "en": "en-GB"}
QUIET = RGBColor(0x4A, 0x61, 0x70)
FONT = "Arial"  # every word processor has it, or one as wide
SPACE = nsdecls("w")
TWIPS = 567  # in a centimetre
WIDTHS = {2: (8.5, 8.5), 5: (5.6, 3.0, 2.9, 3.2, 2.3)}  # of the columns of a table, in cm
PAGE = (
    "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>"
    "<w:r><w:fldChar w:fldCharType='end'/></w:r>"
)


def write(source: Source) -> bytes:
    """Write the report as DOCX."""
    document = Document()
    _describe(document, source)
    document.add_heading(source.summary.title, 0)
    for line in title_lines(source):
        document.add_paragraph(line)
    for block in report(source):
        _add(document, block, source)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _describe(document: Paper, source: Source) -> None:
    """Set the document's properties, and its language for Word and screen readers."""
    began = utc(source.workshop.created_at).replace(tzinfo=None)
    about = document.core_properties
    about.title, about.author, about.comments = source.summary.title, source.house.organisation, ""
    about.last_modified_by, about.created, about.modified, about.language = "", began, began, source.language
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), LANGUAGES[source.language])
    _style(document)
    for section in document.sections:
        for run in parse_xml(f"<w:p {SPACE}>{PAGE}</w:p>"):
            section.footer.paragraphs[0]._p.append(run)
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2)
        section.top_margin = section.bottom_margin = Cm(2)


def _style(document: Paper) -> None:
    """Set one plain font throughout, and a quiet style for what is known of a card."""
    for style in document.styles:
        fonts = style.element.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
        if fonts is not None:
            fonts.attrib.clear()
            for script in ("ascii", "hAnsi", "cs", "eastAsia"):
                fonts.set(qn(f"w:{script}"), FONT)
    document.styles["Normal"].font.name, document.styles["Normal"].font.size = FONT, Pt(10.5)
    about = document.styles.add_style("About", WD_STYLE_TYPE.CHARACTER)
    about.font.size, about.font.color.rgb = Pt(9), QUIET


def _add(document: Paper, block: Block, source: Source) -> None:
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
        last = document.element.body.sectPr
        for card in block.cards:
            last.addprevious(_card(card))
    elif block.what == "table":
        _table(document, block.rows)


def _picture(document: Paper, description: str, source: Source) -> None:
    # Sharp enough for a page, and no larger: a document is sent by mail.
    drawn = document.add_picture(io.BytesIO(png(draw(source), int(WIDTH), int(HEIGHT), 1.5)), width=Cm(17))
    drawn._inline.docPr.set("descr", description)


def _card(card: ReportCard) -> BaseOxmlElement:
    """Build a paragraph as XML: with python-docx's own functions a thousand of them take seconds."""
    runs = [_run(card.text), _run(f"  {card.about}", '<w:rStyle w:val="About"/>')]
    if card.note:
        runs.append(_run(f"  {card.note}", "<w:i/>"))
    return parse_xml(f'<w:p {SPACE}><w:pPr><w:pStyle w:val="ListBullet"/></w:pPr>{"".join(runs)}</w:p>')


def _run(text: str, look: str = "") -> str:
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))
    return f"<w:r><w:rPr>{look}</w:rPr>{lines}</w:r>"


def _table(document: Paper, rows: list[list[str]]) -> None:
    widths = WIDTHS[len(rows[0])]
    table = document.add_table(rows=0, cols=len(widths), style="Light Grid Accent 1")
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    # The first column says no more than the others: it is not set in bold.
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    look.attrib.clear()
    for part, is_special in (("val", "0420"), ("firstRow", "1"), ("firstColumn", "0"), ("noVBand", "1")):
        look.set(qn(f"w:{part}"), is_special)
    for number, cells in enumerate(rows):
        head = "<w:tblHeader/>" if number == 0 else ""
        row = "".join(_cell(text, width) for text, width in zip(cells, widths, strict=True))
        table._tbl.append(parse_xml(f"<w:tr {SPACE}><w:trPr><w:cantSplit/>{head}</w:trPr>{row}</w:tr>"))
    document.add_paragraph()


def _cell(text: str, width: float) -> str:
    size = f'<w:tcPr><w:tcW w:w="{round(width * TWIPS)}" w:type="dxa"/></w:tcPr>'
    return f"<w:tc>{size}<w:p>{_run(text)}</w:p></w:tc>"
