"""Before the summary leaves: rewording what one wrote, in any phase, while the link has been announced and is closed.

Pure. Taking it back is `take_back` with one record (`erasure.py`); the announcement, `summary_link.py`.
"""

from __future__ import annotations

from speedboat.domain.declarations import ALICE, BOB, DAN, declare, does, done, refused
from speedboat.domain.features.actions import ActionSet
from speedboat.domain.features.cards import CardEdited
from speedboat.domain.features.erasure import ACT, BUDGET, DISCUSSED, SMILE, WRITTEN, WireOwnId
from speedboat.domain.ids import ActionId, CardId
from speedboat.domain.messages import TEXT_LIMIT, Command, Decision, Refused, Viewer, undo
from speedboat.domain.permissions import EVERY, May
from speedboat.domain.state import Board
from speedboat.domain.validation import clean_text


def is_announced(board: Board, now: int) -> bool:
    """Whether the summary will leave soon, and has not left yet."""
    return board.summary_shared and now < board.summary_opens


# --- reword ----------------------------------------------------------------------------------------------------------


class Reword(Command, frozen=True, tag="reword"):
    """Say one's own card or action in other words before the summary leaves, in any phase."""

    target: WireOwnId
    text: str


def reword(board: Board, command: Reword, who: Viewer, now: int) -> Decision:
    if not is_announced(board, now):
        raise Refused("not_announced")
    text = clean_text(command.text)
    action = board.actions.get(ActionId(command.target))
    if action is not None and not action.deleted:
        if action.by != who.person:
            raise Refused("not_yours", "target")
        if text == action.text:
            return Decision([])
        fact = ActionSet(action.id, text, action.state, action.by, action.owner, action.due, action.theme)
        return Decision([fact], [undo("reword", target=action.id, text=action.text)])
    card = board.cards.get(CardId(command.target))
    if card is None or card.deleted:
        raise Refused("unknown_target", "target")
    if card.author != who.person:
        raise Refused("not_yours", "target")
    if text == card.text:
        return Decision([])
    return Decision([CardEdited(card.id, text)], [undo("reword", target=card.id, text=card.text)] if card.text else [])


ANNOUNCED = does(ALICE, "share_summary", shared=True, wait=15)
LEAVING = (*DISCUSSED, does(ALICE, "set_phase", phase="closed"), ANNOUNCED)
REWORD = declare(
    Reword,
    reword,
    May(EVERY, EVERY, locked=True),
    done(BOB, CardEdited(BUDGET, "Peu de budget"), after=LEAVING, target=BUDGET, text="Peu de budget"),
    done(BOB, ActionSet(ACT, "Appeler", "proposed", BOB), after=LEAVING, target=ACT, text="Appeler"),
    done(BOB, after=LEAVING, target=BUDGET, text=" Pas de budget"),
    done(BOB, after=LEAVING, target=ACT, text="Écrire "),
    refused(BOB, "not_announced", after=DISCUSSED, target=BUDGET, text="Peu de budget"),
    refused(
        BOB,
        "not_announced",
        after=[*WRITTEN, does(ALICE, "share_summary", shared=True)],
        target=BUDGET,
        text="Peu de budget",
    ),
    refused(
        BOB,
        "not_announced",
        after=[*LEAVING, does(ALICE, "share_summary", shared=False)],
        target=BUDGET,
        text="Peu de budget",
    ),
    refused(DAN, "not_yours", "target", after=LEAVING, target=BUDGET, text="Peu de budget"),
    refused(ALICE, "not_yours", "target", after=LEAVING, target=SMILE, text="Peu de budget"),
    refused(DAN, "not_yours", "target", after=LEAVING, target=ACT, text="Appeler"),
    refused(BOB, "unknown_target", "target", after=[ANNOUNCED], target=BUDGET, text="Peu de budget"),
    refused(BOB, "text_empty", "text", after=LEAVING, target=BUDGET, text=" "),
    refused(BOB, "text_too_long", "text", after=LEAVING, target=BUDGET, text="x" * (TEXT_LIMIT + 1)),
    refused(BOB, "text_malformed", "text", after=LEAVING, target=BUDGET, text="\ud800"),
    refusals=["not_announced", "not_yours", "unknown_target", "text_empty", "text_too_long", "text_malformed"],
)
