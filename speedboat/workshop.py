"""The one write path, and the cache of boards.

Commands from everywhere (sockets, REST, the command line) wait here together; one native thread, the writer, takes
whatever has come, decides it, commits it in one transaction, and only then hands out answers and patches. Boards
belong to the writer alone. Nothing here knows of Flask, sockets or addresses.
"""

from __future__ import annotations

import logging
import time
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

import msgspec

from speedboat.board import Board
from speedboat.cards import CardsErased
from speedboat.log import SCREEN, Command, Decision, Event, Refused, Role, Viewer
from speedboat.path import WorkshopCreated, WorkshopRenamed
from speedboat.people import Join, KeyRenewed, PersonJoined, PersonRenamed, RenewKey
from speedboat.rules import decide
from speedboat.store import SQLAlchemyError, Store, Transaction, Workshop
from speedboat.text import clean_text, clean_title

log = logging.getLogger(__name__)

BOARDS_KEPT = 500
ATTEMPTS = 4  # at a group that the database would not take, before its commands are told to try again
FIRST_PAUSE = 0.1  # seconds, doubled each time

PATIENCE = 60.0  # seconds a caller waits for the writer before giving up

encode = msgspec.json.Encoder().encode


class Keys(Protocol):
    """What this file needs of `access.KeyMaker`: the `number`-th facilitator key of a workshop, and its hash."""

    def key(self, workshop: int, number: int) -> str: ...
    def key_hash(self, workshop: int, number: int) -> str: ...


class Waits(Protocol):
    """What this file needs of a serving mode."""

    def waiter(self) -> Any: ...


class Act(msgspec.Struct):
    """A command of somebody, and who wants the answer."""

    workshop: int
    who: Viewer
    command: Command
    reply: Callable[[Answer], None]


class Look(msgspec.Struct):
    """Somebody wants what changed since. With `enters`, they stay and get every patch from there on."""

    workshop: int
    person: str | None
    since: int
    reply: Callable[[View], None]
    enters: bool = False


class Leave(msgspec.Struct):
    """Somebody who entered has gone."""

    workshop: int
    person: str | None


class CatchUp(msgspec.Struct):
    """Another process may have written."""

    workshop: int


Request = Act | Look | Leave | CatchUp


class Answer(msgspec.Struct):
    """What became of a command: `encoded` is the JSON of `{ok: true, seq, inverse?}`, or there is a refusal."""

    encoded: bytes = b""
    seq: int = 0
    refusal: Refused | None = None


class View(msgspec.Struct):
    """What somebody may see: a patch, encoded, and who they are on this board now (nothing: they are not on it)."""

    patch: bytes = b""
    role: Role | None = None
    name: str = ""


class Flush(msgspec.Struct):
    """What was committed for one workshop, as one encoded patch for everybody who has entered."""

    workshop: int
    seq: int
    shared: dict[Role, bytes]
    own: dict[str, bytes]
    roles: dict[str, Role]
    removed: set[str]

    def for_person(self, person: str | None) -> bytes | None:
        """The patch for somebody here; None for who entered after it was made, and has it all already."""
        if person is None:
            return self.shared.get("screen")
        if person in self.own:
            return self.own[person]
        role = self.roles.get(person)
        return self.shared.get(role) if role else None


class Outcome(msgspec.Struct):
    """All that came of one group, in the order it is to be handed out: patches first, then answers, then views."""

    flushes: list[Flush]
    replies: list[tuple[Callable[[Any], None], Any]]


class Workshops:
    """The writer's desk.

    Args:
        store: the database.
        publish: called in the writer's thread with the outcome of each group, once it is on disk.
        keys: makes facilitator keys, and the hashes of them that are kept.
        clock: milliseconds since the epoch, UTC.
        committed: called in the writer's thread after each commit with the workshops and their last seq.
    """

    def __init__(
        self,
        store: Store,
        publish: Callable[[Outcome], None],
        keys: Keys,
        clock: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        committed: Callable[[dict[int, int]], None] = lambda _seqs: None,
    ) -> None:
        self.store = store
        self.publish = publish
        self.keys = keys
        self.clock = clock
        self.committed = committed
        self._boards: OrderedDict[int, Board] = OrderedDict()
        self._present: dict[int, Counter[str | None]] = defaultdict(Counter)
        self._flushed: dict[int, int] = {}

    # --- what the writer's thread calls -----------------------------------------------------------------------------

    def handle(self, requests: Sequence[Request]) -> None:
        """Do all of these: one transaction if the database takes it, each workshop by itself if not."""
        by_workshop: dict[int, list[Request]] = {}
        for request in requests:
            by_workshop.setdefault(request.workshop, []).append(request)
        try:
            missed = self._together(by_workshop, wait=len(by_workshop) == 1)
        except Exception as error:
            self._log_failure(error)
            self._forget(by_workshop)
            missed = by_workshop
        for workshop, asked in missed.items():
            self._alone(workshop, asked)

    def present(self) -> list[int]:
        """The workshops somebody has entered."""
        return list(self._present)

    def _together(self, by_workshop: dict[int, list[Request]], *, wait: bool) -> dict[int, list[Request]]:
        """Handle these in one transaction; returned is what another process was holding."""
        writes = any(isinstance(request, Act) for asked in by_workshop.values() for request in asked)
        outcome = Outcome([], [])
        missed: dict[int, list[Request]] = {}
        with self.store.writing() if writes else self.store.reading() as transaction:
            ids = list(by_workshop)
            seqs = transaction.lock(ids, wait=wait) if writes else transaction.seqs(ids)
            known = seqs if wait or not writes else transaction.seqs(ids)
            group = _Group(self, transaction)
            for workshop, asked in by_workshop.items():
                if workshop in seqs:
                    group.decide(workshop, seqs[workshop], [r for r in asked if isinstance(r, Act)])
                elif workshop in known:
                    missed[workshop] = asked
                else:
                    self._unknown(asked, outcome)
            group.write()
        if group.last:
            self.committed(group.last)
        outcome.replies += group.replies
        for workshop, asked in by_workshop.items():
            if workshop in seqs:
                self._look(workshop, asked, outcome)
        self.publish(outcome)
        return missed

    def _alone(self, workshop: int, asked: list[Request]) -> None:
        """One workshop, then, if even that fails, one request at a time: a broken one fails alone."""
        if self._tried({workshop: asked}):
            return
        for request in asked:
            if not self._tried({workshop: [request]}):
                outcome = Outcome([], [])
                if isinstance(request, Act):
                    outcome.replies.append((request.reply, Answer(refusal=Refused("try_again"))))
                elif isinstance(request, Look):
                    outcome.replies.append((request.reply, View()))
                self.publish(outcome)

    def _tried(self, by_workshop: dict[int, list[Request]]) -> bool:
        pause = FIRST_PAUSE
        for attempt in range(ATTEMPTS):
            try:
                self._together(by_workshop, wait=True)
                return True
            except SQLAlchemyError as error:
                # The disk is full, the database is restarting or held: it may be back in a moment.
                self._log_failure(error)
                self._forget(by_workshop)
                if attempt + 1 < ATTEMPTS:
                    time.sleep(pause)
                    pause *= 2
            except Exception as error:
                self._log_failure(error)
                self._forget(by_workshop)
                return False
        return False

    @staticmethod
    def _log_failure(error: Exception) -> None:
        # The kind of error only: statements carry what people wrote.
        cause = getattr(error, "orig", None) or error
        log.warning("a group was not written: %s", type(cause).__name__)

    def _forget(self, workshops: Iterable[int]) -> None:
        """Throw away boards that a rolled-back command may have touched."""
        for workshop in workshops:
            self._boards.pop(workshop, None)

    @staticmethod
    def _unknown(asked: list[Request], outcome: Outcome) -> None:
        for request in asked:
            if isinstance(request, Act):
                outcome.replies.append((request.reply, Answer(refusal=Refused("unknown_workshop"))))
            elif isinstance(request, Look):
                outcome.replies.append((request.reply, View()))

    # --- boards -----------------------------------------------------------------------------------------------------

    def board(self, transaction: Transaction, workshop: int, seq: int) -> Board:
        """The board of a workshop at `seq`, catching up with what other processes wrote."""
        board = self._boards.get(workshop)
        if board is None:
            board = self._boards[workshop] = Board()
            if len(self._boards) > BOARDS_KEPT:
                self._boards.popitem(last=False)
        self._boards.move_to_end(workshop)
        if board.seq < seq:
            news = transaction.events_after(workshop, board.seq)
            if not board.seq or any(isinstance(event.fact, PersonJoined | PersonRenamed) for event in news):
                board.names = transaction.names(workshop)
            for event in news:
                board.apply(event)
        return board

    # --- showing ----------------------------------------------------------------------------------------------------

    def _look(self, workshop: int, asked: list[Request], outcome: Outcome) -> None:
        """Patches for those here, then for those who asked, then the comings and goings."""
        board = self._boards[workshop]
        if workshop in self._present and (flush := self._flush(workshop, board)):
            outcome.flushes.append(flush)
        for request in asked:
            if isinstance(request, Look):
                outcome.replies.append((request.reply, self._view(board, request)))
                if request.enters:
                    self._present[workshop][request.person] += 1
                    self._flushed.setdefault(workshop, board.seq)
            elif isinstance(request, Leave):
                self._leave(workshop, request.person)

    def _leave(self, workshop: int, person: str | None) -> None:
        here = self._present[workshop]
        here[person] -= 1
        if here[person] <= 0:
            del here[person]
        if not here:
            del self._present[workshop]
            self._flushed.pop(workshop, None)

    def _view(self, board: Board, look: Look) -> View:
        if look.person is None:
            return View(encode(board.changed_since(look.since, SCREEN)), "screen")
        person = board.people.get(look.person)
        if person is None or person.removed:
            return View()
        patch = board.changed_since(look.since, Viewer(person.id, person.role))
        return View(encode(patch), person.role, board.names.get(person.id, ""))

    def _flush(self, workshop: int, board: Board) -> Flush | None:
        since = self._flushed.get(workshop, board.seq)
        if board.seq <= since:
            return None
        self._flushed[workshop] = board.seq
        people = [person for person in self._present[workshop] if person is not None]
        apart = board.stands_apart(since, people)
        flush = Flush(workshop, board.seq, {}, {}, {}, set())
        for person_id in people:
            person = board.people.get(person_id)
            if person is None or person.removed:
                flush.removed.add(person_id)
                continue
            flush.roles[person_id] = person.role
            if person_id in apart:
                flush.own[person_id] = encode(board.changed_since(since, Viewer(person_id, person.role)))
        shared: set[Role] = {role for person_id, role in flush.roles.items() if person_id not in apart}
        if None in self._present[workshop]:
            shared.add("screen")
        # Nobody in particular, of each role that somebody here has.
        flush.shared = {role: encode(board.changed_since(since, Viewer(None, role))) for role in shared}
        return flush


class _Group:
    """What one transaction gathers before it is written."""

    def __init__(self, workshops: Workshops, transaction: Transaction) -> None:
        self.workshops = workshops
        self.transaction = transaction
        self.now = workshops.clock()
        self.written: list[tuple[int, Event]] = []
        self.answers: dict[tuple[int, str, str], str] = {}
        self.replies: list[tuple[Callable[[Any], None], Any]] = []
        self.last: dict[int, int] = {}

    def decide(self, workshop: int, seq: int, acts: list[Act]) -> None:
        board = self.workshops.board(self.transaction, workshop, seq)
        keys = [(workshop, act.who.person, act.command.id) for act in acts if act.who.person and _is_kept(act)]
        given = self.transaction.answered(keys) if keys else {}
        for act in acts:
            key = (workshop, str(act.who.person), act.command.id)
            before = given.get(key) or self.answers.get(key)
            if before is not None and _is_kept(act):
                answer = _answer_again(before)
            else:
                answer = self._act(board, key, act)
            if isinstance(act.command, RenewKey) and answer.encoded:
                answer = self._with_key(workshop, answer)
            self.replies.append((act.reply, answer))

    def _with_key(self, workshop: int, answer: Answer) -> Answer:
        """The new key goes to whoever renewed it, and is not kept with their answer: it can be made again."""
        told = msgspec.json.decode(answer.encoded)
        key = self.workshops.keys.key(workshop, told["key_number"])
        return Answer(encode({**told, "key": key}), answer.seq)

    def _act(self, board: Board, key: tuple[int, str, str], act: Act) -> Answer:
        try:
            decision = decide(board, act.command, act.who, self.now)
        except Exception:
            # A fault of ours in one rule: the others in the group must not suffer. No text of the command is logged.
            log.exception("the rule of %s failed", type(act.command).__name__)
            return Answer(refusal=Refused("internal_error"))
        if isinstance(decision, Refused):
            answer = Answer(refusal=decision)
        else:
            self._apply(board, key[0], act, decision)
            key_number = board.key if isinstance(act.command, RenewKey) else None
            answer = Answer(_encode_done(board.seq, decision, key_number), board.seq)
        if act.who.person and _is_kept(act):
            self.answers[key] = answer.encoded.decode() if answer.encoded else _encode_refusal(decision)
        return answer

    def _apply(self, board: Board, workshop: int, act: Act, decision: Decision) -> None:
        for person, name in decision.names.items():
            self.transaction.set_name(workshop, person, name)
            board.names[person] = name
        for fact in decision.facts:
            event = Event(board.seq + 1, self.now, act.who.person, fact)
            board.apply(event)
            self.written.append((workshop, event))
            self.last[workshop] = event.seq
            self._beside_the_log(workshop, fact)

    def _beside_the_log(self, workshop: int, fact: Any) -> None:
        """What a fact changes in rows, in the same transaction."""
        if isinstance(fact, WorkshopRenamed | WorkshopCreated):
            self.transaction.change_workshop(workshop, title=fact.title, objective=fact.objective)
        elif isinstance(fact, KeyRenewed):
            self.transaction.change_workshop(workshop, key_hash=self.workshops.keys.key_hash(workshop, fact.key))

    def write(self) -> None:
        self.transaction.append(self.written, self.last)
        self.transaction.answer(
            [
                {"workshop": workshop, "person": person, "command": command, "answer": answer}
                for (workshop, person, command), answer in self.answers.items()
            ]
        )
        for workshop, event in self.written:
            if isinstance(event.fact, CardsErased):
                self.transaction.erase_cards(workshop, event.fact.cards)


def _is_kept(act: Act) -> bool:
    """Whether an answer is kept: not for joins, which are not commands of the wire and change nothing twice."""
    return not isinstance(act.command, Join)


def _encode_done(seq: int, decision: Decision, key_number: int | None) -> bytes:
    if key_number is not None:
        return encode({"ok": True, "seq": seq, "key_number": key_number})
    if decision.inverse:
        return encode({"ok": True, "seq": seq, "inverse": decision.inverse})
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


def open_workshop(
    store: Store,
    code: str,
    now: int,
    title: str,
    objective: str,
    language: str,
    key_hash: Callable[[int, int], str],
) -> Workshop:
    """Write a new workshop: its row and the first event of its log. Blocks.

    Raises:
        Refused: of a bad title, objective or language.
        CodeTaken: the code is in use.
    """
    if language not in ("fr", "en"):
        raise Refused("unknown_value", "language")
    title = clean_title(title)
    objective = clean_text(objective, "objective", may_be_empty=True)
    with store.writing() as transaction:
        workshop = transaction.add_workshop(
            code=code,
            title=title,
            objective=objective,
            language=language,
            format="speedboat",
            format_version=1,
            created_at=now,
            key_hash="",
        )
        created = WorkshopCreated(title, objective, "en" if language == "en" else "fr")
        transaction.append([(workshop, Event(1, now, None, created))], {workshop: 1})
        transaction.change_workshop(workshop, key_hash=key_hash(workshop, 1))
        found = transaction.get(workshop)
    assert found is not None
    return found


class Writer:
    """The door to the writer's thread: hand in a request, or wait for what comes of one.

    Args:
        put: hands a request to the thread that calls `Workshops.handle`.
        serving: the mode in use (see `server.Serving`), for waiting on its loop.
    """

    def __init__(self, put: Callable[[Request], None], serving: Waits) -> None:
        self.put = put
        self._serving = serving

    def act(self, workshop: int, who: Viewer, command: Command) -> Answer:
        """Do a command and wait until it is on disk, or refused."""
        waiter = self._serving.waiter()
        self.put(Act(workshop, who, command, waiter.set))
        answer: Answer = waiter.wait(PATIENCE)
        return answer

    def look(self, workshop: int, person: str | None, since: int) -> View:
        """What changed since, as somebody may see it (None: the screen)."""
        waiter = self._serving.waiter()
        self.put(Look(workshop, person, since, waiter.set))
        view: View = waiter.wait(PATIENCE)
        return view
