"""Texts never become a formula in a spreadsheet, an image or link in Markdown, or a field in a document."""

from __future__ import annotations

import csv
import io
import re
import zipfile

import pytest

from speedboat.domain.messages import SCREEN
from speedboat.exports.as_csv import harmless
from speedboat.exports.as_md import escaped
from tests.exports.test_export_secrets import write
from tests.support.boards import ALICE, BOB, Table
from tests.support.finished_workshops import source

SIGNS = "=+-@＝＋－＠﹦﹢﹣﹫"
HOSTILE = [
    '=HYPERLINK("http://exemple.invalid";"clic")',
    "x;=1+1",
    "x,@SUM(A1)",
    "x\t-1+1",
    "première ligne\n=1+1",
    "première ligne\n \n  +1",
    "＝1+1",
    '"=1+1',
    '";=1+1;"',
    "\u200b=1+1",
    "\ufeff＝1+1",
    "\u2060\u00a0@SUM(A1)",
    "a | =1+1",
    "-",
]
HARMLESS = ["2-3 personnes", "a=b", "alice@exemple.fr, bob", "Une idée - encore", "a; b, c", "l’an 2000+", "'=déjà"]


def cells_of_any_program(line: str) -> list[str]:
    """Where a program that takes any sign for a separator, and no notice of quotes, would see a cell begin."""
    invisible = "".join(chr(code) for code in (*range(0x200B, 0x2010), *range(0x2060, 0x206A), 0xFEFF))
    return [cell.strip(' "\t\u00a0' + invisible) for cell in re.split(r"[;,\t|\r\n]", line)]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_begins_a_formula_wherever_a_program_cuts_it(text: str) -> None:
    told = str(harmless(text))
    assert not any(cell.startswith(tuple(SIGNS)) for cell in cells_of_any_program(told))
    assert told.replace("'", "") == text


@pytest.mark.parametrize("text", HARMLESS)
def test_a_text_that_begins_no_formula_is_left_as_it_is(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize("number", [-3, -0.5, 2])
def test_our_own_numbers_stay_numbers(number: float) -> None:
    assert harmless(number) == number


@pytest.mark.parametrize(("language", "separator"), [("fr", ";"), ("en", ",")])
def test_a_table_read_with_either_separator_has_no_formula(language: str, separator: str) -> None:
    made = write("csv", source(hostile(), SCREEN, language)).decode("utf-8-sig")
    for row in csv.reader(io.StringIO(made), delimiter=separator):
        for cell in row:
            assert not any(piece.startswith(tuple(SIGNS)) for piece in cells_of_any_program(cell))
    for other in ";,\t":
        for row in csv.reader(io.StringIO(made), delimiter=other):
            assert not any(cell.startswith(tuple(SIGNS)) for cell in row), other


def test_every_text_of_a_table_is_guarded_not_only_that_of_a_card() -> None:
    table = hostile()
    named = source(table, table.viewer(ALICE), names=True)
    rows = list(csv.DictReader(io.StringIO(write("csv", named).decode("utf-8-sig")), delimiter=";"))
    row = next(row for row in rows if row["Thème"])
    assert row["Thème"] == "'=thème"
    assert row["Note"] == "'@note"
    assert {"'+invite", "'-Bob"} <= set(row.values())


def hostile(*more: str) -> Table:
    table = Table()
    table.do(BOB, "rename_me", new_name="-Bob")
    table.do(ALICE, "set_prompt", kind="anchor", text="+invite")
    for n, text in enumerate([*HOSTILE, *more], 1):
        table.add(n=n, text=text)
    table.do(ALICE, "set_phase", phase="group")
    table.do(ALICE, "add_theme", theme="theme:" + "t" * 16, title="=thème", cards=["card:" + f"{1:016d}"])
    table.do(ALICE, "set_phase", phase="discuss")
    table.do(ALICE, "note", target="card:" + f"{1:016d}", text="@note")
    table.do(ALICE, "set_phase", phase="closed")
    return table


@pytest.mark.parametrize(
    "text",
    [
        "![x](http://espion.invalid/p.png)",
        "<img src=http://espion.invalid>",
        "http://espion.invalid/x",
        "www.espion.fr",
    ],
)
def test_a_text_is_no_picture_no_markup_and_no_link_in_markdown(text: str) -> None:
    told = escaped(text)
    assert not re.search(r"(?<!\\)[\[\]<>]|[a-z]://|www\.", told)
    assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", told) == text


def test_no_text_is_a_field_of_a_document_or_reaches_outside_it() -> None:
    table = hostile('{ INCLUDEPICTURE "http://espion.invalid" }', "</w:t><w:fldSimple/>")
    with zipfile.ZipFile(io.BytesIO(write("docx", source(table)))) as packed:
        parts = {name: packed.read(name).decode("utf-8", "replace") for name in packed.namelist()}
    everything = "".join(parts.values())
    assert everything.count("<w:instrText") == 1, "the number of the page"
    assert "<w:fldSimple" not in everything
    assert "&lt;w:fldSimple/&gt;" in everything, "it is there, as the text it is"
    assert 'TargetMode="External"' not in everything
