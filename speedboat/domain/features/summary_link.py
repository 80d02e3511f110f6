"""Sharing the summary page by a link, and ending that: the commands, the facts, the fold, the rules.

Pure. The log says only the number of the link; the secret in it is made from that by `access.KeyMaker`, and the
database keeps its hash.
"""

from __future__ import annotations

from typing import Any

from speedboat.domain.messages import Command, Decision, Event, Fact, Viewer, Whole
from speedboat.domain.state import Board


class ShareSummary(Command, frozen=True, tag="share_summary"):
    """Answered with the `secret` of the link while it is shared. Shared anew after an end, it is another link."""

    shared: bool


class SummaryShared(Fact, frozen=True, tag="summary_shared"):
    """`link` is the number of the link, 1 for the first."""

    link: Whole


class SummaryEnded(Fact, frozen=True, tag="summary_ended"):
    link: Whole


def summary_shared(board: Board, fact: SummaryShared, event: Event) -> None:
    board.summary_link, board.summary_shared = fact.link, True
    board.touch("workshop")


def summary_ended(board: Board, fact: SummaryEnded, event: Event) -> None:
    board.summary_shared = False
    board.touch("workshop")


FOLDS: dict[type[Fact], Any] = {SummaryShared: summary_shared, SummaryEnded: summary_ended}


def share_summary(board: Board, command: ShareSummary, who: Viewer, now: int) -> Decision:
    """No undo: a link that was sent cannot be brought back by another one."""
    if command.shared == board.summary_shared:
        return Decision([])
    if command.shared:
        return Decision([SummaryShared(board.summary_link + 1)])
    return Decision([SummaryEnded(board.summary_link)])


RULES: dict[type[Command], Any] = {ShareSummary: share_summary}
