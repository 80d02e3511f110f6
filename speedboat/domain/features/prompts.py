"""Open kinds of cards, and the prompt of each. Commands, facts, fold and rules. Pure."""

from __future__ import annotations

from typing import Annotated

import msgspec

from speedboat.domain.declarations import ALICE, BOB, declare, does, done, refused
from speedboat.domain.features.people import nobody_is_ready
from speedboat.domain.folds import folds
from speedboat.domain.messages import TEXT_LIMIT, Command, Decision, Event, Fact, Viewer, undo
from speedboat.domain.permissions import NEVER, OPEN, May
from speedboat.domain.scene import KINDS, Kind
from speedboat.domain.state import Board
from speedboat.domain.validation import clean_text


class KindsOpened(Fact, frozen=True, tag="kinds_opened"):
    """These kinds of cards can be written from now on.

    `restarts`: nobody is done with them yet; logs from before that was the rule leave "I am done" as it was.
    """

    kinds: list[Kind]
    restarts: bool = False


class PromptSet(Fact, frozen=True, tag="prompt_set"):
    """The prompt of a kind was changed; '' is the default one."""

    kind: Kind
    text: str


def kinds_opened(board: Board, fact: KindsOpened, event: Event) -> None:
    board.kinds_open = list(fact.kinds)
    if fact.restarts:
        nobody_is_ready(board)
    board.touch("workshop")


def prompt_set(board: Board, fact: PromptSet, event: Event) -> None:
    if fact.text:
        board.prompts[fact.kind] = fact.text
    else:
        board.prompts.pop(fact.kind, None)
    board.touch("workshop")


FOLDS = dict([folds(KindsOpened, kinds_opened), folds(PromptSet, prompt_set)])


FACILITATORS = May(NEVER, OPEN)


# --- open_kinds ------------------------------------------------------------------------------------------------------


class OpenKinds(Command, frozen=True, tag="open_kinds"):
    """Set which kinds of cards can be written."""

    kinds: Annotated[list[Kind], msgspec.Meta(max_length=3)]


def open_kinds(board: Board, command: OpenKinds, who: Viewer, now: int) -> Decision:
    kinds = [kind for kind in KINDS if kind in command.kinds]
    if kinds == board.kinds_open:
        return Decision([])
    return Decision([KindsOpened(kinds, restarts=True)], [undo("open_kinds", kinds=board.kinds_open)])


OPEN_KINDS = declare(
    OpenKinds,
    open_kinds,
    FACILITATORS,
    done(ALICE, KindsOpened(["wind", "anchor"], restarts=True), kinds=["anchor", "wind", "anchor"]),
    done(ALICE, KindsOpened([], restarts=True), kinds=[]),
    done(
        ALICE,
        KindsOpened(["shark"], restarts=True),
        after=[does(BOB, "ready", ready=True)],
        leaves="being done is said by each person for themselves, once for each kind that is opened",
        kinds=["shark"],
    ),
    done(ALICE, kinds=["wind", "anchor", "shark"]),
)


# --- set_prompt ------------------------------------------------------------------------------------------------------


class SetPrompt(Command, frozen=True, tag="set_prompt"):
    """Set the prompt of a kind; '' is the default one."""

    kind: Kind
    text: str


def set_prompt(board: Board, command: SetPrompt, who: Viewer, now: int) -> Decision:
    text, before = clean_text(command.text, may_be_empty=True), board.prompts.get(command.kind, "")
    if text == before:
        return Decision([])
    return Decision([PromptSet(command.kind, text)], [undo("set_prompt", kind=command.kind, text=before)])


PROMPTED = does(ALICE, "set_prompt", kind="wind", text="Qu’est-ce qui nous pousse ?")
SET_PROMPT = declare(
    SetPrompt,
    set_prompt,
    FACILITATORS,
    done(ALICE, PromptSet("wind", "Nos forces ?"), kind="wind", text=" Nos forces ? "),
    done(ALICE, PromptSet("wind", "Nos forces ?"), after=[PROMPTED], kind="wind", text="Nos forces ?"),
    done(ALICE, PromptSet("wind", ""), after=[PROMPTED], kind="wind", text=" "),
    done(ALICE, after=[PROMPTED], kind="wind", text="Qu’est-ce qui nous pousse ?"),
    done(ALICE, kind="wind", text=""),
    refused(ALICE, "text_too_long", "text", kind="wind", text="p" * (TEXT_LIMIT + 1)),
    refused(ALICE, "text_malformed", "text", kind="wind", text="\ud83d"),
    refusals=["text_too_long", "text_malformed"],
)
