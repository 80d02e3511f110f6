"""The log of an anonymous workshop, as it leaves in an archive: nobody is in it, and it folds to what was shown."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from speedboat.domain import anonymity
from speedboat.domain.fact_codec import FACTS
from speedboat.domain.messages import PHASES, SCREEN, Viewer
from speedboat.domain.projection import changed_since, fold
from speedboat.domain.state import Board
from speedboat.exports import archive
from tests.domain.test_convergence import ACTS, play
from tests.support.boards import ALICE, BOB, DAN, Table, action, card, theme
from tests.support.chaos import size
from tests.support.outputs import NAME, PERSON, Played

WORKSHOPS = settings(max_examples=size(300, 10_000), deadline=None)
PHASE = st.sampled_from(PHASES)
SEED = st.integers(0, 2**32)
FACILITATOR = Viewer(None, "facilitator")


def archived(table: Table) -> bytes:
    return archive.write(table.log, table.board.names)


def imported(data: bytes) -> Table:
    """The table of an archive, to go on at."""
    table = Table()
    table.log, names = archive.read(data)
    table.board = fold(table.log)
    table.board.names = names
    return table


def shown(board: Board, viewer: Viewer) -> tuple[dict[str, Any], Counter[Any]]:
    """What a viewer sees but for the numbers of events; of people, how many there are of each sort."""
    records: dict[str, Any] = {record.id: msgspec.to_builtins(record) for record in changed_since(board, 0, viewer).put}
    for record in records.values():
        del record["seq"]
    people = [records.pop(record) for record in list(records) if record.startswith("person:")]
    # Who waits at the door, or was put out of it, is in no archive.
    inside = [person for person in people if not person.get("waiting") and not person.get("removed")]
    return records, Counter((person["role"], person.get("ready")) for person in inside)


@WORKSHOPS
@given(ACTS, st.booleans(), PHASE, SEED)
def test_an_archive_imports_to_what_was_shown_and_archives_to_the_same_bytes(
    acts: list[Any], anonymous: bool, phase: str, seed: int
) -> None:
    table = Played(acts, anonymous=anonymous, phase=phase, seed=seed).table
    first = archived(table)
    copy = imported(first)
    assert archived(copy) == first
    for viewer in (SCREEN, FACILITATOR):
        assert shown(copy.board, viewer) == shown(table.board, viewer)


@WORKSHOPS
@given(ACTS, PHASE, SEED)
def test_nobody_is_in_the_archive_of_an_anonymous_workshop(acts: list[Any], phase: str, seed: int) -> None:
    played = Played(acts, anonymous=True, phase=phase, seed=seed)
    if not played.anonymous:
        return  # switched off again before anybody had written
    data = archived(played.table)
    text = data.decode()
    assert not NAME.findall(text)
    assert not PERSON.findall(text)
    document = msgspec.json.decode(data)
    assert document["names"] == {}
    assert not any("by" in event for event in document["events"])


@WORKSHOPS
@given(ACTS, ACTS, PHASE, SEED)
def test_an_imported_archive_goes_on_and_is_archived_again(
    acts: list[Any], more: list[Any], phase: str, seed: int
) -> None:
    """With people in it again, who have to be counted with those who were."""
    table = imported(archived(Played(acts, anonymous=True, phase=phase, seed=seed).table))
    table.join(ALICE, "facilitator", "nom00000")
    table.do(ALICE, "set_phase", phase="group")  # or nobody new may come in
    table.do(ALICE, "lock", locked=False)
    table.do(ALICE, "set_door", door="open")
    table.do(ALICE, "change_settings", one_phone_one_person=False)
    for person in (BOB, DAN):
        table.join(person, "participant", "nom00000")
    for who, (name, arguments) in more:
        play(table, who, name, arguments)
    first = archived(table)
    copy = imported(first)
    assert archived(copy) == first
    assert shown(copy.board, SCREEN) == shown(table.board, SCREEN)


def test_every_fact_has_its_place_in_the_archive_of_an_anonymous_workshop() -> None:
    """A new fact that is in no table of `anonymity.py` would silently be left out of archives."""
    tables = (*anonymity.KEPT, *anonymity.CHANGED, *anonymity.COUNTED, *anonymity.LEFT_OUT)
    assert Counter(tables) == Counter(FACTS.values())
    for fact in anonymity.KEPT:
        assert not {"person", "by", "author", "kept", "for_"} & set(fact.__struct_fields__), fact


def test_whoever_renews_the_key_is_still_counted_as_a_facilitator() -> None:
    """Nobody in the archive is `kept`, so folding it takes the role from all."""
    table = anonymous()
    for _ in range(2):
        table.do(ALICE, "renew_key")
    assert shown(imported(archived(table)).board, SCREEN) == shown(table.board, SCREEN)


def test_a_secret_vote_leaves_as_totals_when_these_were_shown() -> None:
    """When somebody voted everybody saw; on what, by the time of it, would be known too."""
    table = anonymous()
    for n in (1, 2):
        table.add(BOB, n)
    table.do(ALICE, "set_phase", phase="vote")
    table.do(BOB, "vote", target=card(1), count=2)
    table.do(DAN, "vote", target=card(2), count=1)
    table.do(DAN, "vote", target=card(2), count=3)
    assert votes_in(archived(table)) == [{card(1): 2, card(2): 3}]
    table.do(ALICE, "set_phase", phase="cut")
    facts = facts_in(archived(table))
    assert [fact["name"] for fact in facts[-2:]] == ["phase_set", "votes_counted"]
    assert votes_in(archived(table)) == [{card(1): 2, card(2): 3}]
    # Imported in the midst of it, the vote goes on: nothing shows until it is over.
    table.do(ALICE, "set_phase", phase="vote")
    copy = imported(archived(table))
    copy.join(ALICE, "facilitator", "Alice")
    assert not any(record.startswith("vote:") for record in copy.seen(SCREEN))
    copy.do(ALICE, "vote", target=card(1), count=1)
    copy.do(ALICE, "set_phase", phase="cut")
    assert copy.seen(SCREEN)[f"vote:{card(1)}"].total == 3


def anonymous() -> Table:
    table = Table()
    table.do(ALICE, "change_settings", anonymous=True)
    return table


def facts_in(data: bytes) -> list[dict[str, Any]]:
    return [event["fact"] for event in msgspec.json.decode(data)["events"]]


def votes_in(data: bytes) -> list[Any]:
    return [fact["votes"] for fact in facts_in(data) if fact["name"] == "votes_counted"]


def test_agreements_and_estimates_leave_as_numbers() -> None:
    table = anonymous()
    table.add(BOB)
    table.do(ALICE, "agree", card=card(1))
    table.do(DAN, "agree", card=card(1))
    table.do(ALICE, "disagree", card=card(1))
    table.do(ALICE, "set_phase", phase="cut")
    for person, knots in ((BOB, 9), (DAN, 4)):
        table.do(person, "estimate", target=card(1), knots=knots)
    table.do(ALICE, "set_phase", phase="discuss")
    facts = facts_in(archived(table))
    assert [fact["agrees"] for fact in facts if fact["name"] == "agrees_counted"] == [1, 2, 1]
    assert [fact["knots"] for fact in facts if fact["name"] == "estimates_counted"] == [[4, 9]]


def test_what_was_written_over_before_it_was_shown_is_not_in_it() -> None:
    table = anonymous()
    table.do(ALICE, "set_phase", phase="write")
    table.add(BOB, text="Mon chef, Untel")
    table.do(BOB, "edit_card", card=card(1), text="Mon chef, là-bas")
    table.do(BOB, "edit_card", card=card(1), text="Mon chef")
    table.do(ALICE, "set_phase", phase="group")
    table.do(BOB, "edit_card", card=card(1), text="Mes chefs")
    table.do(ALICE, "set_phase", phase="write")
    table.do(BOB, "edit_card", card=card(1), text="Mes chefs d’hier")
    table.do(BOB, "edit_card", card=card(1), text="Mes chefs, tous")
    texts = [fact["text"] for fact in facts_in(archived(table)) if fact["name"] in ("card_added", "card_edited")]
    assert texts == ["Mon chef", "Mes chefs", "Mes chefs, tous"]


def test_what_was_taken_back_was_never_there() -> None:
    """All of it went at once: together, the cards of one person would still be the cards of one person."""
    table = anonymous()
    for n in (1, 2, 3):
        table.add(BOB if n < 3 else DAN, n)
    table.do(ALICE, "set_phase", phase="vote")
    table.do(DAN, "vote", target=card(1), count=1)
    table.do(ALICE, "set_phase", phase="act")
    table.do(ALICE, "note", target=card(1), text="À revoir")
    table.erase(table.do(BOB, "take_back").later)
    text = archived(table).decode()
    assert card(1) not in text
    assert card(2) not in text
    assert card(3) in text
    assert "cards_erased" not in text


def test_a_workshop_that_was_anonymous_while_people_wrote_is_so_for_good() -> None:
    """The rules never switch it off then; a log that another program wrote might."""
    table = anonymous()
    table.add(BOB)
    events = [*table.log]
    table.write(None, [type(events[4].fact)(msgspec.structs.replace(table.board.settings, anonymous=False))])
    assert not table.board.settings.anonymous
    assert BOB not in archived(table).decode()


def test_actions_keep_their_owners_who_were_typed_and_not_who_proposed_them() -> None:
    table = anonymous()
    table.do(ALICE, "set_phase", phase="act")
    table.do(BOB, "add_action", action=action(1), text="Écrire au maire", owner="Camille")
    (fact,) = [fact for fact in facts_in(archived(table)) if fact["name"] == "action_set"]
    assert fact["owner"] == "Camille"
    assert "by" not in fact


def test_of_what_one_person_takes_back_only_that_it_was_in_focus_stays() -> None:
    table = Table()
    table.do(ALICE, "set_phase", phase="write")
    table.add(BOB, 1, kind="wind")
    table.add(BOB, 2)
    table.add(DAN, 3, "Le port")
    table.add(DAN, 4, "Le large", kind="wind")
    table.do(ALICE, "set_phase", phase="share")
    table.do(ALICE, "reveal", cards=[card(1), card(3)])
    table.do(ALICE, "set_phase", phase="group")
    table.do(ALICE, "add_theme", theme=theme(1), title="À Bob", cards=[card(1)])
    table.do(ALICE, "add_theme", theme=theme(2), title="Au port", cards=[card(3)])
    table.do(ALICE, "merge_themes", theme=theme(1), into=theme(2))
    table.do(ALICE, "set_phase", phase="discuss")
    table.do(ALICE, "link", wind=card(1), brake=card(2))
    table.do(ALICE, "link", wind=card(4), brake=card(2))
    table.do(ALICE, "link", wind=card(1), brake=theme(2))
    table.do(ALICE, "note", target=card(1), text="Ailleurs")
    table.do(ALICE, "focus", target=card(2))
    table.do(BOB, "add_action", action=action(1), text="Écrire")
    table.do(ALICE, "accept_action", action=action(1))
    table.do(BOB, "take_back")
    log = [*table.log]
    table.log = anonymity.without_people(log)
    assert [event.seq for event in table.log] == list(range(1, len(table.log) + 1))
    facts = [msgspec.to_builtins(event.fact) for event in table.log]
    about = [fact["name"] for fact in facts if {card(1), card(2), theme(1), action(1)} & {*words_in(fact)}]
    assert about == ["focused"]
    assert next(fact["cards"] for fact in facts if fact["name"] == "cards_revealed") == [card(3)]


def words_in(value: Any) -> list[str]:
    """Every text in the fields of a fact, at any depth."""
    if isinstance(value, dict):
        return [word for pair in value.items() for word in words_in([*pair])]
    if isinstance(value, list):
        return [word for part in value for word in words_in(part)]
    return [value] if isinstance(value, str) else []


def test_a_renewed_key_leaves_without_whoever_kept_it() -> None:
    table = anonymous()
    table.add(BOB)
    table.do(ALICE, "renew_key")
    assert [fact for fact in facts_in(archived(table)) if fact["name"] == "key_renewed"] == [
        {"name": "key_renewed", "key": 2}
    ]


def test_estimates_that_are_secret_still_leave_at_the_end() -> None:
    table = anonymous()
    table.add(BOB)
    table.do(ALICE, "set_phase", phase="cut")
    for person, knots in ((ALICE, 4), (BOB, 9), (DAN, 6)):
        table.do(person, "estimate", target=card(1), knots=knots)
    facts = facts_in(archived(table))
    assert [fact["knots"] for fact in facts if fact["name"] == "estimates_counted"] == [[4, 6, 9]]
    assert facts[-1]["name"] == "estimates_counted"
    table.do(ALICE, "remove_person", person=DAN)
    facts = facts_in(archived(table))
    assert [fact["knots"] for fact in facts if fact["name"] == "estimates_counted"] == [[4, 9]]


def test_what_is_secret_at_the_end_is_counted_at_the_time_of_the_last_event() -> None:
    table = anonymous()
    table.add(BOB)
    table.do(ALICE, "set_phase", phase="vote")
    table.now += 60_000
    table.do(BOB, "vote", target=card(1), count=1)
    last = anonymity.without_people(table.log)[-1]
    assert (type(last.fact).__name__, last.at) == ("VotesCounted", table.now)


def test_votes_and_estimates_are_counted_as_soon_as_they_are_shown() -> None:
    table = anonymous()
    table.add(BOB)
    table.do(ALICE, "set_phase", phase="vote")
    table.do(BOB, "vote", target=card(1), count=1)
    table.do(ALICE, "set_phase", phase="cut")
    for person, knots in ((ALICE, 4), (BOB, 9), (DAN, 6)):
        table.do(person, "estimate", target=card(1), knots=knots)
    table.do(ALICE, "set_phase", phase="discuss")
    table.do(ALICE, "set_phase", phase="act")
    names = [fact["name"] for fact in facts_in(archived(table))]
    told = [name for name in names if name in ("phase_set", "votes_counted", "estimates_counted")]
    assert told[-5:] == ["phase_set", "votes_counted", "phase_set", "estimates_counted", "phase_set"]


def test_estimates_are_counted_anew_when_one_who_gave_some_is_removed() -> None:
    table = anonymous()
    table.add(BOB)
    table.do(ALICE, "set_phase", phase="cut")
    for person, knots in ((ALICE, 4), (BOB, 9), (DAN, 6)):
        table.do(person, "estimate", target=card(1), knots=knots)
    table.do(ALICE, "set_phase", phase="discuss")
    table.do(ALICE, "remove_person", person=DAN)
    facts = facts_in(archived(table))
    assert [fact["knots"] for fact in facts if fact["name"] == "estimates_counted"] == [[4, 6, 9], [4, 9]]


def test_what_was_taken_back_is_named_nowhere_in_the_archive() -> None:
    """Nor in what was done with it: a theme merged into it, an action that was deleted before."""
    table = anonymous()
    table.add(BOB, 1)
    table.add(DAN, 2)
    table.do(ALICE, "set_phase", phase="group")
    for n in (1, 2):
        table.do(ALICE, "add_theme", theme=theme(n), title=f"Titre {n}", cards=[card(n)])
    table.do(ALICE, "merge_themes", theme=theme(2), into=theme(1))
    table.do(ALICE, "restore_theme", theme=theme(2))
    table.do(ALICE, "set_phase", phase="act")
    table.do(BOB, "add_action", action=action(1), text="Mon idée")
    table.do(BOB, "delete_action", action=action(1))
    table.erase(table.do(BOB, "take_back").later)
    text = archived(table).decode()
    assert [gone for gone in (card(1), theme(1), action(1)) if gone in text] == []
    assert card(2) in text


def test_the_agreement_of_somebody_who_was_removed_is_counted_as_long_as_they_are_in() -> None:
    table = anonymous()
    table.add(BOB, 1)
    table.do(ALICE, "set_phase", phase="discuss")
    table.do(DAN, "agree", card=card(1))
    table.do(ALICE, "remove_person", person=DAN)
    assert imported(archived(table)).seen(SCREEN)[card(1)].agrees == 0
    table.do(ALICE, "admit_person", person=DAN)
    assert imported(archived(table)).seen(SCREEN)[card(1)].agrees == 1
