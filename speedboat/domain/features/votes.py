"""Votes (gommettes) and estimates (knots): blind while they are cast, shown afterwards.

Pure. The commands are in `vote_commands.py`. A vote stays where it was put, on a card or a theme; where it *counts* is
looked up: on the card's theme, on what a merged theme went into, nowhere while the thing is in the bin. So regrouping,
merging, deleting and going back never lose or double one.
"""

from __future__ import annotations

import statistics
from typing import Annotated

import msgspec
from msgspec import UNSET

from speedboat.domain.folds import folds
from speedboat.domain.ids import PersonId, TargetId, target_of
from speedboat.domain.messages import (
    NOBODY,
    Count,
    Event,
    Fact,
    Phase,
    Viewer,
    Whole,
    is_nobody,
    nobody,
)
from speedboat.domain.records import EstimateRecord, VoteRecord
from speedboat.domain.state import Board

WireTargetId = Annotated[TargetId, msgspec.Meta(pattern=r"^(card|theme):[A-Za-z0-9_-]{16,64}\Z")]
MOST_KNOTS = 100.0
# Of two estimates everybody who gave one knows the other, and one alone is somebody's. Of three, what was said can be
# worked out, but not by whom.
FEWEST_ESTIMATES = 3
MOST_ESTIMATES = 100_000  # of one target, in one fact

TOTALS_SHOWN: tuple[Phase, ...] = ("cut", "discuss", "act", "closed")
ESTIMATES_SHOWN: tuple[Phase, ...] = ("discuss", "act", "closed")


class Voted(Fact, frozen=True, tag="voted"):
    """What a person has put on each of these afterwards; 0 takes back."""

    person: PersonId
    votes: dict[TargetId, Whole]


class Estimated(Fact, frozen=True, tag="estimated"):
    """`fewest` is how many estimates of the target make them known: as the rule was then, 1 in the oldest logs."""

    person: PersonId
    target: TargetId
    knots: float | None = None
    fewest: Whole = 1


class VotesCounted(Fact, frozen=True, tag="votes_counted"):
    """How many votes there are on each of these afterwards, but for those of people who are known."""

    votes: dict[TargetId, Count]


class EstimatesCounted(Fact, frozen=True, tag="estimates_counted"):
    """All the knots given for a target, but for those of people who are known; `fewest` as in `Estimated`."""

    target: TargetId
    knots: Annotated[list[float], msgspec.Meta(max_length=MOST_ESTIMATES)]
    fewest: Whole = 1


# --- fold -----------------------------------------------------------------------------------------------------------


def voted(board: Board, fact: Voted, event: Event) -> None:
    mine = board.votes.setdefault(fact.person, {})
    before = _progress_of(board, fact.person)
    for raw, count in fact.votes.items():
        if count > 0:
            mine[raw] = count
        else:
            mine.pop(raw, None)
        if target := board.counts_on(raw):
            board.touch(f"vote:{target}", only=None if totals_shown(board) else fact.person)
    if _progress_of(board, fact.person) != before:
        board.touch("workshop")


def _progress_of(board: Board, person: PersonId) -> tuple[bool, bool, bool]:
    return has_voted(board, person), has_placed_all(board, person), has_too_many(board, person)


def estimated(board: Board, fact: Estimated, event: Event) -> None:
    knots = board.estimates.setdefault(fact.target, {})
    counted = fact.person in knots
    if fact.knots is None:
        knots.pop(fact.person, None)
    else:
        knots[fact.person] = fact.knots
    board.fewest_estimates[fact.target] = max(board.fewest_estimates.get(fact.target, 1), fact.fewest)
    board.touch(f"estimate:{fact.target}", only=None if estimates_shown(board) else fact.person)
    if counted != (fact.person in knots):
        board.touch("workshop")


def votes_counted(board: Board, fact: VotesCounted, event: Event) -> None:
    voted(board, Voted(NOBODY, fact.votes), event)


def estimates_counted(board: Board, fact: EstimatesCounted, event: Event) -> None:
    known = {who: knots for who, knots in board.estimates.get(fact.target, {}).items() if not is_nobody(who)}
    board.estimates[fact.target] = known | {nobody(n): knots for n, knots in enumerate(fact.knots)}
    board.fewest_estimates[fact.target] = max(board.fewest_estimates.get(fact.target, 1), fact.fewest)
    board.touch(f"estimate:{fact.target}", only=None if estimates_shown(board) else NOBODY)


FOLDS = dict(
    [
        folds(Voted, voted),
        folds(Estimated, estimated),
        folds(VotesCounted, votes_counted),
        folds(EstimatesCounted, estimates_counted),
    ]
)


# --- who sees what --------------------------------------------------------------------------------------------------


def totals_shown(board: Board) -> bool:
    """Whether totals are shown: to nobody, facilitators and big screen included, before the phase after the vote."""
    return board.phase in TOTALS_SHOWN or (board.settings.free and board.phase != "vote")


def estimates_shown(board: Board) -> bool:
    """Whether medians and spreads of estimates are shown to everybody."""
    return board.phase in ESTIMATES_SHOWN or (board.settings.free and board.phase != "cut")


def view_vote(board: Board, record_id: str, viewer: Viewer) -> VoteRecord | None:
    target = target_of(record_id)
    mine = mine_on(board, viewer.person, target) if viewer.person else 0
    total = board.total_on(target) if totals_shown(board) else 0
    if not mine and not total:
        return None
    return VoteRecord(
        id=record_id,
        seq=board.stamp(record_id, viewer),
        target=target,
        mine=mine,
        total=total if totals_shown(board) else UNSET,
    )


def voters(board: Board) -> dict[TargetId, set[PersonId]]:
    """Return who has votes that count on each target, in one pass."""
    voters_by_target: dict[TargetId, set[PersonId]] = {}
    for person, mine in board.votes.items():
        for raw in mine:
            if target := board.counts_on(raw):
                voters_by_target.setdefault(target, set()).add(person)
    return voters_by_target


def vote_concerns(board: Board, record_id: str) -> set[PersonId]:
    """Return the people whose own view of a vote record differs from the others': those who voted there."""
    target = target_of(record_id)
    return {person for person in board.votes if mine_on(board, person, target)}


def view_estimate(board: Board, record_id: str, viewer: Viewer) -> EstimateRecord | None:
    """Return the record of an estimate: its number at once, its values if there are `FEWEST_ESTIMATES`."""
    target = target_of(record_id)
    all_knots = board.estimates.get(target, {})
    mine = all_knots.get(viewer.person) if viewer.person else None
    shown = sorted(of for person, of in all_knots.items() if board.counts(person)) if estimates_shown(board) else []
    if board.counts_on(target) != target or (mine is None and not shown):
        return None
    record = EstimateRecord(
        id=record_id, seq=board.stamp(record_id, viewer), target=target, mine=UNSET if mine is None else mine
    )
    if shown:
        record.n = len(shown)
    if len(shown) >= board.fewest_estimates.get(target, 1):
        record.low, record.high = shown[0], shown[-1]
        record.median = statistics.median(shown)
    return record


def estimators(board: Board, record_id: str) -> set[PersonId]:
    """Return who has estimated a target, if it can be estimated."""
    target = target_of(record_id)
    return set(board.estimates.get(target, ())) if board.counts_on(target) == target else set()


def estimate_concerns(board: Board, record_id: str) -> set[PersonId]:
    """Return the people whose own view of an estimate record differs: those who gave one."""
    return set(board.estimates.get(target_of(record_id), ()))


def has_voted(board: Board, person: PersonId) -> bool:
    """Whether somebody has a vote that counts."""
    return any(board.counts_on(raw) for raw in board.votes.get(person, ()))


def has_placed_all(board: Board, person: PersonId) -> bool:
    """Whether somebody has no vote left to place."""
    return spent_by(board, person) >= board.settings.votes_each


def has_too_many(board: Board, person: PersonId) -> bool:
    """Whether somebody has more votes that count than they could place now: a limit was lowered since.

    Votes that a merge brought together are not too many for a theme.
    """
    settings, mine = board.settings, board.votes.get(person, {})
    return spent_by(board, person) > settings.votes_each or any(
        count > settings.votes_per_theme and board.counts_on(raw) for raw, count in mine.items()
    )


def spent_by(board: Board, person: PersonId) -> int:
    """Return how many votes of a person count anywhere."""
    return sum(count for raw, count in board.votes.get(person, {}).items() if board.counts_on(raw))


def mine_on(board: Board, person: PersonId, target: TargetId) -> int:
    """Return how many votes of a person count on a target."""
    return sum(count for raw, count in board.votes.get(person, {}).items() if board.counts_on(raw) == target)


def touch_choices(board: Board, person: PersonId) -> None:
    """Note that somebody's votes, estimates and agreements count no more, or again."""
    for card in board.cards.values():
        if person in card.agreed:
            board.touch(card.id)
    if totals_shown(board):
        for target in {board.counts_on(raw) for raw in board.votes.get(person, ())} - {None}:
            board.touch(f"vote:{target}")
    if estimates_shown(board):
        for target, knots in board.estimates.items():
            if person in knots:
                board.touch(f"estimate:{target}")
