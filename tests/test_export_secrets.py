"""No export tells what its asker was never shown, nor who wrote what in an anonymous workshop."""

from __future__ import annotations

import csv
import importlib
import io
import itertools
import re
import zipfile
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from speedboat.board import fold
from speedboat.cards import CardAgreed
from speedboat.exports import FORMATS, as_json
from speedboat.exports.source import Source
from speedboat.log import SCREEN, Viewer
from speedboat.votes import Estimated, Voted
from tests.boards import ALICE, BOB, DAN, Table
from tests.outcomes import lezoux, source
from tests.test_convergence import ACTS, PEOPLE, play

TOKEN = re.compile(r"jeton\d{5}")
WRITTEN = ("text", "title", "reason", "owner", "objective")
IN_THE_OPEN = ("csv", "md", "svg", "json")  # quick to write by the hundred; the others are made from the same


def write(form: str, made_from: Source) -> bytes:
    written: bytes = importlib.import_module(f"speedboat.exports.as_{form}").write(made_from)
    return written


def told(form: str, written: bytes) -> str:
    """All that can be read out of an export, properties and metadata included."""
    if form in ("docx", "xlsx"):
        with zipfile.ZipFile(io.BytesIO(written)) as packed:
            return "\n".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
    if form == "pdf":
        pdf = PdfReader(io.BytesIO(written))
        return "\n".join([*(page.extract_text() for page in pdf.pages), str(pdf.metadata), _properties(pdf)])
    return written.decode("utf-8", "replace")


def _properties(pdf: PdfReader) -> str:
    root: Any = pdf.trailer["/Root"]
    return str(root["/Metadata"].get_data().decode())


class Told:
    """A table at which everything written is a word of its own, and what each viewer has ever been shown of it."""

    def __init__(self, acts: list[Any]) -> None:
        self.table, self.numbers = Table(), itertools.count()
        self.shown: dict[str | None, set[str]] = {person: set() for person in (*PEOPLE, None)}
        for who, (name, arguments) in acts:
            since = self.table.board.seq
            fresh = {key: f"jeton{next(self.numbers):05d}" for key in arguments if key in WRITTEN}
            play(self.table, who, name, {**arguments, **fresh})
            for viewer in self.viewers():
                seen = msgspec.json.encode(self.table.board.changed_since(since, viewer))
                self.shown[viewer.person] |= set(TOKEN.findall(seen.decode()))

    def viewers(self) -> list[Viewer]:
        people = [person for person in PEOPLE if not self.table.board.people[person].removed]
        return [*(self.table.viewer(person) for person in people), SCREEN]


@settings(max_examples=120, deadline=None)
@given(ACTS)
def test_an_export_never_tells_what_its_asker_was_never_shown(acts: list[Any]) -> None:
    played = Told(acts)
    for viewer in played.viewers():
        for form in IN_THE_OPEN:
            found = set(TOKEN.findall(told(form, write(form, source(played.table, viewer)))))
            assert found <= played.shown[viewer.person], (form, viewer)


@settings(max_examples=80, deadline=None)
@given(st.booleans(), ACTS)
def test_export_import_and_export_again_gives_the_same_bytes(anonymous: bool, acts: list[Any]) -> None:
    table = Table()
    table.do(ALICE, "change_settings", anonymous=anonymous)
    for who, (name, arguments) in acts:
        play(table, who, name, arguments)
    first = write("json", source(table, None))
    events, names = as_json.read(first)
    again = Table()
    again.log, again.board = events, fold(events)
    again.board.names = names
    assert write("json", source(again, None)) == first


@pytest.mark.parametrize("form", FORMATS)
def test_nobody_learns_from_an_export_who_wrote_what_in_an_anonymous_workshop(form: str) -> None:
    table = lezoux(60, anonymous=True)
    for person, name in ((BOB, "Zéphyrin"), (DAN, "Wilhelmine"), (ALICE, "Gwendoline")):
        table.do(person, "rename_me", new_name=name)
    for viewer in (table.viewer(ALICE), table.viewer(BOB), SCREEN, None):
        found = told(form, write(form, source(table, viewer)))
        if form == "json":
            # Who was there is in it, as everybody in the room could see; not one act is anybody's.
            facts = [event["fact"] for event in msgspec.json.decode(found)["events"]]
            assert not any("by" in event for event in msgspec.json.decode(found)["events"])
            assert not any(fact.get("author") for fact in facts if fact["name"] == "card_added")
        else:
            assert not re.search(r"Zéphyrin|Wilhelmine|Gwendoline|person:", found)


@pytest.mark.parametrize("form", IN_THE_OPEN)
def test_what_was_written_over_is_told_to_nobody_else(form: str) -> None:
    table = Table()
    table.do(ALICE, "set_phase", phase="write")
    one = table.add(BOB, text="jeton00001")
    table.do(BOB, "edit_card", card=one, text="jeton00002")
    table.do(ALICE, "set_phase", phase="group")
    table.do(BOB, "edit_card", card=one, text="jeton00003")
    for viewer in (table.viewer(ALICE), table.viewer(DAN), SCREEN):
        found = set(TOKEN.findall(told(form, write(form, source(table, viewer)))))
        assert found == {"jeton00003"}
    if form == "json":
        assert "jeton00001" in told(form, write(form, source(table, table.viewer(BOB))))


@pytest.mark.parametrize("form", IN_THE_OPEN)
def test_why_a_card_is_held_back_is_told_only_to_its_author_and_to_facilitators(form: str) -> None:
    table = Table()
    table.do(ALICE, "set_phase", phase="write")
    one = table.add(BOB, text="jeton00001")
    table.do(ALICE, "set_phase", phase="share")
    table.do(ALICE, "hold_card", card=one, reason="jeton00002")
    table.do(ALICE, "set_phase", phase="group")
    for viewer in (table.viewer(DAN), SCREEN):
        assert not TOKEN.search(told(form, write(form, source(table, viewer))))


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


def test_who_voted_for_what_is_told_to_the_command_line_alone_and_totals_stay_the_same() -> None:
    table = lezoux(30)
    voters = {
        event.fact.person for event in source(table).events if isinstance(event.fact, Voted | Estimated | CardAgreed)
    }
    assert len(voters) > 1
    totals = {target: table.board.total_on(target) for target in table.board.themes}
    for viewer in (table.viewer(ALICE), table.viewer(DAN), SCREEN):
        events, _ = as_json.read(write("json", source(table, viewer)))
        told = {event.fact.person for event in events if isinstance(event.fact, Voted | Estimated | CardAgreed)}
        assert not (told & voters) - {viewer.person}
        assert not {event.by for event in events if isinstance(event.fact, Voted | Estimated)} - {None, viewer.person}
        again = fold(events)
        assert {target: again.total_on(target) for target in again.themes} == totals
