"""Sharing the summary page by a link, and ending that: the commands, the facts, the fold, the rules.

Pure. The log says only the number of the link; the secret in it is made from that by `access.KeyMaker`, and the
database keeps its hash.
"""

from __future__ import annotations

from speedboat.domain.declarations import ALICE, declare, does, done
from speedboat.domain.folds import folds
from speedboat.domain.messages import Command, Decision, Event, Fact, Viewer, Whole
from speedboat.domain.permissions import EVERY, NEVER, May
from speedboat.domain.state import Board


class SummaryShared(Fact, frozen=True, tag="summary_shared"):
    """`link` is the number of the link, 1 for the first."""

    link: Whole


class SummaryEnded(Fact, frozen=True, tag="summary_ended"):
    """A link to the summary was ended."""

    link: Whole


def summary_shared(board: Board, fact: SummaryShared, event: Event) -> None:
    board.summary_link, board.summary_shared = fact.link, True
    board.touch("workshop")


def summary_ended(board: Board, fact: SummaryEnded, event: Event) -> None:
    board.summary_shared = False
    board.touch("workshop")


FOLDS = dict([folds(SummaryShared, summary_shared), folds(SummaryEnded, summary_ended)])


# --- share_summary ---------------------------------------------------------------------------------------------------


class ShareSummary(Command, frozen=True, tag="share_summary"):
    """Answered with the `secret` of the link while it is shared. Shared anew after an end, it is another link."""

    shared: bool


def share_summary(board: Board, command: ShareSummary, who: Viewer, now: int) -> Decision:
    if command.shared == board.summary_shared:
        return Decision([])
    if command.shared:
        return Decision([SummaryShared(board.summary_link + 1)])
    return Decision([SummaryEnded(board.summary_link)])


SHARED = does(ALICE, "share_summary", shared=True)
ENDED = does(ALICE, "share_summary", shared=False)
SHARE_SUMMARY = declare(
    ShareSummary,
    share_summary,
    May(NEVER, EVERY),
    done(ALICE, SummaryShared(1), shared=True),
    done(ALICE, SummaryEnded(1), after=[SHARED], shared=False),
    done(ALICE, SummaryShared(2), after=[SHARED, ENDED], shared=True),
    done(ALICE, after=[SHARED], shared=True),
    done(ALICE, shared=False),
    no_undo="a link that was sent cannot be called back, and one that has ended is not made again",
)
