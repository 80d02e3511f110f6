"""One group: what is decided together, and written in one transaction with its answers.

Nothing is handed out from here: `workshop.py` does that once it is committed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Protocol

import msgspec
from msgspec import UNSET

from speedboat.asked import Act, Answer
from speedboat.board import Board
from speedboat.cards import CardsErased
from speedboat.door import Join, SetDoor
from speedboat.log import Decision, Event, Refused
from speedboat.path import WorkshopCreated, WorkshopRenamed
from speedboat.people import KeyRenewed, RenewKey
from speedboat.rules import COMING_IN, decide
from speedboat.sharing import ShareSummary, SummaryEnded, SummaryShared
from speedboat.store import Transaction
from speedboat.store_people import set_device

log = logging.getLogger(__name__)

encode = msgspec.json.Encoder().encode
_IN_ROWS = frozenset((WorkshopCreated, WorkshopRenamed, KeyRenewed, SummaryShared, SummaryEnded))
_SECRET = frozenset((RenewKey, ShareSummary))
BoardAt = Callable[[Transaction, int, int], Board]


class Keys(Protocol):
    """What this file needs of `access.KeyMaker`: the `number`-th facilitator key of a workshop, the `number`-th secret
    of the link to its summary, and their hashes."""

    def key(self, workshop: int, number: int, salt: str) -> str: ...
    def key_hash(self, workshop: int, number: int, salt: str) -> str: ...
    def summary(self, workshop: int, number: int, salt: str) -> str: ...
    def summary_hash(self, workshop: int, number: int, salt: str) -> str: ...


class Group:
    """What one transaction gathers before it is written."""

    def __init__(self, transaction: Transaction, now: int, keys: Keys, board_at: BoardAt) -> None:
        self.transaction = transaction
        self.now = now
        self.keys = keys
        self.board_at = board_at
        self.written: list[tuple[int, Event]] = []
        self.answers: dict[tuple[int, str, str], str] = {}
        self.replies: list[tuple[Callable[[Any], None], Any]] = []
        self.last: dict[int, int] = {}

    def decide(self, workshop: int, seq: int, acts: list[Act]) -> None:
        board = self.board_at(self.transaction, workshop, seq)
        keys = [(workshop, act.who.person, act.command.id) for act in acts if act.who.person and _is_kept(act)]
        given = self.transaction.answered(keys) if keys else {}
        for act in acts:
            key = (workshop, str(act.who.person), act.command.id)
            before = given.get(key) or self.answers.get(key)
            retried = before is not None and _is_kept(act)
            answer = _answer_again(str(before)) if retried else self._act(board, key, act)
            if type(act.command) in _SECRET and answer.encoded:
                answer = self._with_secret(workshop, answer)
            self.replies.append((act.reply, answer))

    def _with_secret(self, workshop: int, answer: Answer) -> Answer:
        """A key or link goes to whoever asked for it, and is not kept with their answer: it can be made again."""
        told, salt = msgspec.json.decode(answer.encoded), self.transaction.salt(workshop)
        if "key_number" in told:
            told["key"] = self.keys.key(workshop, told["key_number"], salt)
        if "link_number" in told:
            told["secret"] = self.keys.summary(workshop, told["link_number"], salt)
        return Answer(encode(told), answer.seq)

    def _act(self, board: Board, key: tuple[int, str, str], act: Act) -> Answer:
        try:
            decision = self._refuse_old_key(key[0], act) or decide(board, act.command, act.who, self.now)
        except Exception:
            # A fault of ours in one rule: the others in the group must not suffer. No text of the command is logged.
            log.exception("the rule of %s failed", type(act.command).__name__)
            return Answer(refusal=Refused("internal_error"))
        if isinstance(decision, Refused):
            answer = Answer(refusal=decision)
        else:
            self._apply(board, key[0], act, decision)
            if decision.refusal:
                return Answer(refusal=decision.refusal)
            answer = Answer(_encode_done(board.seq, decision, _number(board, act.command)), board.seq)
        if act.who.person and _is_kept(act):
            self.answers[key] = answer.encoded.decode() if answer.encoded else _encode_refusal(decision)
        return answer

    def _refuse_old_key(self, workshop: int, act: Act) -> Refused | None:
        """A join whose key was renewed after it was checked; only in this transaction is it sure."""
        if not isinstance(act.command, Join) or act.command.key_hash is None:
            return None
        row = self.transaction.get(workshop)
        is_current = row is not None and row.key_hash == act.command.key_hash
        return None if is_current else Refused("bad_key", "key")

    def _apply(self, board: Board, workshop: int, act: Act, decision: Decision) -> None:
        for fact in decision.facts:
            event = Event(board.seq + 1, self.now, act.who.person, fact)
            board.apply(event)
            self.written.append((workshop, event))
            self.last[workshop] = event.seq
            self._beside_the_log(workshop, fact)
        if isinstance(act.command, SetDoor) and act.command.passphrase is not UNSET:
            self.transaction.change_workshop(workshop, passphrase=act.command.passphrase)
        # Only now: the list of people of an anonymous workshop goes on saying what somebody was called.
        for person, name in decision.names.items():
            self.transaction.set_name(workshop, person, name)
            board.names[person] = name
        for person, device in decision.devices.items():
            set_device(self.transaction, workshop, person, device)
            board.devices[person] = device

    def _beside_the_log(self, workshop: int, fact: Any) -> None:
        """What a fact changes in rows, in the same transaction."""
        if type(fact) not in _IN_ROWS:
            return
        if isinstance(fact, WorkshopRenamed | WorkshopCreated):
            self.transaction.change_workshop(workshop, title=fact.title, objective=fact.objective)
        elif isinstance(fact, KeyRenewed):
            key_hash = self.keys.key_hash(workshop, fact.key, self.transaction.salt(workshop))
            self.transaction.change_workshop(workshop, key_hash=key_hash)
        elif isinstance(fact, SummaryShared):
            summary_hash = self.keys.summary_hash(workshop, fact.link, self.transaction.salt(workshop))
            self.transaction.change_workshop(workshop, summary_hash=summary_hash)
        elif isinstance(fact, SummaryEnded):
            self.transaction.change_workshop(workshop, summary_hash=None)

    def write(self) -> None:
        self.transaction.append(self.written, self.last)
        self.transaction.answer([(*key, answer) for key, answer in self.answers.items()])
        for workshop, event in self.written:
            if isinstance(event.fact, CardsErased):
                self.transaction.erase_cards(workshop, event.fact.cards)


def _is_kept(act: Act) -> bool:
    """Whether an answer is kept: not for coming in, which is no command of the wire and changes nothing twice."""
    return type(act.command) not in COMING_IN


def _number(board: Board, command: Any) -> dict[str, int]:
    """Which key or link a command was answered with."""
    if type(command) not in _SECRET:
        return {}
    if isinstance(command, RenewKey):
        return {"key_number": board.key}
    if isinstance(command, ShareSummary) and board.summary_shared:
        return {"link_number": board.summary_link}
    return {}


def _encode_done(seq: int, decision: Decision, number: dict[str, int]) -> bytes:
    if number:
        return encode({"ok": True, "seq": seq, **number})
    if decision.inverse:
        return b'{"ok":true,"seq":%d,"inverse":%b}' % (seq, encode(decision.inverse))
    return b'{"ok":true,"seq":%d}' % seq


def _encode_refusal(decision: Decision | Refused) -> str:
    assert isinstance(decision, Refused)
    error = {"code": decision.code, "field": decision.field, **decision.details}
    return encode({"ok": False, "error": error}).decode()


def _answer_again(text: str) -> Answer:
    answer = msgspec.json.decode(text)
    if answer["ok"]:
        return Answer(text.encode(), answer["seq"])
    error = answer["error"]
    code, field = error.pop("code"), error.pop("field", None)
    return Answer(refusal=Refused(code, field, **error))
