"""One group: what is decided together, and written in one transaction with its answers.

Nothing is handed out from here: `writer.py` does that once it is committed.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from typing import Any, Protocol

import msgspec
from msgspec import UNSET

from speedboat.domain.features.door import SetDoor
from speedboat.domain.features.erasure import ERASING, EraseRecord
from speedboat.domain.features.facilitator_key import KeyRenewed, RenewKey
from speedboat.domain.features.joining import Join
from speedboat.domain.features.person_names import RenameMe, RenamePerson
from speedboat.domain.features.phases import WorkshopCreated
from speedboat.domain.features.settings import WorkshopRenamed
from speedboat.domain.features.summary_link import ShareSummary, SummaryEnded, SummaryShared
from speedboat.domain.messages import Decision, Event, Fact, Refused
from speedboat.domain.projection import apply
from speedboat.domain.rules import INTERNAL, decide
from speedboat.domain.state import Board
from speedboat.storage.erasure_queries import erase, mark, settle, spread
from speedboat.storage.people_queries import set_device
from speedboat.storage.store import Transaction
from speedboat.writing.requests import Act, Answer

log = logging.getLogger(__name__)

encode = msgspec.json.Encoder().encode
_IN_ROWS = frozenset((WorkshopCreated, WorkshopRenamed, KeyRenewed, SummaryShared, SummaryEnded))
_SECRET = frozenset((RenewKey, ShareSummary))
# Undone by whoever has the answer; kept without the name of before, which is nobody's any more.
_NAMING = frozenset((RenameMe, RenamePerson))
BoardAt = Callable[[Transaction, int, int], Board]


class Keys(Protocol):
    """What this file needs of `keys.KeyMaker`: the `number`-th facilitator key of a workshop, the `number`-th secret
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
        self.erased: dict[int, list[Fact]] = defaultdict(list)
        self.settled: dict[int, list[str]] = defaultdict(list)

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
            # A fault of ours in one rule: the others in the group must not suffer. Nothing of the command is logged.
            log.exception("refused %s: its rule failed; this is a bug, please report it", type(act.command).__name__)
            return Answer(refusal=Refused("internal_error"))
        if isinstance(decision, Refused):
            answer = Answer(refusal=decision)
        else:
            self._apply(board, key[0], act, decision)
            if decision.refusal:
                return Answer(refusal=decision.refusal)
            number = _number(board, act.command) or self._spread(key[0], decision)
            answer = Answer(_encode_done(board.seq, decision, number), board.seq)
        if act.who.person and _is_kept(act):
            self.answers[key] = _kept_answer(act, answer, decision)
        return answer

    def _refuse_old_key(self, workshop: int, act: Act) -> Refused | None:
        """A join whose key was renewed after it was checked; only in this transaction is it sure."""
        if not isinstance(act.command, Join) or act.command.key_hash is None:
            return None
        row = self.transaction.get(workshop)
        is_current = row is not None and row.key_hash == act.command.key_hash
        return None if is_current else Refused("bad_key", "key")

    def _spread(self, workshop: int, decision: Decision) -> dict[str, int]:
        """Have records erased later; by when the last of them is."""
        if not decision.later:
            return {}
        return {"erased_by": spread(self.transaction, workshop, decision.later, self.now)}

    def _apply(self, board: Board, workshop: int, act: Act, decision: Decision) -> None:
        for fact in decision.facts:
            event = Event(board.seq + 1, self.now, act.who.person, fact)
            apply(board, event)
            self.written.append((workshop, event))
            self.last[workshop] = event.seq
            self._beside_the_log(workshop, fact)
            if type(fact) in ERASING:
                self.erased[workshop].append(fact)
        if isinstance(act.command, EraseRecord):
            self.settled[workshop].append(act.command.record)
        if isinstance(act.command, SetDoor) and act.command.passphrase is not UNSET:
            self.transaction.change_workshop(workshop, passphrase=act.command.passphrase)
        # Only now: the list of people of an anonymous workshop goes on saying what somebody was called.
        for person, name in decision.names.items():
            self.transaction.set_name(workshop, person, name)
            if board.names.get(person, name) != name:
                mark(self.transaction)
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
        for workshop, facts in self.erased.items():
            erase(self.transaction, workshop, facts)
        for workshop, records in self.settled.items():
            settle(self.transaction, workshop, records)


def _is_kept(act: Act) -> bool:
    """Whether an answer is kept: not for what is no command of the wire and changes nothing twice."""
    return type(act.command) not in INTERNAL


def _kept_answer(act: Act, answer: Answer, decision: Decision | Refused) -> str:
    """What a retry will be answered with."""
    if isinstance(decision, Refused):
        return _encode_refusal(decision)
    if type(act.command) in _NAMING:
        return _encode_done(answer.seq, Decision([]), {}).decode()
    return answer.encoded.decode()


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


def _encode_refusal(decision: Refused) -> str:
    error = {"code": decision.code, "field": decision.field, **decision.details}
    return encode({"ok": False, "error": error}).decode()


def _answer_again(text: str) -> Answer:
    answer = msgspec.json.decode(text)
    if answer["ok"]:
        return Answer(text.encode(), answer["seq"])
    error = answer["error"]
    code, field = error.pop("code"), error.pop("field", None)
    return Answer(refusal=Refused(code, field, **error))
