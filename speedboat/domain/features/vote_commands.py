"""The commands of voting, and of estimating how much a brake holds the boat back.

Pure. Where votes and estimates count and who sees them is in `votes.py`.
"""

from __future__ import annotations

from speedboat.domain.declarations import ALICE, BOB, DAN, declare, does, done, refused
from speedboat.domain.features.cards import can_read
from speedboat.domain.features.votes import (
    FEWEST_ESTIMATES,
    MOST_KNOTS,
    Estimated,
    Voted,
    WireTargetId,
    mine_on,
    spent_by,
)
from speedboat.domain.ids import CardId, PersonId, TargetId, ThemeId, is_card
from speedboat.domain.messages import Command, Decision, Refused, Viewer, undo
from speedboat.domain.permissions import May
from speedboat.domain.state import Board
from speedboat.domain.validation import finite

CARD, OTHER, THIRD = (CardId(f"card:{n:016d}") for n in (1, 2, 3))
THEME, SECOND = (ThemeId(f"theme:{n:016d}") for n in (1, 2))
WRITTEN = (
    does(BOB, "add_card", card=CARD, kind="anchor", text="Pas de budget", weight=1),
    does(BOB, "add_card", card=OTHER, kind="anchor", text="Trop cher", weight=0.5),
    does(BOB, "add_card", card=THIRD, kind="shark", text="L’hiver", weight=0.5),
    does(ALICE, "set_phase", phase="group"),
    does(ALICE, "add_theme", theme=THEME, title="Budget", cards=[OTHER]),
)
VOTE_PHASE, CUT_PHASE = does(ALICE, "set_phase", phase="vote"), does(ALICE, "set_phase", phase="cut")
ONE_PHONE = does(ALICE, "change_settings", one_phone_one_person=True)
TWO_EACH = does(ALICE, "change_settings", votes_each=2, votes_per_theme=2)
# Hidden from all but their author, which only free workshops can vote on.
HIDDEN = (*WRITTEN, does(ALICE, "change_settings", free=True), does(ALICE, "set_phase", phase="write"))
TARGET_REFUSALS = ("unknown_target", "hidden_card", "in_a_theme")


def votable(board: Board, target: TargetId, who: Viewer, field: str = "target") -> TargetId:
    """Return the target: a theme, or a card without one, that this person may read.

    Raises:
        Refused: `unknown_target`, `hidden_card`, or `in_a_theme` (vote for its theme instead).
    """
    home = board.counts_on(target)
    if home is None:
        raise Refused("unknown_target", field)
    if is_card(target) and not can_read(board, target, who):
        raise Refused("hidden_card", field)
    if home != target:
        raise Refused("in_a_theme" if is_card(target) else "unknown_target", field)
    return target


# --- vote ------------------------------------------------------------------------------------------------------------


class Vote(Command, frozen=True, tag="vote"):
    """`count` is my number of votes on the target afterwards."""

    target: WireTargetId
    count: int


def vote(board: Board, command: Vote, who: Viewer, now: int) -> Decision:
    target, person = votable(board, command.target, who), who.somebody
    finite(command.count, "count", 0)
    mine = mine_on(board, person, target)
    if command.count == mine:
        return Decision([])
    # Taking back is always allowed, also from a pile that a merge made higher than the limit; putting back is not.
    beyond = _beyond_budget(board, person, target, max(0, command.count - mine))
    if command.count > mine and beyond:
        raise beyond
    changes = _spread(board, person, target, command.count - mine)
    back = [] if beyond else [undo("vote", target=target, count=mine)]
    return Decision([Voted(person, changes)], back)


def _beyond_budget(board: Board, person: PersonId, target: TargetId, more: int) -> Refused | None:
    """Return the refusal for votes over the limit of a person, or of everybody from the same device."""
    settings, sharers = board.settings, board.sharers(person)
    details: dict[str, object] = {"device": True} if len(sharers) > 1 else {}
    if sum(mine_on(board, sharer, target) for sharer in sharers) + more > settings.votes_per_theme:
        return Refused("too_many_on_theme", "count", limit=settings.votes_per_theme, **details)
    if sum(spent_by(board, sharer) for sharer in sharers) + more > settings.votes_each:
        return Refused("votes_spent", "count", limit=settings.votes_each, **details)
    return None


def _spread(board: Board, person: PersonId, target: TargetId, difference: int) -> dict[TargetId, int]:
    """Distribute a change of votes: added on the target itself, removed there before those that came with its cards."""
    mine = board.votes.get(person, {})
    if difference > 0:
        return {target: mine.get(target, 0) + difference}
    changes: dict[TargetId, int] = {}
    piles = [raw for raw in mine if board.counts_on(raw) == target]
    for raw in sorted(piles, key=lambda raw: (raw != target, raw)):
        count = min(mine[raw], -difference)
        if count:
            changes[raw] = mine[raw] - count
            difference += count
    return changes


VOTING = (*WRITTEN, VOTE_PHASE)
TWO_VOTES = (*VOTING, does(BOB, "vote", target=CARD, count=2))
BOTH_SPENT = (TWO_EACH, *VOTING, does(BOB, "vote", target=THEME, count=1), does(BOB, "vote", target=CARD, count=1))
MOVED = (*TWO_VOTES, does(BOB, "vote", target=THEME, count=1), does(ALICE, "put_in_theme", card=CARD, theme=THEME))
MERGED = (
    *WRITTEN,
    does(ALICE, "add_theme", theme=SECOND, title="Temps"),
    does(ALICE, "merge_themes", theme=SECOND, into=THEME),
    VOTE_PHASE,
)
SHARED = (TWO_EACH, ONE_PHONE, *VOTING, does(BOB, "vote", target=CARD, count=1))

VOTE = declare(
    Vote,
    vote,
    May(("vote",), ("vote",)),
    done(BOB, Voted(BOB, {THEME: 3}), after=VOTING, target=THEME, count=3),
    done(ALICE, Voted(ALICE, {CARD: 1}), after=TWO_VOTES, target=CARD, count=1),
    done(BOB, Voted(BOB, {CARD: 3}), after=TWO_VOTES, target=CARD, count=3),
    done(BOB, Voted(BOB, {CARD: 1}), after=TWO_VOTES, target=CARD, count=1),
    done(BOB, Voted(BOB, {CARD: 0}), after=TWO_VOTES, target=CARD, count=0),
    # From the theme itself first, then from what came with its cards.
    done(BOB, Voted(BOB, {THEME: 0}), after=MOVED, target=THEME, count=2),
    done(BOB, Voted(BOB, {THEME: 0, CARD: 1}), after=MOVED, target=THEME, count=1),
    done(BOB, Voted(BOB, {THEME: 2}), after=[TWO_EACH, *VOTING], target=THEME, count=2),
    done(DAN, Voted(DAN, {CARD: 1}), after=SHARED, one_device=[BOB, DAN], target=CARD, count=1),
    done(BOB, after=VOTING, target=CARD, count=0),
    done(BOB, after=TWO_VOTES, target=CARD, count=2),
    refused(BOB, "unknown_target", "target", after=[VOTE_PHASE], target=CARD, count=1),
    refused(BOB, "unknown_target", "target", after=[VOTE_PHASE], target=THEME, count=1),
    refused(
        BOB,
        "unknown_target",
        "target",
        after=MERGED,
        target=SECOND,
        count=1,
    ),
    refused(DAN, "hidden_card", "target", after=HIDDEN, target=CARD, count=1),
    refused(BOB, "in_a_theme", "target", after=VOTING, target=OTHER, count=1),
    refused(BOB, "out_of_range", "count", after=VOTING, target=CARD, count=-1),
    refused(BOB, "too_many_on_theme", "count", after=VOTING, target=CARD, count=4),
    refused(BOB, "too_many_on_theme", "count", after=TWO_VOTES, target=CARD, count=4),
    refused(DAN, "too_many_on_theme", "count", after=SHARED, one_device=[BOB, DAN], target=CARD, count=2),
    refused(BOB, "votes_spent", "count", after=BOTH_SPENT, target=CARD, count=2),
    refused(BOB, "votes_spent", "count", after=BOTH_SPENT, target=THIRD, count=1),
    refused(DAN, "votes_spent", "count", after=SHARED, one_device=[BOB, DAN], target=THEME, count=2),
    refusals=[*TARGET_REFUSALS, "out_of_range", "too_many_on_theme", "votes_spent"],
)


# --- estimate --------------------------------------------------------------------------------------------------------


class Estimate(Command, frozen=True, tag="estimate"):
    """How many knots the boat would gain if this rope were cut (Hohmann, Innovation Games, 2006)."""

    target: WireTargetId
    knots: float | None


def estimate(board: Board, command: Estimate, who: Viewer, now: int) -> Decision:
    target, person = votable(board, command.target, who), who.somebody
    knots = None if command.knots is None else finite(command.knots, "knots", 0, MOST_KNOTS)
    estimates = board.estimates.get(target, {})
    is_given_on_device = bool(estimates.keys() & (board.sharers(person) - {person}))
    if knots is not None and is_given_on_device:
        raise Refused("estimated_on_device", "target")
    if knots == estimates.get(person):
        return Decision([])
    back = [] if is_given_on_device else [undo("estimate", target=target, knots=estimates.get(person))]
    return Decision([Estimated(person, target, knots, FEWEST_ESTIMATES)], back)


CUTTING = (*WRITTEN, CUT_PHASE)
ESTIMATED = (*CUTTING, does(BOB, "estimate", target=CARD, knots=8))

ESTIMATE = declare(
    Estimate,
    estimate,
    May(("cut",), ("cut",)),
    done(BOB, Estimated(BOB, THEME, 0, 3), after=CUTTING, target=THEME, knots=0),
    done(BOB, Estimated(BOB, CARD, 100, 3), after=ESTIMATED, target=CARD, knots=100),
    done(BOB, Estimated(BOB, CARD, None, 3), after=ESTIMATED, target=CARD, knots=None),
    done(DAN, Estimated(DAN, CARD, 5, 3), after=ESTIMATED, one_device=[BOB, DAN], target=CARD, knots=5),
    done(BOB, Estimated(BOB, CARD, 5, 3), after=[ONE_PHONE, *ESTIMATED], one_device=[BOB, DAN], target=CARD, knots=5),
    done(DAN, Estimated(DAN, THEME, 5, 3), after=[ONE_PHONE, *ESTIMATED], one_device=[BOB, DAN], target=THEME, knots=5),
    done(BOB, after=ESTIMATED, target=CARD, knots=8),
    done(DAN, after=ESTIMATED, target=CARD, knots=None),
    refused(BOB, "unknown_target", "target", after=[CUT_PHASE], target=CARD, knots=5),
    refused(DAN, "hidden_card", "target", after=HIDDEN, target=CARD, knots=5),
    refused(BOB, "in_a_theme", "target", after=CUTTING, target=OTHER, knots=5),
    refused(BOB, "not_finite", "knots", after=CUTTING, target=CARD, knots=float("nan")),
    refused(BOB, "out_of_range", "knots", after=CUTTING, target=CARD, knots=-0.5),
    refused(BOB, "out_of_range", "knots", after=CUTTING, target=CARD, knots=100.5),
    refused(
        DAN,
        "estimated_on_device",
        "target",
        after=[ONE_PHONE, *ESTIMATED],
        one_device=[BOB, DAN],
        target=CARD,
        knots=5,
    ),
    refusals=[*TARGET_REFUSALS, "not_finite", "out_of_range", "estimated_on_device"],
)
