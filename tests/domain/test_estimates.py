"""Fewer than three estimates: only their number is shown, in patches and in everything made from them."""

from __future__ import annotations

import json

import msgspec
import pytest
from msgspec import UNSET

from speedboat.domain.features.votes import FEWEST_ESTIMATES, Estimated
from speedboat.domain.messages import SCREEN
from speedboat.exports.as_md import write as write_md
from speedboat.exports.as_xlsx import write as write_xlsx
from speedboat.reports.digest import digest
from speedboat.reports.replay import replay
from speedboat.reports.summary import summary
from speedboat.reports.visible_records import visible_records
from tests.support.boards import ALICE, BOB, DAN, Table, theme
from tests.support.finished_workshops import source
from tests.support.outputs import readable_text

PEOPLE = (BOB, DAN, ALICE)
SAID = f"estimate:{theme(1)}"


def estimated(count: int, free: bool = False) -> Table:
    table = Table()
    table.do(ALICE, "set_phase", phase="group")
    table.do(ALICE, "add_theme", theme=theme(1), title="Budget", cards=[table.add(ALICE)])
    table.do(ALICE, "change_settings", free=free)
    table.do(ALICE, "set_phase", phase="cut")
    for person, knots in zip(PEOPLE[:count], (41.5, 42.5, 43.5), strict=False):
        table.do(person, "estimate", target=theme(1), knots=knots)
    table.do(ALICE, "set_phase", phase="group" if free else "discuss")
    return table


@pytest.mark.parametrize("free", [False, True])
@pytest.mark.parametrize("count", [1, 2])
def test_of_too_few_estimates_only_their_number_is_told(count: int, free: bool) -> None:
    table = estimated(count, free)
    for viewer in (table.viewer(ALICE), table.viewer(BOB), table.viewer(DAN), SCREEN):
        record = table.seen(viewer)[SAID]
        assert (record.n, record.median, record.low, record.high) == (count, UNSET, UNSET, UNSET)
    others = json.loads(msgspec.json.encode(table.seen(SCREEN)[SAID]))
    assert others.keys() == {"id", "type", "seq", "target", "n"}


def test_from_three_on_median_and_spread_are_told_and_no_more_once_one_is_taken_back() -> None:
    table = estimated(FEWEST_ESTIMATES)
    assert table.seen(SCREEN)[SAID].median == 42.5
    table.do(ALICE, "set_phase", phase="cut")
    table.do(DAN, "estimate", target=theme(1), knots=None)
    table.do(ALICE, "set_phase", phase="discuss")
    assert (table.seen(SCREEN)[SAID].n, table.seen(SCREEN)[SAID].median) == (2, UNSET)


def test_what_the_oldest_logs_made_known_stays_known() -> None:
    table = estimated(0)
    table.write(BOB, [Estimated(BOB, theme(1), 5)])
    assert table.seen(SCREEN)[SAID].median == 5
    table.write(DAN, [Estimated(DAN, theme(1), 8, FEWEST_ESTIMATES)])
    assert table.seen(SCREEN)[SAID].median is UNSET


@pytest.mark.parametrize(("count", "words"), [(1, "1 answer: knots"), (2, "2 answers: knots")])
def test_reports_say_how_many_answered_and_no_knots(count: int, words: str) -> None:
    table = estimated(count)
    report = write_md(source(table, language="en")).decode()
    assert words in report
    spreadsheet, page = (
        readable_text("xlsx", write_xlsx(source(table))),
        repr(summary(visible_records(table.board, SCREEN))),
    )
    made = [report, spreadsheet, repr(replay(table.log)), page]
    for said in ("41.5", "42.5", "42.0"):
        assert not [one for one in made if said in one]
    assert [topic.knots for topic in digest(table.board, str.split).themes] == [None]
