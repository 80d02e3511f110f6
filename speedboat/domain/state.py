"""The state of one workshop: what its log has made of people, cards, themes, votes, links and actions so far.

Pure data with the questions that several features ask of it. How a fact changes it, its feature says; who may see what
of it, `projection.py`.
"""

from __future__ import annotations

from collections import Counter
from typing import Literal

import msgspec
from msgspec import field

from speedboat.domain.ids import ActionId, CardId, LinkId, PersonId, TargetId, ThemeId, is_theme
from speedboat.domain.limits import Limits
from speedboat.domain.messages import Phase, Refused, Viewer
from speedboat.domain.records import Settings, Timer
from speedboat.domain.scene import KINDS, Kind, Place
from speedboat.domain.sightings import Sightings

PersonRole = Literal["participant", "facilitator"]
ActionState = Literal["proposed", "accepted", "done"]
Door = Literal["open", "passphrase", "approve", "closed"]


class Person(msgspec.Struct):
    """Somebody in the workshop, at its door (`waiting`) or put out of it (`removed`).

    `key` is the number of the facilitator key their role was got by, 0 for none; `role_seq` the event that gave them
    the role they have, or let them in; `was_in` whether they have ever been let in: of the others nobody but
    facilitators hears; `counts` whether what they chose does. `voted`, `estimated`, `placed` and `over` are for people
    of whom only the number is known; of others, votes and estimates tell.
    """

    id: PersonId
    role: PersonRole
    key: int = 0
    role_seq: int = 0
    ready: bool = False
    removed: bool = False
    waiting: bool = False
    was_in: bool = True
    counts: bool = True
    voted: bool = False
    estimated: bool = False
    placed: bool = False
    over: bool = False

    @property
    def is_in(self) -> bool:
        return not self.removed and not self.waiting


class Card(msgspec.Struct):
    """A card as the log has it; `text_seq` is the event that last changed its text."""

    id: CardId
    kind: Kind
    text: str
    x: float
    y: float
    weight: float
    author: PersonId | None
    text_seq: int
    revealed: bool
    for_: str | None = None
    held: str | None = None
    deleted: bool = False
    theme: ThemeId | None = None
    note: str | None = None
    agreed: set[PersonId] = field(default_factory=set)
    agreed_unnamed: int = 0  # how many more do, of whom only the number is known
    past_texts: list[str] = field(default_factory=list)  # which a title may repeat still

    @property
    def place(self) -> Place:
        return Place(self.x, self.y)


class Theme(msgspec.Struct):
    """A theme as the log has it; `cards` are all that were ever put in it, also those that are elsewhere now."""

    id: ThemeId
    title: str
    note: str | None = None
    deleted: bool = False
    merged_into: ThemeId | None = None
    cards: set[CardId] = msgspec.field(default_factory=set)

    @property
    def live(self) -> bool:
        return not self.deleted and self.merged_into is None


class Link(msgspec.Struct):
    """A wind tied to the brake it relieves; either may be a card or a theme."""

    id: LinkId
    wind: TargetId
    brake: TargetId


class Action(msgspec.Struct):
    """`due` is a date, YYYY-MM-DD; `by` is who proposed it, and is never shown.

    `from_` is the title of the workshop it was carried over from; `came_done`, that it was done already then.
    """

    id: ActionId
    text: str
    state: ActionState
    by: PersonId | None = None
    owner: str | None = None
    due: str | None = None
    theme: ThemeId | None = None
    deleted: bool = False
    from_: str | None = None
    came_done: bool = False


class Board:
    """One workshop's state. Changed only by `projection.apply`; read by the rules and by `projection.changed_since`."""

    def __init__(self) -> None:
        self.seq = 0
        self.title = ""
        self.objective = ""
        self.format = "speedboat"
        self.format_version = 1
        self.time_zone = ""
        self.phase: Phase = "welcome"
        self.kinds_open: list[Kind] = list(KINDS)
        self.prompts: dict[Kind, str] = {}
        self.timer: Timer | None = None
        self.focus: TargetId | None = None
        self.locked = False
        self.settings = Settings()
        self.limits = Limits()
        self.door: Door = "open"
        self.passphrase = 0  # the number of the passphrase, 0 while there has been none
        self.key = 1
        self.summary_link = 0
        self.summary_shared = False
        self.summary_opens = self.summary_expires = 0  # ms since the epoch; 0: at once, never
        self.purge_on = ""  # the day on which it is erased
        self.keeps_figures = False  # whether figures remain then
        self.purge_promise = ("", False)  # the day and whether figures remain, as set when somebody last came or wrote
        self.purged_on = ""  # the day on which that was erased of which this is what remains
        self.purge_witnesses = 0  # how many had come and written when the day was set
        self.names: dict[PersonId, str] = {}
        self.devices: dict[PersonId, str] = {}  # person -> hash of their device, from the rows
        self.people: dict[PersonId, Person] = {}
        self.listed: dict[PersonId, PersonRole] = {}  # who is on the list of people of an anonymous workshop
        self.former_names: dict[PersonId, str] = {}  # what people are still called on that list, "" where unknown
        self.cards: dict[CardId, Card] = {}
        self.cards_by: Counter[PersonId | None] = Counter()  # how many somebody has written, erased ones included
        self.themes: dict[ThemeId, Theme] = {}
        self.votes: dict[PersonId, dict[TargetId, int]] = {}
        self.estimates: dict[TargetId, dict[PersonId, float]] = {}
        self.fewest_estimates: dict[TargetId, int] = {}  # of a target: how many make them known
        self.links: dict[LinkId, Link] = {}
        self.actions: dict[ActionId, Action] = {}
        # Record id -> seq, kept in the order of the seqs, so that "since" stops at the first old one.
        self.stamps: dict[str, int] = {}
        self.own_stamps: dict[PersonId, dict[str, int]] = {}
        self.touched: list[str] = []  # by the event being folded
        self.touched_alone: list[tuple[str, PersonId]] = []
        self.sightings = Sightings()
        self.people_seq = 0  # the last event that changed somebody: their role, or that they are gone

    # --- folding ----------------------------------------------------------------------------------------------------

    def touch(self, record_id: str, only: PersonId | None = None) -> None:
        """Note that a record changed with this event: for everybody, or for one person's eyes only."""
        if only is None:
            self._stamp(self.stamps, record_id)
            self.touched.append(record_id)
        else:
            self._stamp(self.own_stamps.setdefault(only, {}), record_id)
            self.touched_alone.append((record_id, only))
        if record_id.startswith("person:"):
            self.people_seq = self.seq

    def restamp(self, record_id: str) -> None:
        """Put a record last among those that changed."""
        self._stamp(self.stamps, record_id)

    def _stamp(self, stamps: dict[str, int], record_id: str) -> None:
        stamps.pop(record_id, None)
        stamps[record_id] = self.seq

    def touch_all(self) -> None:
        """Note that everything may look different to everybody."""
        # Votes and estimates cast in secret have been touched for their owners alone; now they may be for everybody.
        secret = {record_id for own in self.own_stamps.values() for record_id in own}
        for record_id in [*self.stamps, *sorted(secret - self.stamps.keys())]:
            self.touch(record_id)

    def touch_target(self, target: TargetId) -> None:
        """Note that what counts on a card or theme may have changed."""
        if self.votes:
            self.touch(f"vote:{target}")
        if self.estimates:
            self.touch(f"estimate:{target}")

    def touch_around(self, card: Card) -> None:
        """Note that a card came or went: also for what hangs on it."""
        self.touch(card.id)
        self.touch_target(card.id)
        if theme := self.theme_of(card):
            self.touch_target(theme)
        self.touch_links(card.id)
        self.touch("workshop")

    def touch_links(self, target: TargetId) -> None:
        """Note that a card or theme came or went: its links are shown only while both of their ends are there."""
        for link in self.links.values():
            if target in (link.wind, link.brake):
                self.touch(link.id)

    # --- asking -----------------------------------------------------------------------------------------------------

    @property
    def has_had_cards(self) -> bool:
        return any(record_id.startswith("card:") for record_id in self.stamps)

    @property
    def has_had_words(self) -> bool:
        """Whether somebody has written or chosen something, and would be known for it but for anonymity."""
        has_texts = any(action.by for action in self.actions.values()) or self.votes or self.estimates
        return bool(has_texts) or self.has_had_cards

    def root_of(self, theme_id: ThemeId | None) -> ThemeId | None:
        """The live theme a theme leads to along its merges, if any."""
        while theme_id is not None:
            theme = self.themes.get(theme_id)
            if theme is None or theme.deleted:
                return None
            if theme.merged_into is None:
                return theme.id
            theme_id = theme.merged_into
        return None

    def theme_of(self, card: Card) -> ThemeId | None:
        """The live theme a card is in, if any."""
        return self.root_of(card.theme)

    def counts_on(self, target: TargetId) -> TargetId | None:
        """Where a vote put on a card or theme counts now: a live theme, a card without one, or nowhere."""
        if is_theme(target):
            return self.root_of(target)
        card = self.cards.get(CardId(target))
        if card is None or card.deleted or card.held is not None:
            return None
        return self.theme_of(card) or card.id

    def total_on(self, target: TargetId) -> int:
        return sum(
            count
            for person, mine in self.votes.items()
            if self.counts(person)
            for raw, count in mine.items()
            if self.counts_on(raw) == target
        )

    def sharers(self, person_id: PersonId) -> set[PersonId]:
        """Somebody with all who, where one phone is one person, came from the same one; also those who were removed."""
        device = self.devices.get(person_id) if self.settings.one_phone_one_person else None
        if device is None:
            return {person_id}
        return {person_id, *(other for other, known in self.devices.items() if known == device)}

    def counts(self, person_id: PersonId) -> bool:
        """Whether what somebody chose counts: not once they were removed, until they are let in again."""
        person = self.people.get(person_id)
        return person is None or person.counts

    def viewer(self, person_id: PersonId) -> Viewer:
        """A person with the role they have now."""
        person = self.people[person_id]
        return Viewer(person.id, person.role)

    def viewer_now(self, viewer: Viewer) -> Viewer:
        """Whoever looks, with the role they have now; who is no person stays as they are.

        Raises Refused: `removed` or `waiting` of a person who is not in.
        """
        if viewer.person is None:
            return viewer
        person = self.people.get(viewer.person)
        if person is None or not person.is_in:
            raise Refused("waiting" if person and person.waiting else "removed")
        return Viewer(person.id, person.role)

    def refuse_taken(self, record_id: str, field: str) -> None:
        """An id is used once: also that of something erased."""
        if record_id in self.stamps:
            raise Refused("id_taken", field)

    def stamp(self, record_id: str, viewer: Viewer) -> int:
        """The event that last changed a record for this viewer."""
        own = self.own_stamps.get(viewer.person) if viewer.person else None
        shared = self.stamps.get(record_id, 0)
        return max(shared, own.get(record_id, 0)) if own else shared

    def stamped_after(self, since: int, person: PersonId | None = None) -> list[str]:
        """The records changed for all after `since`, in order; then those changed for this person alone."""
        changed = _stamped_after(self.stamps, since)
        if person and (own := self.own_stamps.get(person)):
            changed = list(dict.fromkeys([*changed, *_stamped_after(own, since)]))
        return changed

    def sees_from(self, person_id: PersonId | None) -> int:
        """The event from which somebody may see the board: they came with it, or got their role."""
        person = self.people.get(person_id) if person_id else None
        return person.role_seq if person else 0

    def cards_changed_since(self, since: int) -> list[CardId]:
        """Cards that came, went or were changed for others than their author."""
        return [CardId(record_id) for record_id in _stamped_after(self.stamps, since) if record_id.startswith("card:")]


def _stamped_after(stamps: dict[str, int], since: int) -> list[str]:
    ids: list[str] = []
    for record_id in reversed(stamps):
        if stamps[record_id] <= since:
            break
        ids.append(record_id)
    ids.reverse()
    return ids
