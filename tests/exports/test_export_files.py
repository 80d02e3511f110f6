"""Export files: any text in them, no formulas, readable by other programs, PDF by its standard."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader

from speedboat.domain.messages import SCREEN
from speedboat.exports import FORMATS
from speedboat.exports.source import House
from tests.support.boards import ALICE, BOB, Table
from tests.support.finished_workshops import lezoux, source
from tests.support.outputs import readable_text, write

ODD = {
    "emoji": "Bravo 🎉 à l’équipe 👩🏽‍💻",
    "greek": "Το σκάφος μας",
    "arabic": "القارب يتقدم",
    "markup": "#set page() <b>*gras*</b> $x^2$ \\u{1F600} [lien](http://exemple.invalid) `code` &amp; | fin",
    "formula": '=HYPERLINK("http://exemple.invalid";"clic")',
    "unbroken": "abcdefghij" * 50,
    "braces": "{title} {0} %s NOTES TITLE",
}
CONTROL = "avant\x00\x08\x0b\x1b\u2028\ufffe après"


def odd(anonymous: bool = False) -> Table:
    """A finished workshop in which every text is one that breaks things."""
    table = Table()
    for n, text in enumerate(ODD.values(), 1):
        table.add(n=n, text=text, kind=("wind", "anchor", "shark")[n % 3], weight=n / 10)
    table.do(ALICE, "rename_workshop", title=ODD["formula"], objective=ODD["markup"])
    table.do(ALICE, "set_phase", phase="closed")
    return table


def unspaced(text: str) -> str:
    """A text without spaces: lines are cut where there is room, not everywhere alike."""
    return re.sub(r"[\s\u200b\xa0]", "", text)


@pytest.mark.parametrize("form", FORMATS)
def test_any_text_is_exported_and_shown(form: str) -> None:
    made = write(form, source(odd()))
    if form == "png":
        assert made.startswith(b"\x89PNG")
    elif form == "pdf":
        # Arabic comes out of a PDF in the order it is drawn in, emoji by their glyphs: looked at, not compared.
        found = unspaced(readable_text(form, made))
        assert all(unspaced(ODD[name]) in found for name in ("greek", "markup", "formula", "unbroken", "braces"))
    elif form in ("svg", "docx", "xlsx"):
        read = "".join(_texts(made, form))
        # In the picture long texts are cut, and of joined emoji the first stands for all.
        names = set(ODD) - ({"unbroken", "markup", "formula", "emoji"} if form == "svg" else set())
        assert "Bravo 🎉" in read
        assert all(unspaced(ODD[name]) in unspaced(read) for name in names)
    elif form == "csv":
        rows = list(csv.DictReader(io.StringIO(made.decode("utf-8-sig")), delimiter=";"))
        assert {row["Texte"].removeprefix("'") for row in rows} == set(ODD.values())


def test_no_text_of_a_report_runs_off_its_page() -> None:
    """A word of five hundred letters is broken into lines, emoji and all stay within PDF/UA."""
    pdf = PdfReader(io.BytesIO(write("pdf", source(odd()))))
    lines = [line for page in pdf.pages for line in page.extract_text().splitlines()]
    assert max(map(len, lines)) < 120
    assert b"pdfuaid:part" in _metadata(pdf)


def _metadata(pdf: PdfReader) -> bytes:
    root: Any = pdf.trailer["/Root"]
    found: bytes = root["/Metadata"].get_data()
    return found


def test_control_characters_stop_no_export() -> None:
    """None gets in by a command; one may come with the log of another program."""
    table = lezoux(5)
    for card in table.board.cards.values():
        card.text = card.note = card.for_ = CONTROL
    table.board.prompts["wind"] = table.board.title = table.board.names[BOB] = CONTROL
    for theme in table.board.themes.values():
        theme.title = CONTROL
    for form in FORMATS:
        assert write(form, source(table)), form


def _texts(made: bytes, form: str) -> list[str]:
    """Every text of an XML file, or of all those in a packed one, all of which have to be well-formed."""
    if form == "svg":
        return list(ElementTree.fromstring(made).itertext())
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        names = [name for name in packed.namelist() if name.endswith((".xml", ".rels"))]
        return [text for name in names for text in ElementTree.fromstring(packed.read(name)).itertext()]


def test_nothing_in_a_table_is_a_formula_or_a_link() -> None:
    for row in csv.reader(io.StringIO(write("csv", source(odd())).decode("utf-8-sig")), delimiter=";"):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)
    with zipfile.ZipFile(io.BytesIO(write("xlsx", source(odd())))) as packed:
        sheets = [packed.read(name) for name in packed.namelist() if "worksheets/sheet" in name]
        assert len(sheets) == 5
        assert not any(b"<f>" in sheet or b"<hyperlink" in sheet for sheet in sheets)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_report_is_tagged_has_a_language_a_title_and_words_for_its_picture(language: str) -> None:
    pdf = PdfReader(io.BytesIO(write("pdf", source(lezoux(60), SCREEN, language))))
    root: Any = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == language
    assert "/StructTreeRoot" in root
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.metadata is not None
    assert "Puy-de-Dôme" in str(pdf.metadata.title)
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    said = [text for text in _alternatives(root["/StructTreeRoot"]) if text]
    assert any(("vents" if language == "fr" else "winds") in text for text in said)
    assert all(page.extract_text().strip() for page in pdf.pages)


def _alternatives(node: Any) -> list[str]:
    node = node.get_object()
    if isinstance(node, list):
        return [text for kid in node for text in _alternatives(kid)]
    if not hasattr(node, "get"):
        return []
    return [str(node.get("/Alt", "")), *(_alternatives(node["/K"]) if "/K" in node else [])]


def test_a_report_with_a_sign_no_font_shows_is_written_all_the_same(caplog: pytest.LogCaptureFixture) -> None:
    table = lezoux(5)
    next(iter(table.board.cards.values())).text = "Un signe 𓀀𓂀 rare"
    made = write("pdf", source(table))
    assert b"pdfuaid:part" not in _metadata(PdfReader(io.BytesIO(made)))
    assert "no bundled font" in caplog.text
    assert "rare" not in caplog.text


def test_reports_carry_who_organises(tmp_path: Path) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"><circle r="9" cx="9" cy="9"/></svg>'
    )
    house = House("Hub du numérique", logo)
    for form in ("pdf", "docx", "md", "xlsx"):
        assert "Hub du numérique" in readable_text(form, write(form, source(lezoux(5), SCREEN, "fr", house))), form


@pytest.mark.parametrize("form", set(FORMATS) - {"png"})
def test_the_same_workshop_gives_the_same_words_and_no_time_of_export(form: str) -> None:
    first, second = (readable_text(form, write(form, source(lezoux(30)))) for _ in range(2))
    assert first == second


@pytest.fixture(scope="session")
def soffice() -> str:
    """LibreOffice, which `.ci/run` installs."""
    found = shutil.which("soffice")
    if not found:
        pytest.skip("LOUD: no LibreOffice (soffice) here, so that nothing but our own libraries has read DOCX and XLSX")
    return found


@pytest.mark.parametrize(("form", "to"), [("docx", "pdf"), ("xlsx", "csv")])
def test_libreoffice_reads_it_without_an_error(form: str, to: str, soffice: str, tmp_path: Path) -> None:
    for name, table in (("lezoux", lezoux(60)), ("odd", odd())):
        (tmp_path / f"{name}.{form}").write_bytes(write(form, source(table)))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [soffice, profile, "--headless", "--convert-to", to, "--outdir", str(tmp_path)]
    files = [str(tmp_path / f"{name}.{form}") for name in ("lezoux", "odd")]
    done = subprocess.run([*command, *files], capture_output=True, text=True, timeout=200)
    assert done.returncode == 0
    assert "Error" not in done.stdout + done.stderr
    assert all((tmp_path / f"{name}.{to}").stat().st_size > 100 for name in ("lezoux", "odd"))
    if to == "pdf":
        read = "".join(page.extract_text() for page in PdfReader(tmp_path / "odd.pdf").pages)
        assert unspaced(ODD["formula"]) in unspaced(read)
