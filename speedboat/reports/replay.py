"""The replay: what the big screen showed, from the first event to the last, with what may be shown now.

Pure. The log is folded again, one event after another, for the screen's eyes: a card that was closed then is closed in
the replay. What is said is said as it is said now, and only if the screen may read it now: what was erased, deleted,
held back or reworded since stays out, so do authors, and votes while a vote is on. In an anonymous workshop a card that
was taken back was never there: those of one author went together.
"""

from __future__ import annotations

import msgspec

from speedboat.domain.features import votes
from speedboat.domain.messages import SCREEN, Event
from speedboat.domain.projection import apply, changed_since, fold
from speedboat.domain.records import AnyRecord
from speedboat.domain.state import Board

# What people wrote, by type of record. It is taken from the board as it is now, or left out.
WORDS: dict[str, tuple[str, ...]] = {
    "workshop": ("title", "objective", "prompts"),
    "card": ("text", "note"),
    "theme": ("title", "note"),
    "action": ("text", "owner", "from"),
}
# Of nobody's business in a replay, or of no use there.
DROPPED = ("seq", "author", "for", "mine", "agreed", "held", "deleted", "timer", "shared", "door")
GONE = "…"  # stands for the title of a theme that is no longer there
MOST_FRAMES = 5000  # in one answer

Fields = dict[str, object]


class Frame(msgspec.Struct):
    """What one event changed.

    Attributes:
        at: milliseconds since the epoch, UTC.
        put: the changed fields of each changed record; null for a field that was removed.
        remove: the ids of records that were removed.
    """

    at: int
    seq: int
    put: list[Fields]
    remove: list[str]


class Replay(msgspec.Struct):
    """Some of the frames, in order.

    Attributes:
        next: the seq after which to ask for the rest; null at the end.
        begins, ends: the times of the first and last event, milliseconds since the epoch, UTC.
    """

    frames: list[Frame]
    next: int | None
    begins: int
    ends: int


def replay(events: list[Event], after: int = 0) -> Replay:
    """Return the frames after an event, at most `MOST_FRAMES`."""
    final = fold(events)
    now = {record.id: _fields(record) for record in changed_since(final, 0, SCREEN).put}
    board = Board()
    shown: dict[str, Fields] = {}
    frames: list[Frame] = []
    for event in events:
        before = board.seq
        apply(board, event)
        frame = _frame(board, before, event, shown, now, final)
        if event.seq > after and (frame.put or frame.remove):
            frames.append(frame)
            if len(frames) == MOST_FRAMES:
                break
    more = board.seq < events[-1].seq
    return Replay(frames, board.seq if more else None, events[0].at, events[-1].at)


def _frame(
    board: Board, before: int, event: Event, shown: dict[str, Fields], now: dict[str, Fields], final: Board
) -> Frame:
    """Return what an event changed compared with the records shown so far, which are updated."""
    patch = changed_since(board, before, SCREEN)
    frame = Frame(event.at, event.seq, [], [])
    for record in patch.put:
        fields = _allowed(record, now, final)
        if fields is None:
            if shown.pop(record.id, None):
                frame.remove.append(record.id)
            continue
        known = shown.get(record.id, {})
        changed = {name: value for name, value in fields.items() if known.get(name) != value}
        changed |= {name: None for name in known if name not in fields}
        if changed:
            frame.put.append({"id": record.id, **changed})
            shown[record.id] = fields
    for record_id in patch.remove:
        if shown.pop(record_id, None):
            frame.remove.append(record_id)
    return frame


def _allowed(record: AnyRecord, now: dict[str, Fields], final: Board) -> Fields | None:
    """Return a past record as it may be shown now; None for people, and for votes that are secret again."""
    kind = record.id.partition(":")[0]
    if kind == "person" or (kind == "vote" and not votes.totals_shown(final)):
        return None
    if kind == "estimate" and not votes.estimates_shown(final):
        return None
    if kind == "card" and final.settings.anonymous and record.id not in final.cards:
        return None
    fields = _fields(record)
    present = now.get(record.id, {})
    for name in WORDS.get(kind, ()):
        if name in fields and name in present:
            fields[name] = present[name]
        else:
            fields.pop(name, None)
    if kind == "card" and "text" not in fields:
        # A closed note: neither what it said, nor what others thought of it, nor where it was put.
        return {name: fields[name] for name in ("id", "type", "kind", "x", "y", "weight")}
    if kind == "theme" and "title" not in fields:
        fields["title"] = GONE
    if kind == "action" and "text" not in fields:
        return None
    return fields


def _fields(record: AnyRecord) -> Fields:
    fields: Fields = msgspec.to_builtins(record)
    return {name: value for name, value in fields.items() if name not in DROPPED}
