"""The projection of a log: the board that its events make, and what changed since, as one viewer may see it.

Pure. `apply` folds one event and never refuses; the features say how. `changed_since` serves first load, live push,
reconnect and reveal alike: records are stamped with the event that last changed them, for all or for one person only.
Nothing else decides what a viewer may see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from hashlib import sha256
from typing import cast

from speedboat.domain.features import (
    actions,
    airlock,
    cards,
    discussion,
    door,
    facilitator_key,
    headcount,
    links,
    people,
    person_names,
    phases,
    prompts,
    purge_date,
    settings,
    summary_link,
    themes,
    timer,
    votes,
)
from speedboat.domain.folds import Fold
from speedboat.domain.ids import CardId, PersonId, TargetId, target_of
from speedboat.domain.messages import Event, Fact, Viewer
from speedboat.domain.records import AnyRecord, Patch
from speedboat.domain.state import Board

FEATURES = (
    people,
    person_names,
    facilitator_key,
    headcount,
    door,
    phases,
    prompts,
    airlock,
    settings,
    timer,
    cards,
    themes,
    votes,
    links,
    discussion,
    actions,
    summary_link,
    purge_date,
)
FOLDS: dict[type[Fact], Fold] = {fact: fold for feature in FEATURES for fact, fold in feature.FOLDS.items()}

View = Callable[[Board, str, Viewer], AnyRecord | None]
# By what stands before the colon of an id, which is what makes it a `CardId` or a `ThemeId`.
VIEWS: dict[str, View] = {
    "workshop": phases.view,
    "person": cast("View", people.view),
    "card": cast("View", cards.view),
    "theme": cast("View", themes.view),
    "vote": votes.view_vote,
    "estimate": votes.view_estimate,
    "link": links.view,
    "action": cast("View", actions.view),
}
# Of which records two people of one role may be shown different things, and who stands apart.
Concerns = Callable[[Board, str], set[PersonId]]
CONCERNS: dict[str, Concerns] = {
    "person": cast("Concerns", people.concerns),
    "card": cast("Concerns", cards.concerns),
    "vote": votes.vote_concerns,
    "estimate": votes.estimate_concerns,
}
# Of these the order in which they were made, or made known, would say which of them are one person's.
SHUFFLED = ("card:", "vote:", "estimate:")


def fold(events: Iterable[Event]) -> Board:
    """Fold a whole log into its board."""
    board = Board()
    for event in events:
        apply(board, event)
    return board


def apply(board: Board, event: Event) -> None:
    """Fold one event. A fact that this version does not know is skipped, but still advances `seq`."""
    board.seq = event.seq
    if fold_fact := FOLDS.get(type(event.fact)):
        fold_fact(board, event.fact, event)
        _settle(board)


def _settle(board: Board) -> None:
    """Put what one event touched in an order that says nothing, and note who sees it now."""
    touched, alone = board.touched, board.touched_alone
    board.touched, board.touched_alone = [], []
    if len(touched) > 1:
        touched = sorted(dict.fromkeys(touched), key=_order)
        for record_id in touched:
            board.restamp(record_id)
    _note_sightings(board, touched, alone)


def _order(record_id: str) -> bytes:
    """By the hash of the id: the same in every process, and nothing to do with who made it, or when."""
    return sha256(record_id.encode()).digest() if record_id.startswith(SHUFFLED) else b""


# --- showing ----------------------------------------------------------------------------------------------------------


def changed_since(board: Board, since: int, viewer: Viewer) -> Patch:
    """Return everything that changed after `since` as this viewer may see it; since 0, the whole board.

    A `since` this log has not reached (a restored backup, a forged number) is answered with the whole board too, and so
    is one from before the viewer came or got their role: what was there then was not theirs to see.
    """
    if since > board.seq or since < board.sees_from(viewer.person):
        since = 0
    put: list[AnyRecord] = []
    remove: list[str] = []
    for record_id in board.stamped_after(since, viewer.person):
        view = VIEWS.get(record_id.partition(":")[0])
        if view is None:
            continue  # no id of ours: a log that another program wrote is read as far as it makes sense
        record = view(board, record_id, viewer)
        if record is not None:
            put.append(record)
        elif since and board.sightings.went_after(since, record_id, viewer):
            remove.append(record_id)
    return Patch(since, board.seq, put, remove)


def shows(board: Board, record_id: str, viewer: Viewer) -> bool:
    """Whether a viewer is shown a record now."""
    view = VIEWS.get(record_id.partition(":")[0])
    return view is not None and view(board, record_id, viewer) is not None


def stands_apart(board: Board, since: int, here: AbstractSet[PersonId]) -> set[PersonId]:
    """Which of these people may be shown something else, since then, than others of their role are."""
    apart = {
        person
        for person in here & board.own_stamps.keys()
        if next(reversed(board.own_stamps[person].values()), 0) > since
    }
    if board.people_seq > since:
        apart |= {person for person in here if board.sees_from(person) > since}
    for record_id in board.stamped_after(since):
        if concerns := CONCERNS.get(record_id.partition(":")[0]):
            apart |= concerns(board, record_id) & here
    return apart


# --- sightings --------------------------------------------------------------------------------------------------------

ANYBODY = Viewer(None, "participant")  # the screen is shown the same
FACILITATOR = Viewer(None, "facilitator")


def _note_sightings(board: Board, touched: Iterable[str], touched_alone: Iterable[tuple[str, PersonId]]) -> None:
    """Note who sees what an event has changed: records for all to see anew, and records for one person only."""
    voters: dict[TargetId, set[PersonId]] | None = None
    for record_id in touched:
        kind = record_id.partition(":")[0]
        if kind == "vote" and voters is None:
            voters = votes.voters(board)
        everybody, facilitators, alone = _seen_by(board, kind, record_id, voters or {})
        board.sightings.note(record_id, everybody, facilitators, alone, board.seq)
    for record_id, person in touched_alone:
        if not board.sightings.is_seen_by_all(record_id):
            board.sightings.note_person(record_id, person, _sees_alone(board, record_id, person), board.seq)


def _seen_by(
    board: Board, kind: str, record_id: str, voters: dict[TargetId, set[PersonId]]
) -> tuple[bool, bool, set[PersonId]]:
    """Whether everybody and whether facilitators see a record, and who sees it whatever their role."""
    if kind == "workshop":
        return True, True, set()
    if kind == "card":
        card = board.cards.get(CardId(record_id))
        if card is None:
            return False, False, set()
        return cards.may_see(card, ANYBODY), True, {card.author} if card.author else set()
    if kind == "vote":
        people_now = voters.get(target_of(record_id), set())
        shown = votes.totals_shown(board) and any(map(board.counts, people_now))
        return shown, shown, people_now
    if kind == "estimate":
        people_now = votes.estimators(board, record_id)
        shown = votes.estimates_shown(board) and any(map(board.counts, people_now))
        return shown, shown, people_now
    if kind == "person":
        person = PersonId(record_id)
        everybody, facilitators = (
            people.is_listed(board, person, ANYBODY),
            people.is_listed(board, person, FACILITATOR),
        )
        return everybody, facilitators, {person} if people.is_here(board, person) else set()
    return shows(board, record_id, ANYBODY), shows(board, record_id, FACILITATOR), set()


def _sees_alone(board: Board, record_id: str, person: PersonId) -> bool:
    kind = record_id.partition(":")[0]
    if kind == "vote":
        return votes.mine_on(board, person, target_of(record_id)) > 0
    return person in _seen_by(board, kind, record_id, {})[2]
