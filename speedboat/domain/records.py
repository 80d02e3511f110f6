"""What travels to the browsers: every kind of record, whole, and the patch that carries them.

Pure, and the one description of the wire's records: `static/src/wire/wire.d.ts` is made from it and a test compares
`docs/protocol.md` with it. Optional fields are left out, never null, unless null says something.
"""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType, field

from speedboat.domain.ids import PersonId, TargetId, ThemeId
from speedboat.domain.messages import Phase, Whole
from speedboat.domain.scene import Kind


class Record(msgspec.Struct, omit_defaults=True, tag_field="type", gc=False):
    """A thing on the board. `seq` is the number of the event that last changed it for this viewer."""

    id: str
    seq: int


class Timer(msgspec.Struct, omit_defaults=True):
    """Running: `ends`, in ms since the epoch. Paused: `left`, in ms. Exactly one of the two."""

    ends: int | UnsetType = UNSET
    left: int | UnsetType = UNSET


class Progress(msgspec.Struct):
    """How many of the `of` participants are done, have voted, have estimated the target in focus.

    `placed` of them have placed all their votes, or said that they are done. `over` of them have more votes than they
    could place now, since a limit was lowered: those count until they are taken back.
    """

    ready: int
    voted: int
    estimated: int
    of: int
    placed: int
    over: int


class Settings(msgspec.Struct, frozen=True):
    """The rules one workshop plays by. `votes_each` and `votes_per_theme` are 1 to 20.

    `minutes_per_theme`, 0 to 60, starts the timer whenever something comes into focus in the discussion; 0 does not.
    With `one_phone_one_person` all who came from one device share the votes of one person.
    """

    anonymous: bool = False
    votes_each: Whole = 5
    votes_per_theme: Whole = 3
    minutes_per_theme: Whole = 0
    free: bool = False
    one_phone_one_person: bool = False
    language: Literal["fr", "en"] = "fr"


class WorkshopRecord(Record, tag="workshop"):
    """The workshop itself: there is one of these. `purge_on` is the day (YYYY-MM-DD) on which it is erased.

    The link to the summary, while `shared`, opens at `shared_from` and expires at `shared_until` (ms since the epoch).

    With `keeps_figures` figures, theme titles and accepted actions remain then, in a workshop that has `purged_on`.
    """

    title: str
    objective: str
    phase: Phase
    kinds_open: list[Kind]
    prompts: dict[Kind, str]
    timer: Timer | None
    focus: str | None
    locked: bool
    door: Literal["open", "passphrase", "approve", "closed"]
    settings: Settings
    progress: Progress
    shared: bool | UnsetType = UNSET
    shared_from: int | UnsetType = UNSET
    shared_until: int | UnsetType = UNSET
    purge_on: str | UnsetType = UNSET
    keeps_figures: bool | UnsetType = UNSET
    purged_on: str | UnsetType = UNSET


class PersonRecord(Record, tag="person"):
    """In an anonymous workshop nobody is told of others whether they are `ready`."""

    name: str
    role: Literal["participant", "facilitator"]
    ready: bool | UnsetType = UNSET
    waiting: bool | UnsetType = UNSET
    removed: bool | UnsetType = UNSET


class CardRecord(Record, tag="card"):
    """A card as one viewer may see it; a hidden one has only its kind and its place.

    `unread` tells facilitators that others have not read it yet.
    """

    kind: Kind
    x: float
    y: float
    weight: float
    text: str | UnsetType = UNSET
    agrees: int | UnsetType = UNSET
    theme: ThemeId | UnsetType = UNSET
    author: PersonId | UnsetType = UNSET
    mine: bool | UnsetType = UNSET
    agreed: bool | UnsetType = UNSET
    held: str | UnsetType = UNSET
    deleted: bool | UnsetType = UNSET
    for_: str | UnsetType = field(name="for", default=UNSET)
    note: str | UnsetType = UNSET
    unread: bool | UnsetType = UNSET


class ThemeRecord(Record, tag="theme"):
    """A theme."""

    title: str
    note: str | UnsetType = UNSET
    deleted: bool | UnsetType = UNSET


class VoteRecord(Record, tag="vote"):
    """The votes on a card or theme: `mine` are the viewer's own, `total` is there once it is shown."""

    target: TargetId
    mine: int
    total: int | UnsetType = UNSET


class EstimateRecord(Record, tag="estimate"):
    """Knots the boat would gain, 0 to 100: `n` people said so, half of them at most `median`.

    Of the fewest only `n` is told: see `votes.FEWEST_ESTIMATES`.
    """

    target: TargetId
    mine: float | UnsetType = UNSET
    n: int | UnsetType = UNSET
    median: float | UnsetType = UNSET
    low: float | UnsetType = UNSET
    high: float | UnsetType = UNSET


class LinkRecord(Record, tag="link"):
    """A link from a wind to the brake that it relieves."""

    wind: TargetId
    brake: TargetId


class ActionRecord(Record, tag="action"):
    """`from` is the title of the earlier workshop of the series that it was carried over from."""

    text: str
    state: Literal["proposed", "accepted", "done"]
    owner: str | UnsetType = UNSET
    due: str | UnsetType = UNSET
    theme: ThemeId | UnsetType = UNSET
    from_: str | UnsetType = field(name="from", default=UNSET)


AnyRecord = (
    WorkshopRecord | PersonRecord | CardRecord | ThemeRecord | VoteRecord | EstimateRecord | LinkRecord | ActionRecord
)
RECORDS: tuple[type[Record], ...] = (
    WorkshopRecord,
    PersonRecord,
    CardRecord,
    ThemeRecord,
    VoteRecord,
    EstimateRecord,
    LinkRecord,
    ActionRecord,
)


class Patch(msgspec.Struct):
    """The records that changed since `since` up to `to`, as one viewer may see them; `since: 0` replaces everything."""

    since: int
    to: int
    put: list[AnyRecord]
    remove: list[str]
