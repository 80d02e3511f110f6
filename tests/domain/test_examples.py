"""Every declared example of every command is played; every refusal has one; every inverse restores the board."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from speedboat.domain import declarations
from speedboat.domain.declarations import ALICE, BOB, Declaration, Example
from speedboat.domain.messages import PHASES, SCREEN, Decision, Refused, Viewer
from speedboat.domain.permissions import OPEN
from speedboat.domain.projection import changed_since
from speedboat.domain.rules import DECLARATIONS, decide
from tests.support.boards import DAN, Table

BY_THE_TABLE = ("facilitators_only", "wrong_phase", "locked")


def played() -> Iterator[Any]:
    for declaration in DECLARATIONS:
        for number, example in enumerate(declaration.examples):
            outcome = example.refused or ("done" if example.facts else "nothing to do")
            yield pytest.param(declaration, example, id=f"{declaration.name}-{number}-{outcome}")


def set_up(example: Example) -> Table:
    table = Table()
    table.now = declarations.NOW
    for step in example.after:
        table.do(step.by, step.name, **step.arguments)
    table.board.limits = example.limits
    table.board.devices = dict.fromkeys(example.one_device, "a device")
    return table


def ask(table: Table, declaration: Declaration[Any], example: Example) -> Decision | Refused:
    if declaration.on_wire:
        return table.ask(example.by, declaration.name, **example.arguments)
    command = msgspec.convert({"id": "example_", **example.arguments}, declaration.command)
    return decide(table.board, command, Viewer(example.by, "participant"), table.now)


@pytest.mark.parametrize(("declaration", "example"), list(played()))
def test_an_example_comes_out_as_declared(declaration: Declaration[Any], example: Example) -> None:
    outcome = ask(set_up(example), declaration, example)
    if example.refused:
        assert isinstance(outcome, Refused), outcome
        assert (outcome.code, outcome.field) == (example.refused, example.field)
        assert outcome.code in (*declaration.refusals, *BY_THE_TABLE)
    else:
        assert isinstance(outcome, Decision), outcome.code
        assert outcome.facts == list(example.facts)
        assert outcome.later == list(example.later)


@pytest.mark.parametrize(("declaration", "example"), list(played()))
def test_an_inverse_restores_the_board(declaration: Declaration[Any], example: Example) -> None:
    table = set_up(example)
    before = shown(table)
    outcome = ask(table, declaration, example)
    if isinstance(outcome, Refused):
        assert shown(table) == before
        return
    table.take(example.by, outcome)
    if declaration.no_undo or not outcome.facts:
        assert not outcome.inverse
        return
    assert outcome.inverse, "declare `no_undo`, or return the inverse"
    assert shown(table) != before, "what can be undone is seen by somebody"
    for command in outcome.inverse:
        arguments = {name: value for name, value in command.items() if name != "name"}
        table.do(example.by, command["name"], **arguments)
    assert without_new_bin(shown(table), before) == before


@pytest.mark.parametrize(("declaration", "example"), list(played()))
def test_everybody_is_sent_what_an_example_and_its_undoing_changed(
    declaration: Declaration[Any], example: Example
) -> None:
    table = set_up(example)
    viewers = [*(table.viewer(person) for person in (ALICE, BOB, DAN)), SCREEN]
    screens = [table.seen(viewer) for viewer in viewers]
    since = table.board.seq
    outcome = ask(table, declaration, example)
    if not isinstance(outcome, Decision):
        return
    table.take(example.by, outcome)
    for command in [None, *outcome.inverse]:
        if command:
            arguments = {name: value for name, value in command.items() if name != "name"}
            table.do(example.by, command["name"], **arguments)
        for viewer, screen in zip(viewers, screens, strict=True):
            patch = changed_since(table.board, since, viewer)
            if patch.since == 0 and since:
                screen.clear()
            screen.update({record.id: record for record in patch.put})
            for record_id in patch.remove:
                del screen[record_id]
            assert screen == table.seen(viewer)
        since = table.board.seq


def without_new_bin(now: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """What everybody sees, but for what was made and then put in the bin: nothing is undone without a trace."""
    return {
        viewer: {id_: record for id_, record in records.items() if id_ in before[viewer] or not record.get("deleted")}
        for viewer, records in now.items()
    }


def shown(table: Table) -> dict[str, Any]:
    """What everybody sees, but for when it last changed."""
    viewers = {person: table.viewer(person) for person in (ALICE, BOB, DAN) if not table.board.people[person].removed}
    return {
        name: {id_: _but_seq(record) for id_, record in table.seen(viewer).items()}
        for name, viewer in {**viewers, "screen": SCREEN}.items()
    }


def _but_seq(record: Any) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(record)
    return {name: value for name, value in fields.items() if name != "seq"}


@pytest.mark.parametrize("declaration", DECLARATIONS, ids=lambda declaration: declaration.name)
def test_every_refusal_and_doing_it_have_an_example(declaration: Declaration[Any]) -> None:
    outcomes = {example.refused for example in declaration.examples}
    assert set(declaration.refusals) <= outcomes, set(declaration.refusals) - outcomes
    assert any(example.facts for example in declaration.examples)


@pytest.mark.parametrize("declaration", [one for one in DECLARATIONS if one.on_wire], ids=lambda one: one.name)
def test_the_table_alone_says_who_may_when(declaration: Declaration[Any]) -> None:
    arguments = declaration.examples[0].arguments
    for locked in (False, True):
        for phase in PHASES:
            for person in (ALICE, BOB):
                table = Table()
                table.do(ALICE, "lock", locked=locked)
                table.do(ALICE, "set_phase", phase=phase)
                outcome = table.ask(person, declaration.name, **arguments)
                refused = outcome.code if isinstance(outcome, Refused) else None
                expected = by_the_table(declaration, person == ALICE, phase, locked)
                assert (refused if refused in BY_THE_TABLE else None) == expected, (phase, person, locked, refused)


def by_the_table(declaration: Declaration[Any], facilitates: bool, phase: Any, locked: bool) -> str | None:
    phases = declaration.who.facilitators if facilitates else declaration.who.participants
    if not phases:
        return "facilitators_only"
    if phase not in phases:
        return "wrong_phase"
    return "locked" if locked and not facilitates and not declaration.who.locked else None


@pytest.mark.parametrize("declaration", [one for one in DECLARATIONS if one.on_wire], ids=lambda one: one.name)
def test_in_a_free_workshop_whoever_may_once_may_always_but_when_it_is_closed(declaration: Declaration[Any]) -> None:
    for phase in OPEN:
        table = Table()
        table.do(ALICE, "change_settings", free=True)
        table.do(ALICE, "set_phase", phase=phase)
        outcome = table.ask(ALICE, declaration.name, **declaration.examples[0].arguments)
        assert not isinstance(outcome, Refused) or outcome.code not in BY_THE_TABLE


@pytest.mark.parametrize("declaration", [one for one in DECLARATIONS if one.on_wire], ids=lambda one: one.name)
def test_the_screen_and_the_removed_may_do_nothing(declaration: Declaration[Any]) -> None:
    table = Table()
    table.do(ALICE, "remove_person", person=BOB)
    command = table.command(declaration.name, **declaration.examples[0].arguments)
    for viewer, code in ((SCREEN, "only_watching"), (Viewer(BOB, "participant"), "removed")):
        outcome = decide(table.board, command, viewer, table.now)
        assert isinstance(outcome, Refused)
        assert outcome.code == code
