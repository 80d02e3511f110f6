"""Texts as they are stored and shown: no control characters, no unbalanced changes of direction."""

from __future__ import annotations

import io
import json
import logging

import pytest

from speedboat.cli.logging_setup import JSONLines, PlainLines
from speedboat.cli.terminal import failure, put_out, say, say_json
from speedboat.domain.messages import Refused
from speedboat.domain.validation import clean_name, clean_text, clean_title, fold_name, one_line, printable
from speedboat.exports import FORMATS
from tests.exports.test_export_secrets import readable_text, write
from tests.support.boards import ALICE, BOB, Table, action
from tests.support.finished_workshops import lezoux, source

OVERRIDE, POP, ISOLATE, END = "\u202e", "\u202c", "\u2067", "\u2069"
CLEAR_SCREEN, C1_CLEAR = "\x1b[2J", "\x9b2J"
OBEYED = {*map(chr, range(32)), *map(chr, range(0x7F, 0xA0)), *"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"}


@pytest.mark.parametrize("clean", [lambda text: clean_name(text, "name"), clean_title])
def test_a_name_or_title_turns_nothing_around(clean: object) -> None:
    assert callable(clean)
    assert clean(f"Al{OVERRIDE}ice{ISOLATE}") == "Alice"
    assert clean("שלום\u200f! 👩\u200d💻") == "שלום\u200f! 👩\u200d💻", "marks and joiners stay"


@pytest.mark.parametrize("sign", ["\x0b", "\x0c", "\x85", "\r", "\r\n"])
def test_a_line_break_of_another_program_separates_its_neighbours(sign: str) -> None:
    assert clean_text(f"Budget{sign}temps") == "Budget\ntemps"
    assert clean_title(f"Budget{sign}temps") == clean_name(f"Budget{sign}temps", "name") == "Budget temps"


def test_a_title_of_nothing_but_changes_of_direction_is_empty() -> None:
    with pytest.raises(Refused) as refusal:
        clean_title(OVERRIDE + ISOLATE)
    assert refusal.value.code == "text_empty"


def test_owners_and_whom_a_card_is_for_are_names_too() -> None:
    table = Table()
    table.do(
        BOB, "add_card", card="card:" + "x" * 16, kind="wind", text="Oui", weight=0.5, **{"for": f"O\n{OVERRIDE}d"}
    )
    table.do(ALICE, "set_phase", phase="act")
    table.do(ALICE, "add_action", action=action(), text="Écrire", owner=f"Ali\nce{OVERRIDE}")
    assert table.board.cards["card:" + "x" * 16].for_ == "O d"
    assert table.board.actions[action()].owner == "Ali ce"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"a{OVERRIDE}b", f"a{OVERRIDE}b{POP}"),
        (f"a{ISOLATE}b{OVERRIDE}c", f"a{ISOLATE}b{OVERRIDE}c{POP}{END}"),
        (f"a{POP}b{END}", "ab"),
        (f"a{OVERRIDE}b\nc", f"a{OVERRIDE}b{POP}\nc"),
        (f"{ISOLATE}שלום{END}", f"{ISOLATE}שלום{END}"),
        ("une\tcellule\td’Excel", "une cellule d’Excel"),
    ],
)
def test_a_text_closes_on_its_line_what_it_turned_around(text: str, expected: str) -> None:
    assert clean_text(text) == text, "right-to-left texts are kept as they were written"
    assert printable([text]) == [expected]


@pytest.mark.parametrize("form", sorted(set(FORMATS) - {"json", "png"}))
def test_no_export_of_an_old_log_holds_a_terminal_sequence(form: str) -> None:
    table = lezoux(5)
    evil = f"x{CLEAR_SCREEN}{C1_CLEAR}{OVERRIDE}y"
    for card in table.board.cards.values():
        card.text = card.note = card.for_ = evil
    for theme in table.board.themes.values():
        theme.title = evil
    table.board.title = table.board.objective = table.board.names[BOB] = evil
    read = readable_text(form, write(form, source(table)))
    assert "[2J2J" in read
    assert CLEAR_SCREEN not in read
    assert C1_CLEAR not in read
    assert read.count(OVERRIDE) <= read.count(POP)


def test_a_line_for_a_terminal_is_one_line_and_obeys_nothing() -> None:
    said = one_line(f"Titre{CLEAR_SCREEN}{C1_CLEAR}{OVERRIDE}\nABC234  faux\r\u2028suite\u0085fin\x07")
    assert not OBEYED & set(said)
    assert said.startswith("Titre[2J2J")


def test_what_is_printed_is_a_line_for_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    say(f"ABC234  {CLEAR_SCREEN}\nDEF567  faux")
    say(f"fault {C1_CLEAR}", err=True)
    out, err = capsys.readouterr()
    assert out.count("\n") == 1
    assert err == "fault 2J\n"
    assert not (OBEYED - {"\n"}) & set(out)
    assert str(failure(f"no {CLEAR_SCREEN}\n  row 1{OVERRIDE}")) == "no [2J\nrow 1"


def test_printed_json_is_exact_and_obeyed_by_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    title = f"é{CLEAR_SCREEN}{C1_CLEAR}{OVERRIDE}\u2028\x7f"
    say_json([{"title": title}], indent=2)
    out, _ = capsys.readouterr()
    assert json.loads(out) == [{"title": title}]
    assert not (OBEYED - {"\n"} | {"\u2028"}) & set(out)
    assert "é" in out


class Screen(io.BytesIO):
    def isatty(self) -> bool:
        return True


def test_a_file_printed_on_a_terminal_loses_its_controls_and_one_in_a_pipe_nothing() -> None:
    screen, pipe = Screen(), io.BytesIO()
    for output in (screen, pipe):
        put_out(f"a{C1_CLEAR}\nb{OVERRIDE}".encode(), output)
    assert screen.getvalue() == b"a2J\nb"
    assert pipe.getvalue().decode() == f"a{C1_CLEAR}\nb{OVERRIDE}"


@pytest.mark.parametrize("formatter", [PlainLines(), JSONLines()])
def test_the_log_holds_nothing_that_a_terminal_obeys(formatter: logging.Formatter) -> None:
    try:
        raise KeyError(f"x{C1_CLEAR}{OVERRIDE}")
    except KeyError as error:
        info = (KeyError, error, error.__traceback__)
    line = formatter.format(logging.LogRecord("speedboat", logging.ERROR, __file__, 1, f"a {CLEAR_SCREEN}", None, info))
    assert not (OBEYED - {"\n", "\t"}) & set(line)
    assert "KeyError" in line


def test_what_is_printed_has_spaces_for_line_ends_and_nothing_for_controls() -> None:
    assert printable({"a": ["b\u2028c", ("d\x00e", 3)]}) == {"a": ["b c", ("de", 3)]}


def test_a_closing_sign_of_another_kind_closes_nothing() -> None:
    assert printable(f"a{ISOLATE}b{POP}c") == f"a{ISOLATE}bc{END}"


def test_a_name_sounds_like_its_letters_alone() -> None:
    assert fold_name("É-l o. ï\u0301s") == "elois"
