"""Examples of what no export reveals, in every format; `test_outputs.py` does the same with random workshops."""

from __future__ import annotations

import csv
import io
import re

import pytest

from speedboat.domain.messages import SCREEN, Viewer
from speedboat.exports import FORMATS
from speedboat.exports.source import Source
from tests.support.boards import ALICE, BOB, CAROL, DAN, Table
from tests.support.finished_workshops import lezoux, source
from tests.support.outputs import readable_text, write

NAMES = re.compile(r"Zéphyrin|Wilhelmine|Gwendoline|person:")


def named(table: Table) -> Table:
    for person, name in ((BOB, "Zéphyrin"), (DAN, "Wilhelmine"), (ALICE, "Gwendoline")):
        table.do(person, "rename_me", new_name=name)
    return table


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("anonymous", [False, True])
def test_no_export_names_anybody_unasked(form: str, anonymous: bool) -> None:
    table = named(lezoux(60, anonymous=anonymous))
    for viewer in (table.viewer(ALICE), table.viewer(BOB), SCREEN):
        assert not NAMES.search(readable_text(form, write(form, source(table, viewer))))


@pytest.mark.parametrize("form", ["json", "csv", "xlsx", "md", "docx", "pdf"])
def test_a_facilitator_who_asks_gets_the_names_of_authors_but_in_an_anonymous_workshop(form: str) -> None:
    table = named(lezoux(60))
    assert {"Zéphyrin", "Wilhelmine"} <= set(NAMES.findall(readable_text(form, write(form, asked_by_alice(table)))))
    table = named(lezoux(60, anonymous=True))
    assert not NAMES.search(readable_text(form, write(form, asked_by_alice(table))))


def asked_by_alice(table: Table) -> Source:
    return source(table, table.viewer(ALICE), names=True)


def test_a_person_without_a_device_is_named_like_an_author() -> None:
    table = Table()
    table.do(
        ALICE, "add_card", card="card:" + "x" * 16, kind="wind", text="Le sourire", weight=0.5, **{"for": "Odette"}
    )
    for form in ("json", "csv", "md"):
        assert "Odette" not in readable_text(form, write(form, source(table, table.viewer(ALICE))))
        assert "Odette" in readable_text(form, write(form, asked_by_alice(table)))


@pytest.mark.parametrize("form", ["json", "csv", "xlsx", "md", "docx", "pdf"])
def test_nobody_is_named_who_waits_or_was_removed(form: str) -> None:
    """Facilitators are shown them in the workshop, to let them in, and take home nothing of them."""
    table = named(lezoux(12))
    table.do(ALICE, "set_phase", phase="act")
    table.do(ALICE, "set_door", door="approve")
    assert table.knock(CAROL, "Hildegarde") == "waiting"
    table.do(ALICE, "remove_person", person=DAN)
    found = readable_text(form, write(form, asked_by_alice(table)))
    assert "Zéphyrin" in found
    assert not re.search(f"Wilhelmine|Hildegarde|{DAN}|{CAROL}", found)
    for person in (DAN, CAROL):
        table.do(ALICE, "admit_person", person=person)
    assert "Wilhelmine" in readable_text(form, write(form, asked_by_alice(table)))


def test_votes_and_estimates_are_in_no_export_while_they_are_secret() -> None:
    table = lezoux(30)

    def of_the_secret(viewer: Viewer) -> set[str]:
        rows = csv.DictReader(io.StringIO(write("csv", source(table, viewer, "en")).decode("utf-8-sig")))
        return {value for row in rows for value in (row["Votes"], row["Knots"])}

    assert {"1", "6.5"} < of_the_secret(SCREEN)
    table.do(ALICE, "set_phase", phase="vote")
    for viewer in (table.viewer(ALICE), table.viewer(DAN), SCREEN):
        assert of_the_secret(viewer) == {""}
        assert not re.search("vote|knot", write("md", source(table, viewer, "en")).decode())
