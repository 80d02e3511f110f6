"""The board: what you get by reading a workshop's log in order, and what changed since, as somebody may see it.

Pure. `apply` folds one event and never refuses; the features say how. `changed_since` serves first load, live push,
reconnect and reveal alike: records are stamped with the event that last changed them, for all or for one person only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from hashlib import sha256
from typing import Any

from speedboat import actions, cards, discussion, door, path, people, sharing, themes, timer, votes
from speedboat.limits import Limits
from speedboat.log import Event, Fact, Phase, Refused, Viewer
from speedboat.records import AnyRecord, Patch, Settings, Timer
from speedboat.scene import KINDS, Kind
from speedboat.sightings import Sightings

FEATURES = (people, door, path, timer, cards, themes, votes, discussion, actions, sharing)
FOLDS: dict[type[Fact], Any] = {fact: fold for feature in FEATURES for fact, fold in feature.FOLDS.items()}

VIEWS: dict[str, Any] = {
    "workshop": path.view,
    "person": people.view,
    "card": cards.view,
    "theme": themes.view,
    "vote": votes.view_vote,
    "estimate": votes.view_estimate,
    "link": discussion.view,
    "action": actions.view,
}
# Of which records two people of one role may be shown different things, and who stands apart.
CONCERNS: dict[str, Any] = {
    "person": people.concerns,
    "card": cards.concerns,
    "vote": votes.vote_concerns,
    "estimate": votes.estimate_concerns,
}
# Of these the order in which they were made, or made known, would say which of them are one person's.
SHUFFLED = ("card:", "vote:", "estimate:")


class Board:
    """One workshop's state. Changed only by `apply`; asked by the rules, the exports and `changed_since`."""

    def __init__(self) -> None:
        self.seq = 0
        self.title = ""
        self.objective = ""
        self.format = "speedboat"
        self.format_version = 1
        self.phase: Phase = "welcome"
        self.kinds_open: list[Kind] = list(KINDS)
        self.prompts: dict[Kind, str] = {}
        self.timer: Timer | None = None
        self.focus: str | None = None
        self.locked = False
        self.settings = Settings()
        self.limits = Limits()
        self.door: door.Door = "open"
        self.passphrase = 0  # the number of the passphrase, 0 while there has been none
        self.key = 1
        self.summary_link = 0
        self.summary_shared = False
        self.names: dict[str, str] = {}
        self.devices: dict[str, str] = {}  # person -> hash of their device, from the rows
        self.people: dict[str, people.Person] = {}
        self.listed: dict[str, people.PersonRole] = {}  # who is on the list of people of an anonymous workshop
        self.former_names: dict[str, str] = {}  # what people are still called on that list, "" where unknown
        self.cards: dict[str, cards.Card] = {}
        self.cards_by: Counter[str | None] = Counter()  # how many somebody has written, erased ones included
        self.themes: dict[str, themes.Theme] = {}
        self.votes: dict[str, dict[str, int]] = {}
        self.estimates: dict[str, dict[str, float]] = {}
        self.fewest_estimates: dict[str, int] = {}  # of a target: how many make them known
        self.links: dict[str, discussion.Link] = {}
        self.actions: dict[str, actions.Action] = {}
        # Record id -> seq, kept in the order of the seqs, so that "since" stops at the first old one.
        self._stamps: dict[str, int] = {}
        self._own_stamps: dict[str, dict[str, int]] = {}
        self._touched: list[str] = []  # by the event being folded
        self._touched_alone: list[tuple[str, str]] = []
        self._sightings = Sightings()
        self.people_seq = 0  # the last event that changed somebody: their role, or that they are gone

    # --- folding ----------------------------------------------------------------------------------------------------

    def apply(self, event: Event) -> None:
        """Fold one event. What a newer version wrote and this one does not know is passed over, and counts."""
        self.seq = event.seq
        if fold := FOLDS.get(type(event.fact)):
            fold(self, event.fact, event)
            self._settle()

    def _settle(self) -> None:
        """Put what one event touched in an order that says nothing, and note who sees it now."""
        touched, alone = self._touched, self._touched_alone
        self._touched, self._touched_alone = [], []
        if len(touched) > 1:
            touched = sorted(dict.fromkeys(touched), key=_order)
            for record_id in touched:
                self._stamp(self._stamps, record_id)
        self._sightings.note(self, touched, alone)

    def touch(self, record_id: str, only: str | None = None) -> None:
        """Note that a record changed with this event: for everybody, or for one person's eyes only."""
        if only is None:
            self._stamp(self._stamps, record_id)
            self._touched.append(record_id)
        else:
            self._stamp(self._own_stamps.setdefault(only, {}), record_id)
            self._touched_alone.append((record_id, only))
        if record_id.startswith("person:"):
            self.people_seq = self.seq

    def _stamp(self, stamps: dict[str, int], record_id: str) -> None:
        stamps.pop(record_id, None)
        stamps[record_id] = self.seq

    def touch_all(self) -> None:
        """Note that everything may look different to everybody."""
        # Votes and estimates cast in secret have been touched for their owners alone; now they may be for everybody.
        secret = {record_id for own in self._own_stamps.values() for record_id in own}
        for record_id in [*self._stamps, *sorted(secret - self._stamps.keys())]:
            self.touch(record_id)

    def touch_target(self, target: str) -> None:
        """Note that what counts on a card or theme may have changed."""
        if self.votes:
            self.touch(f"vote:{target}")
        if self.estimates:
            self.touch(f"estimate:{target}")

    def touch_choices(self, person: str) -> None:
        """Note that what somebody voted, estimated and agreed to counts no more, or again."""
        for card in self.cards.values():
            if person in card.agreed:
                self.touch(card.id)
        if votes.totals_shown(self):
            for target in {self.counts_on(raw) for raw in self.votes.get(person, ())} - {None}:
                self.touch(f"vote:{target}")
        if votes.estimates_shown(self):
            for target, knots in self.estimates.items():
                if person in knots:
                    self.touch(f"estimate:{target}")

    def touch_around(self, card: cards.Card) -> None:
        """Note that a card came or went: also for what hangs on it."""
        self.touch(card.id)
        self.touch_target(card.id)
        if theme := self.theme_of(card):
            self.touch_target(theme)
        for link in self.links.values():
            if card.id in (link.wind, link.brake):
                self.touch(link.id)
        self.touch("workshop")

    # --- asking -----------------------------------------------------------------------------------------------------

    @property
    def has_had_cards(self) -> bool:
        return any(record_id.startswith("card:") for record_id in self._stamps)

    def root_of(self, theme_id: str | None) -> str | None:
        """The live theme a theme leads to along its merges, if any."""
        while theme_id is not None:
            theme = self.themes.get(theme_id)
            if theme is None or theme.deleted:
                return None
            if theme.merged_into is None:
                return theme.id
            theme_id = theme.merged_into
        return None

    def theme_of(self, card: cards.Card) -> str | None:
        """The live theme a card is in, if any."""
        return self.root_of(card.theme)

    def counts_on(self, target: str) -> str | None:
        """Where a vote put on a card or theme counts now: a live theme, a card without one, or nowhere."""
        if target.startswith("theme:"):
            return self.root_of(target)
        card = self.cards.get(target)
        if card is None or card.deleted or card.held is not None:
            return None
        return self.theme_of(card) or card.id

    def total_on(self, target: str) -> int:
        return sum(
            count
            for person, mine in self.votes.items()
            if self.counts(person)
            for raw, count in mine.items()
            if self.counts_on(raw) == target
        )

    def sharers(self, person_id: str) -> set[str]:
        """Somebody with all who, where one phone is one person, came from the same one; also those who were removed."""
        device = self.devices.get(person_id) if self.settings.one_phone_one_person else None
        if device is None:
            return {person_id}
        return {person_id, *(other for other, known in self.devices.items() if known == device)}

    def counts(self, person_id: str) -> bool:
        """Whether what somebody chose counts: not once they were removed, until they are let in again."""
        person = self.people.get(person_id)
        return person is None or person.counts

    def may_read(self, card_id: str, viewer: Viewer) -> bool:
        card = self.cards.get(card_id)
        return card is not None and cards.may_read(self, card, viewer)

    def viewer(self, person_id: str) -> Viewer:
        """A person with the role they have now."""
        person = self.people[person_id]
        return Viewer(person.id, person.role)

    def refuse_taken(self, record_id: str, field: str) -> None:
        """An id is used once: also that of something erased."""
        if record_id in self._stamps:
            raise Refused("id_taken", field)

    # --- showing ----------------------------------------------------------------------------------------------------

    def stamp(self, record_id: str, viewer: Viewer) -> int:
        """The event that last changed a record for this viewer."""
        own = self._own_stamps.get(viewer.person) if viewer.person else None
        shared = self._stamps.get(record_id, 0)
        return max(shared, own.get(record_id, 0)) if own else shared

    def changed_since(self, since: int, viewer: Viewer) -> Patch:
        """Everything that changed after `since` as this viewer may see it; since 0, the whole board.

        A `since` this log has not reached (a restored backup, a forged number) is answered with the whole board too,
        and so is one from before the viewer came or got their role: what was there then was not theirs to see.
        """
        if since > self.seq or since < self._sees_from(viewer.person):
            since = 0
        return self._patch(since, self._changed(since, viewer.person), viewer)

    def _sees_from(self, person_id: str | None) -> int:
        person = self.people.get(person_id) if person_id else None
        return person.role_seq if person else 0

    def shows(self, record_id: str, viewer: Viewer) -> bool:
        view = VIEWS.get(record_id.partition(":")[0])
        return view is not None and view(self, record_id, viewer) is not None

    def _changed(self, since: int, person: str | None) -> list[str]:
        changed = self._stamped_after(self._stamps, since)
        if person and (own := self._own_stamps.get(person)):
            changed = list(dict.fromkeys([*changed, *self._stamped_after(own, since)]))
        return changed

    def _patch(self, since: int, changed: list[str], viewer: Viewer) -> Patch:
        put: list[AnyRecord] = []
        remove: list[str] = []
        for record_id in changed:
            view = VIEWS.get(record_id.partition(":")[0])
            if view is None:
                continue  # no id of ours: a log that another program wrote is read as far as it makes sense
            record = view(self, record_id, viewer)
            if record is not None:
                put.append(record)
            elif since and self._sightings.went_after(since, record_id, viewer):
                remove.append(record_id)
        return Patch(since, self.seq, put, remove)

    @staticmethod
    def _stamped_after(stamps: dict[str, int], since: int) -> list[str]:
        found: list[str] = []
        for record_id in reversed(stamps):
            if stamps[record_id] <= since:
                break
            found.append(record_id)
        found.reverse()
        return found

    def cards_changed_since(self, since: int) -> list[str]:
        """Cards that came, went or were changed for others than their author."""
        return [record_id for record_id in self._stamped_after(self._stamps, since) if record_id.startswith("card:")]

    def stands_apart(self, since: int, here: AbstractSet[str]) -> set[str]:
        """Which of these people may be shown something else, since then, than others of their role are."""
        apart = {
            person
            for person in here & self._own_stamps.keys()
            if next(reversed(self._own_stamps[person].values()), 0) > since
        }
        if self.people_seq > since:
            apart |= {person for person in here if self._sees_from(person) > since}
        for record_id in self._stamped_after(self._stamps, since):
            if concerns := CONCERNS.get(record_id.partition(":")[0]):
                apart |= concerns(self, record_id) & here
        return apart


def _order(record_id: str) -> bytes:
    """By the hash of the id: the same in every process, and nothing to do with who made it, or when."""
    return sha256(record_id.encode()).digest() if record_id.startswith(SHUFFLED) else b""


def fold(events: Iterable[Event]) -> Board:
    """The board a log makes."""
    board = Board()
    for event in events:
        board.apply(event)
    return board
