"""One batch: commands that are decided together and written in one transaction with their answers.

Nothing is sent from here: `writer.py` publishes the answers once the batch is committed.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from typing import Protocol

import msgspec
from msgspec import UNSET

from speedboat.domain.features.door import SetDoor
from speedboat.domain.features.erasure import ERASING, EraseRecord, Gone
from speedboat.domain.features.facilitator_key import KeyRenewed, RenewKey
from speedboat.domain.features.joining import Join
from speedboat.domain.features.person_names import RenameMe, RenamePerson
from speedboat.domain.features.phases import WorkshopCreated
from speedboat.domain.features.purge_date import PurgeDateSet
from speedboat.domain.features.settings import SettingsChanged, WorkshopRenamed
from speedboat.domain.features.summary_link import ShareSummary, SummaryEnded, SummaryShared
from speedboat.domain.ids import WorkshopNumber
from speedboat.domain.messages import Decision, Event, Fact, Refused
from speedboat.domain.projection import apply
from speedboat.domain.rules import INTERNAL, decide
from speedboat.domain.state import Board
from speedboat.storage.deletion_queries import note
from speedboat.storage.erasure_queries import erase, mark, settle, spread
from speedboat.storage.name_queries import erase_names
from speedboat.storage.people_queries import set_device
from speedboat.storage.store import Transaction
from speedboat.writing.requests import Act, Answer, Reply

log = logging.getLogger(__name__)

encode = msgspec.json.Encoder().encode
_IN_ROWS = frozenset(
    (WorkshopCreated, WorkshopRenamed, SettingsChanged, KeyRenewed, SummaryShared, SummaryEnded, PurgeDateSet)
)
_SECRET = frozenset((RenewKey, ShareSummary))
# Their answers are stored without the inverse, which holds a former name that nobody should find any more.
_NAMING = frozenset((RenameMe, RenamePerson))
BoardAt = Callable[[Transaction, WorkshopNumber, int], Board]


class Keys(Protocol):
    """What this file needs of `access.keys.KeyMaker`, which documents the methods."""

    def key(self, workshop: WorkshopNumber, number: int, salt: str) -> str: ...
    def key_hash(self, workshop: WorkshopNumber, number: int, salt: str) -> str: ...
    def summary(self, workshop: WorkshopNumber, number: int, salt: str) -> str: ...
    def summary_hash(self, workshop: WorkshopNumber, number: int, salt: str) -> str: ...


class Batch:
    """The decisions of one transaction, collected before they are written.

    Args:
        now: milliseconds since the epoch, UTC, at which the events are dated.
        board_at: returns the board of a workshop at a seq.
        steady: `now` by the clock of timers, which nobody sets.
    """

    def __init__(self, transaction: Transaction, now: int, keys: Keys, board_at: BoardAt, steady: int) -> None:
        self.transaction = transaction
        self.now, self.steady = now, steady
        self.keys = keys
        self.board_at = board_at
        self.written: list[tuple[WorkshopNumber, Event]] = []
        self.answers: dict[tuple[WorkshopNumber, str, str], str] = {}
        self.replies: list[Reply] = []
        self.last: dict[WorkshopNumber, int] = {}
        self.erased: dict[WorkshopNumber, list[Fact]] = defaultdict(list)
        self.settled: dict[WorkshopNumber, list[str]] = defaultdict(list)
        self.erased_names: dict[WorkshopNumber, frozenset[str]] = defaultdict(frozenset)

    def decide(self, workshop: WorkshopNumber, seq: int, acts: list[Act]) -> None:
        """Decide commands of one workshop, whose last seq is `seq`; a retried one gets its stored answer."""
        board = self.board_at(self.transaction, workshop, seq)
        keys = [(workshop, act.who.person, act.command.id) for act in acts if act.who.person and _is_kept(act)]
        answers = self.transaction.answered(keys) if keys else {}
        for act in acts:
            key = (workshop, str(act.who.person), act.command.id)
            before = answers.get(key) or self.answers.get(key)
            retried = before is not None and _is_kept(act)
            answer = _answer_again(str(before)) if retried else self._act(board, key, act)
            if type(act.command) in _SECRET and answer.encoded:
                answer = self._with_secret(workshop, answer)
            self.replies.append((act.reply, answer))

    def _with_secret(self, workshop: WorkshopNumber, answer: Answer) -> Answer:
        """Add a key or link to an answer. It is not stored with the answer, because it can be derived again."""
        fields, salt = msgspec.json.decode(answer.encoded), self.transaction.salt(workshop)
        if "key_number" in fields:
            fields["key"] = self.keys.key(workshop, fields["key_number"], salt)
        if "link_number" in fields:
            fields["secret"] = self.keys.summary(workshop, fields["link_number"], salt)
        return Answer(encode(fields), answer.seq)

    def _act(self, board: Board, key: tuple[WorkshopNumber, str, str], act: Act) -> Answer:
        try:
            decision = self._refuse_old_key(key[0], act) or decide(board, act.command, act.who, self.steady)
        except Exception:
            # A bug in one rule must not affect the rest of the batch. The command's content is not logged.
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

    def _refuse_old_key(self, workshop: WorkshopNumber, act: Act) -> Refused | None:
        """Refuse a join whose key was renewed after it was checked; only within this transaction that is certain."""
        if not isinstance(act.command, Join) or act.command.key_hash is None:
            return None
        row = self.transaction.get(workshop)
        is_current = row is not None and row.key_hash == act.command.key_hash
        return None if is_current else Refused("bad_key", "key")

    def _spread(self, workshop: WorkshopNumber, decision: Decision) -> dict[str, int]:
        """Schedule records for erasure; return when the last of them will be erased."""
        if not decision.later:
            return {}
        return {"erased_by": spread(self.transaction, workshop, decision.later, self.now)}

    def _apply(self, board: Board, workshop: WorkshopNumber, act: Act, decision: Decision) -> None:
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
        # After the fold: in an anonymous workshop the list of people must still show the former name.
        for person, name in decision.names.items():
            self.transaction.set_name(workshop, person, name)
            if board.names.get(person, name) != name:
                mark(self.transaction)
                if not name:
                    note(self.transaction, workshop, [person], self.now)
            board.names[person] = name
        if decision.erased_names:
            self.erased_names[workshop] |= decision.erased_names
        for person, device in decision.devices.items():
            set_device(self.transaction, workshop, person, device)
            board.devices[person] = device

    def _beside_the_log(self, workshop: WorkshopNumber, fact: object) -> None:
        """Update the rows that a fact concerns, in the same transaction."""
        if type(fact) not in _IN_ROWS:
            return
        if isinstance(fact, WorkshopRenamed | WorkshopCreated):
            self.transaction.change_workshop(workshop, title=fact.title, objective=fact.objective)
        elif isinstance(fact, SettingsChanged):
            self.transaction.change_workshop(workshop, language=fact.settings.language)
        elif isinstance(fact, KeyRenewed):
            key_hash = self.keys.key_hash(workshop, fact.key, self.transaction.salt(workshop))
            self.transaction.change_workshop(workshop, key_hash=key_hash)
        elif isinstance(fact, SummaryShared):
            summary_hash = self.keys.summary_hash(workshop, fact.link, self.transaction.salt(workshop))
            times = {"summary_opens": fact.opens, "summary_expires": fact.expires}
            self.transaction.change_workshop(workshop, summary_hash=summary_hash, **times)
        elif isinstance(fact, SummaryEnded):
            self.transaction.change_workshop(workshop, summary_hash=None)
        elif isinstance(fact, PurgeDateSet):
            self.transaction.change_workshop(workshop, purge_on=fact.on or "")

    def write(self) -> None:
        """Write events, answers and erasures."""
        self.transaction.append(self.written, self.last)
        self.transaction.answer([(*key, answer) for key, answer in self.answers.items()])
        for workshop, facts in self.erased.items():
            erase(self.transaction, workshop, facts)
            erased = Gone.of(facts)
            note(self.transaction, workshop, [*erased.cards, *erased.actions], self.now)
        for workshop, names in self.erased_names.items():
            erase_names(self.transaction, workshop, names, self.now)
        for workshop, records in self.settled.items():
            settle(self.transaction, workshop, records)


def _is_kept(act: Act) -> bool:
    """Whether an answer is stored for retries. Internal commands are never retried."""
    return type(act.command) not in INTERNAL


def _kept_answer(act: Act, answer: Answer, decision: Decision | Refused) -> str:
    """Return the answer that is stored for retries."""
    if isinstance(decision, Refused):
        return _encode_refusal(decision)
    if type(act.command) in _NAMING:
        return _encode_done(answer.seq, Decision([]), {}).decode()
    return answer.encoded.decode()


def _number(board: Board, command: object) -> dict[str, int]:
    """Return the number of the key or link in a command's answer."""
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
