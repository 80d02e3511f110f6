"""Sharing the summary page by a link, and ending that: the commands, the facts, the fold, the rules.

Pure. The log says only the number of the link; the secret in it is made from that by `access.KeyMaker`, and the
database keeps its hash. Before a link opens, everybody in the room may read what will leave, and reword or take back
what they wrote: see `release.py`.
"""

from __future__ import annotations

from speedboat.domain.declarations import ALICE, NOW, declare, does, done, refused
from speedboat.domain.folds import folds
from speedboat.domain.messages import Command, Decision, Event, Fact, Refused, Viewer, Whole
from speedboat.domain.permissions import EVERY, NEVER, May
from speedboat.domain.state import Board


class SummaryShared(Fact, frozen=True, tag="summary_shared"):
    """`link` is the number of the link, 1 for the first.

    It shows the summary from `opens` until `expires`, ms since the epoch; 0: at once, and without end.
    """

    link: Whole
    opens: Whole = 0
    expires: Whole = 0


class SummaryEnded(Fact, frozen=True, tag="summary_ended"):
    """A link to the summary was ended."""

    link: Whole


def summary_shared(board: Board, fact: SummaryShared, event: Event) -> None:
    board.summary_link, board.summary_shared = fact.link, True
    board.summary_opens, board.summary_expires = fact.opens, fact.expires
    board.touch("workshop")


def summary_ended(board: Board, fact: SummaryEnded, event: Event) -> None:
    board.summary_shared = False
    board.summary_opens = board.summary_expires = 0
    board.touch("workshop")


FOLDS = dict([folds(SummaryShared, summary_shared), folds(SummaryEnded, summary_ended)])


# --- share_summary ---------------------------------------------------------------------------------------------------

MOST_WAIT = 7 * 24 * 60  # minutes
USUAL_DAYS, MOST_DAYS = 90, 3650
MINUTE, DAY = 60_000, 86_400_000  # ms


class ShareSummary(Command, frozen=True, tag="share_summary"):
    """Answered with the `secret` of the link while it is shared. Shared anew after an end, it is another link.

    It opens `wait` minutes from now, and expires after so many `days` more.
    """

    shared: bool
    wait: int = 0
    days: int = USUAL_DAYS


def share_summary(board: Board, command: ShareSummary, who: Viewer, now: int) -> Decision:
    if not 0 <= command.wait <= MOST_WAIT:
        raise Refused("out_of_range", "wait", low=0, high=MOST_WAIT)
    if not 1 <= command.days <= MOST_DAYS:
        raise Refused("out_of_range", "days", low=1, high=MOST_DAYS)
    has_expired = 0 < board.summary_expires <= now
    if command.shared == (board.summary_shared and not has_expired):
        return Decision([])
    if command.shared:
        opens = now + command.wait * MINUTE if command.wait else 0
        return Decision(
            [SummaryShared(board.summary_link + 1, opens, now + command.wait * MINUTE + command.days * DAY)]
        )
    return Decision([SummaryEnded(board.summary_link)] if board.summary_shared else [])


SHARED = does(ALICE, "share_summary", shared=True)
ENDED = does(ALICE, "share_summary", shared=False)
IN_90_DAYS = NOW + USUAL_DAYS * DAY
SHARE_SUMMARY = declare(
    ShareSummary,
    share_summary,
    May(NEVER, EVERY),
    done(ALICE, SummaryShared(1, 0, IN_90_DAYS), shared=True),
    done(ALICE, SummaryShared(1, NOW + 15 * MINUTE, NOW + 15 * MINUTE + DAY), shared=True, wait=15, days=1),
    done(ALICE, SummaryEnded(1), after=[SHARED], shared=False),
    done(ALICE, SummaryShared(2, 0, IN_90_DAYS), after=[SHARED, ENDED], shared=True),
    done(ALICE, after=[SHARED], shared=True),
    done(ALICE, shared=False),
    refused(ALICE, "out_of_range", "wait", shared=True, wait=MOST_WAIT + 1),
    refused(ALICE, "out_of_range", "wait", shared=True, wait=-1),
    refused(ALICE, "out_of_range", "days", shared=True, days=0),
    refused(ALICE, "out_of_range", "days", shared=True, days=MOST_DAYS + 1),
    refusals=["out_of_range"],
    no_undo="a link that was sent cannot be called back, and one that has ended is not made again",
)


# --- end_summary -----------------------------------------------------------------------------------------------------


class EndSummary(Command, frozen=True, tag="end_summary", tag_field="act"):
    """Not on the wire: an organiser ends the link from the library."""


def end_summary(board: Board, command: EndSummary, who: Viewer, now: int) -> Decision:
    return Decision([SummaryEnded(board.summary_link)] if board.summary_shared else [])


END_SUMMARY = declare(
    EndSummary,
    end_summary,
    May(NEVER, NEVER),
    done(ALICE, SummaryEnded(1), after=[SHARED]),
    done(ALICE),
    no_undo="a link that has ended is not made again",
    on_wire=False,
)
