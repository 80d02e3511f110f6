"""Numbers, dates and plurals in both languages; tables for machines stay machine-readable."""

from __future__ import annotations

import csv
import io
import re
import zipfile

import pytest

from speedboat.exports import House
from speedboat.exports.as_csv import write as write_csv
from speedboat.exports.as_md import write as write_md
from speedboat.exports.as_xlsx import write as write_xlsx
from speedboat.exports.synthesis_pdf import in_words
from speedboat.exports.synthesis_rows import actions
from speedboat.exports.synthesis_source import Selection
from speedboat.exports.synthesis_xlsx import write as write_synthesis
from speedboat.i18n.formatting import Words
from speedboat.reports.digest import digest
from speedboat.reports.figures import SelectedWorkshop
from speedboat.reports.synthesis import synthesise
from speedboat.web.library import template_functions
from tests.support.boards import ALICE, BOB, DAN, Table, action, theme
from tests.support.finished_workshops import source

EVENING = 1_795_647_600_000  # 25 November 2026, 23:00 UTC


def decided() -> Table:
    """One anchor in a theme with one vote, worth 1 knot to Bob, 2 to Dan and 1.5 to Alice, and what to do by when."""
    table = Table()
    budget = table.add(BOB, n=1, text="Pas de budget", kind="anchor", weight=0.85)
    table.do(ALICE, "set_phase", phase="group")
    table.do(ALICE, "add_theme", theme=theme(1), title="Budget", cards=[budget])
    table.do(ALICE, "set_phase", phase="vote")
    table.do(BOB, "vote", target=theme(1), count=1)
    table.do(ALICE, "set_phase", phase="cut")
    for person, knots in ((BOB, 1), (DAN, 2), (ALICE, 1.5)):
        table.do(person, "estimate", target=theme(1), knots=knots)
    table.do(ALICE, "set_phase", phase="act")
    table.do(ALICE, "add_action", action=action(1), text="Demander", owner="Bob", due="2027-01-31")
    return table


@pytest.mark.parametrize(
    ("language", "long", "medium"),
    [("en", "25 November 2026", "25 Nov 2026"), ("fr", "25 novembre 2026", "25 nov. 2026")],
)
def test_days_come_before_months(language: str, long: str, medium: str) -> None:
    words = Words(language)
    assert words.day("2026-11-25") == long
    assert words.day("2026-11-25", "medium") == medium
    assert template_functions(language)["day"]("2026-11-25") == medium


def test_the_first_of_a_month_has_its_own_name_in_french() -> None:
    assert [Words("fr").day(date) for date in ("2026-11-01", "2026-11-11")] == ["1er novembre 2026", "11 novembre 2026"]
    assert Words("en").day("2026-11-01") == "1 November 2026"


def test_numbers_have_the_point_or_the_comma_and_the_spaces_of_their_language() -> None:
    assert Words("en").decimal(1234.5) == "1,234.5"
    assert Words("fr").decimal(1234.5) == "1\u202f234,5"
    assert (Words("en").decimal(2.0), Words("fr").decimal(2.0)) == ("2", "2")
    assert (Words("fr").decimal(0.25, 2), template_functions("fr")["decimal"](0.25)) == ("0,25", "0,25")


def test_none_is_plural_in_english_and_singular_in_french() -> None:
    english = [Words("en").many(n, "{n} knot", "{n} knots") for n in (0, 1, 1.0, 1.5, 2, 1234.5)]
    assert english == ["0 knots", "1 knot", "1 knot", "1.5 knots", "2 knots", "1,234.5 knots"]
    french = [Words("fr").many(n, "{n} nœud", "{n} nœuds") for n in (0, 1, 1.0, 1.5, 2, 1234.5)]
    assert french == ["0 nœud", "1 nœud", "1 nœud", "1,5 nœud", "2 nœuds", "1\u202f234,5 nœuds"]
    assert template_functions("fr")["many"](0, "{n} carte", "{n} cartes") == "0 carte"


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", ("31 January 2027", "1 vote", "1.5 knots")), ("fr", ("31 janvier 2027", "1 gommette", "1,5 nœud"))],
)
def test_a_report_says_days_and_numbers_in_its_language(language: str, said: tuple[str, ...]) -> None:
    told = write_md(source(decided(), language=language)).decode()
    for words in said:
        assert re.search(rf"(?<!\w){words}(?!\w)", told), told


@pytest.mark.parametrize(
    ("language", "separator", "numbers"), [("en", ",", {"0.85", "1.5", "1"}), ("fr", ";", {"0,85", "1,5", "1"})]
)
def test_a_csv_has_the_separators_of_its_language(language: str, separator: str, numbers: set[str]) -> None:
    made = write_csv(source(decided(), language=language)).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(made), delimiter=separator))
    assert numbers <= set(rows[1])
    assert {len(row) for row in rows} == {13}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_numbers_and_days_in_a_spreadsheet_are_numbers_and_days(language: str) -> None:
    cards, actions = (sheet_of(write_xlsx(source(decided(), language=language)), n) for n in (2, 5))
    assert {0.85, 1.5, 1.0} <= set(cards)
    assert AS_NUMBER in actions


def test_days_in_the_spreadsheet_of_many_workshops_are_days_and_in_its_pages_words() -> None:
    done = digest(decided().board, str.split)
    taken = [SelectedWorkshop(1, "ABC234", "Atelier", "fr", "speedboat", 1, EVENING, done)]
    selection = Selection(taken, {}, "fr", House())
    assert AS_NUMBER in sheet_of(write_synthesis(selection), 5)
    (fleet,) = synthesise(taken, {})
    words = Words("fr")
    assert in_words(actions(fleet, words, {"ABC234": "Atelier"}), words)[1][2] == "31 janvier 2027"


AS_NUMBER = 46418.0  # 31 January 2027, as spreadsheets count days


def sheet_of(book: bytes, number: int) -> list[float]:
    """The numbers of a sheet: what is written as such, not as text."""
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        sheet = parts.read(f"xl/worksheets/sheet{number}.xml").decode()
    return [float(found) for found in re.findall(r"<c r=\"[A-Z]+\d+\"(?: s=\"\d+\")?><v>([\d.]+)</v>", sheet)]
