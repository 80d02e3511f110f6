"""Convergence: whatever is done, lost, duplicated or late, a client's patches add up to a fresh load."""

from __future__ import annotations

import random
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from speedboat.domain.fact_codec import read_fact, write_fact
from speedboat.domain.messages import PHASES, SCREEN, Decision, Event, Viewer
from speedboat.domain.projection import changed_since, fold, stands_apart
from speedboat.domain.records import Patch
from speedboat.domain.state import Board
from tests.support.boards import ALICE, BOB, CAROL, DAN, Table, action, card, theme
from tests.support.patch_rule import ClientByTheRule

PEOPLE = (ALICE, BOB, DAN)
WHO = st.sampled_from(PEOPLE)
CARD = st.integers(1, 6).map(card)
THEME = st.integers(1, 4).map(theme)
TARGET = st.one_of(CARD, THEME)
TEXT = st.sampled_from(["Budget", "Temps", "Chef", "Réseau", "<b>"])
KIND = st.sampled_from(["wind", "anchor", "shark"])


def command(name: str, **arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    return st.fixed_dictionaries(arguments).map(lambda given: (name, given))


COMMANDS = st.one_of(
    command("add_card", card=CARD, kind=KIND, text=TEXT, weight=st.floats(0, 1)),
    command("add_card", card=CARD, kind=KIND, text=TEXT, weight=st.floats(0, 1)),
    command("add_card", card=CARD, kind=KIND, text=TEXT, x=st.floats(0, 1600), y=st.floats(0, 900)),
    command("edit_card", card=CARD, text=TEXT),
    command("move_card", card=CARD, x=st.floats(-100, 2000), y=st.floats(-100, 2000)),
    command("weigh_card", card=CARD, weight=st.floats(0, 1)),
    command("change_kind", card=CARD, kind=KIND),
    command("change_kind", card=CARD, kind=KIND, x=st.floats(-100, 2000), y=st.floats(-100, 2000)),
    command("delete_card", card=CARD),
    command("restore_card", card=CARD),
    command("take_back"),
    command("take_back", record=st.one_of(CARD, st.integers(1, 3).map(action))),
    command("reword", target=st.one_of(CARD, st.integers(1, 3).map(action)), text=TEXT),
    command("agree", card=CARD),
    command("disagree", card=CARD),
    command("add_theme", theme=THEME, title=TEXT, cards=st.lists(CARD, max_size=3)),
    command("rename_theme", theme=THEME, title=TEXT),
    command("put_in_theme", card=CARD, theme=st.one_of(THEME, st.none())),
    command("merge_themes", theme=THEME, into=THEME),
    command("split_theme", theme=THEME, new=THEME, title=TEXT, cards=st.lists(CARD, max_size=2)),
    command("delete_theme", theme=THEME),
    command("restore_theme", theme=THEME),
    command("vote", target=TARGET, count=st.integers(0, 4)),
    command("estimate", target=TARGET, knots=st.one_of(st.none(), st.integers(0, 13))),
    command("link", wind=TARGET, brake=TARGET),
    command("unlink", wind=TARGET, brake=TARGET),
    command("focus", target=st.one_of(TARGET, st.none())),
    command("note", target=TARGET, text=TEXT),
    command("add_action", action=st.integers(1, 3).map(action), text=TEXT),
    command("edit_action", action=st.integers(1, 3).map(action), owner=TEXT),
    command("accept_action", action=st.integers(1, 3).map(action)),
    command("delete_action", action=st.integers(1, 3).map(action)),
    command("restore_action", action=st.integers(1, 3).map(action)),
    command("ready", ready=st.booleans()),
    command("rename_me", new_name=TEXT),
    command("set_phase", phase=st.sampled_from(PHASES)),
    command("set_phase", phase=st.sampled_from(PHASES)),
    command("reveal"),
    command("reveal", cards=st.lists(CARD, max_size=2)),
    command("hold_card", card=CARD, reason=TEXT),
    command("release_card", card=CARD),
    command("open_kinds", kinds=st.lists(KIND, max_size=3)),
    command("set_prompt", kind=KIND, text=TEXT),
    command("set_timer", seconds=st.one_of(st.none(), st.integers(1, 100))),
    command("pause_timer"),
    command("resume_timer"),
    command("extend_timer", seconds=st.just(60)),
    command("lock", locked=st.booleans()),
    command("change_settings", anonymous=st.booleans()),
    command("change_settings", free=st.booleans()),
    command("change_settings", minutes_per_theme=st.integers(-1, 61)),
    command("remove_person", person=st.just(DAN)),
    command("admit_person", person=st.sampled_from([DAN, CAROL])),
    command("refuse_person", person=st.just(CAROL)),
    command("set_door", door=st.sampled_from(["open", "approve", "closed"])),
    command("set_door", door=st.just("passphrase"), passphrase=st.just("sealed")),
    command("change_settings", one_phone_one_person=st.booleans()),
    command("rename_person", person=st.sampled_from(PEOPLE), new_name=TEXT),
    command("renew_key"),
    command("rename_workshop", objective=TEXT),
    command("withdraw"),
    command("erase_by_name", first_name=TEXT),
    command("erase_person", person=st.sampled_from([DAN, CAROL])),
    command("share_summary", shared=st.booleans()),
    command("set_purge_date", on=st.sampled_from([None, "2030-01-01", "2031-01-01"]), keeps_figures=st.booleans()),
)
# Not a command: Carol at the door.
KNOCK = command("knock", called=TEXT, device=st.sampled_from([None, "a device"]))
ACTS = st.lists(st.tuples(WHO, st.one_of(COMMANDS, *[KNOCK] * 5)), min_size=1, max_size=60)


class Client(ClientByTheRule):
    """A client by the rule of the protocol, over a network that loses, doubles and mixes up; it keeps what it did."""

    def __init__(self, viewer: Viewer, network: random.Random) -> None:
        super().__init__()
        self.viewer = viewer
        self.network = network
        self.late: list[Patch] = []
        self.patches: list[dict[str, Any]] = []
        self.steps: list[dict[str, Any]] = []
        self.replaced: list[tuple[dict[str, Any], int]] = []  # whole boards, and what it had before

    def hears(self, patch: Patch, board: Board) -> None:
        fate = self.network.random()
        if fate < 0.15:
            return
        self.late += [patch, patch] if fate < 0.3 else [patch]
        if fate < 0.6:
            self.network.shuffle(self.late)
            while self.late:
                self.take_in(self.late.pop(), board)

    def take_in(self, patch: Patch, board: Board) -> None:
        """Apply a patch; in a gap, what the server answers instead."""
        sent = msgspec.to_builtins(patch)
        if patch.since == 0:
            self.replaced.append((sent, self.have))
        done = self.apply(sent)
        self.patches.append(sent)
        self.steps.append({"did": done, "have": self.have})
        if done == "gap":
            self.take_in(changed_since(board, self.have, self.viewer), board)


def fresh(board: Board, viewer: Viewer) -> dict[str, Any]:
    return {record.id: msgspec.to_builtins(record) for record in changed_since(board, 0, viewer).put}


def viewers(table: Table) -> list[Viewer]:
    people = table.board.people
    return [*(table.viewer(who) for who in (*PEOPLE, CAROL) if who in people and people[who].is_in), SCREEN]


def play(table: Table, who: str, name: str, arguments: dict[str, Any]) -> Decision | None:
    if name == "knock":
        table.knock(CAROL, arguments["called"], device=arguments["device"])
        return None
    decision = table.ask(who, name, **arguments)
    if isinstance(decision, Decision):
        table.take(who, decision)
        return decision
    return None


@settings(max_examples=150, deadline=None)
@given(ACTS, st.integers(0, 2**32))
def test_every_client_has_what_a_fresh_load_gives(acts: list[Any], seed: int) -> None:
    table, network = Table(), random.Random(seed)
    clients = {viewer.person: Client(viewer, network) for viewer in viewers(table)}
    for who, (name, arguments) in acts:
        since = table.board.seq
        play(table, who, name, arguments)
        for viewer in viewers(table):
            client = clients.setdefault(viewer.person, Client(viewer, network))
            client.viewer = viewer  # a role may have changed
            client.hears(changed_since(table.board, since, viewer), table.board)
    for viewer in viewers(table):
        client = clients.setdefault(viewer.person, Client(viewer, network))
        client.take_in(changed_since(table.board, client.have, viewer), table.board)
        assert client.records == fresh(table.board, viewer)


@settings(max_examples=60, deadline=None)
@given(ACTS, st.data())
def test_whoever_has_more_than_a_restored_backup_gets_what_it_holds(acts: list[Any], data: st.DataObject) -> None:
    table = Table()
    clients = [Client(viewer, random.Random(0)) for viewer in viewers(table)]
    kept = data.draw(st.integers(table.board.seq, table.board.seq + len(acts)))
    for who, (name, arguments) in acts:
        if name not in ("remove_person", "renew_key", "change_settings"):
            play(table, who, name, arguments)
    restored = fold(table.log[:kept])
    restored.names, restored.former_names = table.board.names, table.board.former_names
    for client in clients:
        client.take_in(changed_since(table.board, 0, client.viewer), table.board)
        client.take_in(changed_since(restored, client.have, client.viewer), restored)
        assert client.have == restored.seq
        assert client.records == fresh(restored, client.viewer)


@settings(max_examples=100, deadline=None)
@given(ACTS)
def test_those_who_do_not_stand_apart_are_shown_what_their_role_is(acts: list[Any]) -> None:
    table = Table()
    for who, (name, arguments) in acts:
        since = table.board.seq
        play(table, who, name, arguments)
        apart = stands_apart(table.board, since, {*PEOPLE, CAROL})
        for viewer in viewers(table):
            if viewer.person and viewer.person not in apart:
                nobody = Viewer(None, viewer.role)
                assert changed_since(table.board, since, viewer) == changed_since(table.board, since, nobody)


@settings(max_examples=100, deadline=None)
@given(ACTS)
def test_every_prefix_of_a_log_folds_and_survives_being_written_down(acts: list[Any]) -> None:
    table = Table()
    for who, (name, arguments) in acts:
        play(table, who, name, arguments)
    read = [Event(event.seq, event.at, event.by, read_fact(write_fact(event.fact))) for event in table.log]
    assert read == table.log
    for end in range(0, len(read) + 1, 7):
        changed_since(fold(read[:end]), 0, SCREEN)
    again = fold(read)
    assert again.former_names.keys() == table.board.former_names.keys()
    again.names, again.former_names = table.board.names, table.board.former_names
    for viewer in viewers(table):
        assert fresh(again, viewer) == fresh(table.board, viewer)


@settings(max_examples=60, deadline=None)
@given(ACTS, st.data())
def test_a_log_with_holes_still_folds(acts: list[Any], data: st.DataObject) -> None:
    table = Table()
    for who, (name, arguments) in acts:
        play(table, who, name, arguments)
    kept = [event for event in table.log if data.draw(st.integers(0, 4)) > 0]
    changed_since(fold(kept), 0, SCREEN)


@settings(max_examples=150, deadline=None)
@given(ACTS)
def test_undoing_an_act_restores_the_board(acts: list[Any]) -> None:
    table = Table()
    for who, (name, arguments) in acts:
        before = content(table)
        decision = play(table, who, name, arguments)
        # What a phase or a release has revealed was read, and cannot be unread.
        if not decision or not decision.inverse or name in ("set_phase", "hold_card"):
            continue
        for step in decision.inverse:
            undone = play(table, who, step["name"], {key: value for key, value in step.items() if key != "name"})
            assert undone is not None, (name, step)
        assert content(table) == before, (name, decision.inverse)


def content(table: Table) -> dict[str, Any]:
    """What the screen shows, without the numbers of events, and without who is done: a phase forgets that."""
    shown = fresh(table.board, SCREEN)
    for record in shown.values():
        del record["seq"]
        record.pop("ready", None)
        record.pop("progress", None)
    return shown


@settings(max_examples=60, deadline=None)
@given(ACTS, st.lists(st.sampled_from(PHASES), max_size=8))
def test_no_sequence_of_phases_loses_a_vote(acts: list[Any], phases: list[Any]) -> None:
    table = Table()
    for who, (name, arguments) in acts:
        if name not in ("renew_key", "remove_person"):
            play(table, who, name, arguments)
    table.do(ALICE, "set_phase", phase="cut")
    before = {key: value for key, value in fresh(table.board, SCREEN).items() if key.startswith(("vote:", "theme:"))}
    for phase in [*phases, "cut"]:
        play(table, ALICE, "set_phase", {"phase": phase})
    after = {key: value for key, value in fresh(table.board, SCREEN).items() if key.startswith(("vote:", "theme:"))}
    assert [{**value, "seq": 0} for value in before.values()] == [
        {**after[key], "seq": 0} for key, value in before.items()
    ]


def test_a_person_never_heard_of_sees_nothing() -> None:
    assert CAROL not in Table().board.people
