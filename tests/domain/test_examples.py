"""The declared examples of all commands: each is played, every refusal has one, every inverse restores the board."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from speedboat.domain import declarations
from speedboat.domain.declarations import ALICE, BOB, Arguments, Declaration, Example
from speedboat.domain.messages import PHASES, SCREEN, Command, Decision, Refused, Viewer
from speedboat.domain.permissions import OPEN
from speedboat.domain.projection import changed_since
from speedboat.domain.rules import COMMANDS, DECLARATIONS, decide
from tests.support.boards import Table

BY_THE_TABLE = ("facilitators_only", "wrong_phase", "locked")


def played() -> Iterator[Any]:
    for declaration in DECLARATIONS:
        for number, example in enumerate(declaration.examples):
            outcome = example.refused or ("done" if example.facts else "nothing to do")
            yield pytest.param(declaration, example, id=f"{declaration.name}-{number}-{outcome}")


BY_NAME = {declaration.name: declaration for declaration in DECLARATIONS}


def command_of(name: str, arguments: Arguments) -> Command:
    """A command by its name; those that clients do not send are built from their declaration."""
    if name in COMMANDS:
        return Table.command(name, **arguments)
    struct = BY_NAME[name].command
    return msgspec.convert({"id": "command0", struct.__struct_config__.tag_field: name, **arguments}, struct)


def give(table: Table, by: str, name: str, arguments: Arguments) -> Decision | Refused:
    """What comes of a command, without doing it."""
    return decide(table.board, command_of(name, arguments), Viewer(by, "participant"), table.now)


def carry_out(table: Table, by: str, name: str, arguments: Arguments) -> None:
    decision = give(table, by, name, arguments)
    assert isinstance(decision, Decision), (name, decision.code)
    table.take(by, decision)


def set_up(example: Example) -> Table:
    table = Table()
    table.now = declarations.NOW
    for step in example.after:
        carry_out(table, step.by, step.name, step.arguments)
    table.board.limits = example.limits
    if example.one_device:
        table.board.devices = dict.fromkeys(example.one_device, "a device")
    return table


@pytest.mark.parametrize(("declaration", "example"), list(played()))
def test_an_example_comes_out_as_declared(declaration: Declaration, example: Example) -> None:
    outcome = give(set_up(example), example.by, declaration.name, example.arguments)
    refusal = outcome if isinstance(outcome, Refused) else outcome.refusal
    facts = [] if isinstance(outcome, Refused) else outcome.facts
    assert facts == list(example.facts), refusal and refusal.code
    assert (refusal and refusal.code, refusal and refusal.field) == (example.refused, example.field)
    assert refusal is None or refusal.code in (*declaration.refusals, *BY_THE_TABLE)
    assert isinstance(outcome, Refused) or outcome.later == list(example.later)


@pytest.mark.parametrize(("declaration", "example"), list(played()))
def test_an_inverse_restores_the_board(declaration: Declaration, example: Example) -> None:
    table = set_up(example)
    before = shown(table)
    outcome = give(table, example.by, declaration.name, example.arguments)
    if isinstance(outcome, Refused):
        assert shown(table) == before
        return
    table.take(example.by, outcome)
    if declaration.no_undo or example.no_undo or not outcome.facts:
        assert not outcome.inverse
        return
    assert outcome.inverse, "declare `no_undo`, or return the inverse"
    assert shown(table) != before, "what can be undone is seen by somebody"
    for command in outcome.inverse:
        arguments = {name: value for name, value in command.items() if name != "name"}
        carry_out(table, example.by, command["name"], arguments)
    assert (without_new_bin(shown(table), before) == before) == (example.leaves is None), example.leaves


@pytest.mark.parametrize(("declaration", "example"), list(played()))
def test_everybody_is_sent_what_an_example_and_its_undoing_changed(declaration: Declaration, example: Example) -> None:
    table = set_up(example)
    here = [person for person, known in table.board.people.items() if known.is_in]
    viewers = [*(table.viewer(person) for person in here), SCREEN]
    screens = [table.seen(viewer) for viewer in viewers]
    since = table.board.seq
    outcome = give(table, example.by, declaration.name, example.arguments)
    if not isinstance(outcome, Decision):
        return
    table.take(example.by, outcome)
    for command in [None, *outcome.inverse]:
        if command:
            arguments = {name: value for name, value in command.items() if name != "name"}
            carry_out(table, example.by, command["name"], arguments)
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
    viewers = {person: table.viewer(person) for person, record in table.board.people.items() if record.is_in}
    return {
        name: {id_: _but_seq(record) for id_, record in table.seen(viewer).items()}
        for name, viewer in {**viewers, "screen": SCREEN}.items()
    }


def _but_seq(record: Any) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(record)
    return {name: value for name, value in fields.items() if name != "seq"}


@pytest.mark.parametrize("declaration", DECLARATIONS, ids=lambda declaration: declaration.name)
def test_every_refusal_and_doing_it_have_an_example(declaration: Declaration) -> None:
    outcomes = {example.refused for example in declaration.examples}
    assert set(declaration.refusals) <= outcomes, set(declaration.refusals) - outcomes
    assert any(example.facts for example in declaration.examples) or not declaration.on_wire


@pytest.mark.parametrize("declaration", [one for one in DECLARATIONS if one.on_wire], ids=lambda one: one.name)
def test_the_table_alone_says_who_may_when(declaration: Declaration) -> None:
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


def by_the_table(declaration: Declaration, facilitates: bool, phase: Any, locked: bool) -> str | None:
    phases = declaration.who.facilitators if facilitates else declaration.who.participants
    if not phases:
        return "facilitators_only"
    if phase not in phases:
        return "wrong_phase"
    return "locked" if locked and not facilitates and not declaration.who.locked else None


@pytest.mark.parametrize("declaration", [one for one in DECLARATIONS if one.on_wire], ids=lambda one: one.name)
def test_in_a_free_workshop_whoever_may_once_may_always_but_when_it_is_closed(declaration: Declaration) -> None:
    for phase in OPEN:
        table = Table()
        table.do(ALICE, "change_settings", free=True)
        table.do(ALICE, "set_phase", phase=phase)
        outcome = table.ask(ALICE, declaration.name, **declaration.examples[0].arguments)
        assert not isinstance(outcome, Refused) or outcome.code not in BY_THE_TABLE


@pytest.mark.parametrize("declaration", [one for one in DECLARATIONS if one.on_wire], ids=lambda one: one.name)
def test_the_screen_and_the_removed_may_do_nothing(declaration: Declaration) -> None:
    table = Table()
    table.do(ALICE, "remove_person", person=BOB)
    command = table.command(declaration.name, **declaration.examples[0].arguments)
    for viewer, code in ((SCREEN, "only_watching"), (Viewer(BOB, "participant"), "removed")):
        outcome = decide(table.board, command, viewer, table.now)
        assert isinstance(outcome, Refused)
        assert outcome.code == code
