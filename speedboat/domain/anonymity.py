"""Makes the archive log of an anonymous workshop, from which nobody can be identified.

Pure. A log knows who did what; an archive is passed on. So people, votes, estimates and agreements become numbers, said
when the big screen could see them and not before, or the time of a secret vote would tell whose it is. Nothing names a
person, not even by a pseudonym: nobody can agree with their own card, so whoever links two acts soon has a name.

Folded, it shows what the whole log shows. Written again, it stays as it is, so an archive of what was imported from
an archive is the same, byte by byte.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from speedboat.domain.features.actions import ActionCarried, ActionDeleted, ActionsErased, ActionSet
from speedboat.domain.features.airlock import CardHeld, CardReleased, CardsRevealed
from speedboat.domain.features.cards import (
    AgreesCounted,
    CardAdded,
    CardAgreed,
    CardDeleted,
    CardEdited,
    CardMoved,
    CardRestored,
    CardsErased,
    agrees,
    can_read,
)
from speedboat.domain.features.discussion import Focused, Noted
from speedboat.domain.features.door import DoorSet, PersonAdmitted
from speedboat.domain.features.facilitator_key import KeyRenewed
from speedboat.domain.features.headcount import PeopleCounted
from speedboat.domain.features.links import Linked, Unlinked
from speedboat.domain.features.people import PersonJoined, PersonReady, PersonRemoved, RoleGiven, people_of
from speedboat.domain.features.person_names import PersonRenamed
from speedboat.domain.features.phases import PhaseSet, WorkshopCreated, progress
from speedboat.domain.features.prompts import KindsOpened, PromptSet
from speedboat.domain.features.purge_date import PurgeDateSet, WorkshopPurged
from speedboat.domain.features.settings import Locked, SettingsChanged, WorkshopRenamed
from speedboat.domain.features.summary_link import SummaryEnded, SummaryShared
from speedboat.domain.features.themes import (
    CardPutInTheme,
    ThemeAdded,
    ThemeDeleted,
    ThemeRenamed,
    ThemeRestored,
    ThemesErased,
    ThemesMerged,
    TitlesErased,
)
from speedboat.domain.features.timer import TimerSet
from speedboat.domain.features.votes import (
    Estimated,
    EstimatesCounted,
    Voted,
    VotesCounted,
    estimates_shown,
    totals_shown,
)
from speedboat.domain.ids import CardId, TargetId
from speedboat.domain.messages import SCREEN, Event, Fact
from speedboat.domain.projection import apply
from speedboat.domain.state import Board

# What says nothing of a person. A fact that is in none of these tables, or unknown, is not in the archive.
KEPT: tuple[type[Fact], ...] = (
    WorkshopCreated, WorkshopRenamed, PhaseSet, KindsOpened, PromptSet, CardHeld, CardReleased, Locked,
    SettingsChanged, TimerSet, CardMoved, CardDeleted, CardRestored, ThemeAdded, ThemeRenamed, CardPutInTheme,
    ThemesMerged, ThemeDeleted, ThemeRestored, Linked, Unlinked, Focused, Noted, ActionCarried, ActionDeleted,
    SummaryShared, SummaryEnded, DoorSet, TitlesErased, PurgeDateSet,
    WorkshopPurged,
)  # fmt: skip
# Kept without whoever is in it.
CHANGED: tuple[type[Fact], ...] = (CardAdded, CardEdited, CardsRevealed, ActionSet, KeyRenewed)
# What becomes of it is counted.
COUNTED: tuple[type[Fact], ...] = (
    PersonJoined, RoleGiven, PersonReady, PersonRemoved, PersonAdmitted, PeopleCounted, Voted, VotesCounted,
    Estimated, EstimatesCounted, CardAgreed, AgreesCounted,
)  # fmt: skip
# Names, and what one person took back together: this is left out with all that was about it.
ERASING: tuple[type[Fact], ...] = (CardsErased, ThemesErased, ActionsErased)
LEFT_OUT: tuple[type[Fact], ...] = (PersonRenamed, *ERASING)

# After these, what was chosen may count otherwise.
CHOOSING: tuple[type[Fact], ...] = (Voted, VotesCounted, Estimated, EstimatesCounted, PersonRemoved, PersonAdmitted)
# After these, texts may be read that could not be before.
OPENING: tuple[type[Fact], ...] = (PhaseSet, CardsRevealed, CardReleased, CardRestored)


def is_anonymous(events: list[Event]) -> bool:
    """Whether people wrote, or will write, with the promise that they stay anonymous."""
    anonymous = has_cards = False
    for event in events:
        if isinstance(event.fact, SettingsChanged):
            anonymous = event.fact.settings.anonymous
        has_cards = has_cards or isinstance(event.fact, CardAdded)
        if anonymous and has_cards:
            return True
    return anonymous


def without_people(events: list[Event]) -> list[Event]:
    """Return an equivalent log without people; its events are numbered from 1."""
    copy = _Copy({record for event in events for record in _erased_by(event.fact)})
    for event in events:
        copy.follow(event)
    if events:
        copy.count_secrets(events[-1].at)
    return copy.events


def _erased_by(fact: Fact) -> Sequence[str]:
    if isinstance(fact, CardsErased):
        return fact.cards
    if isinstance(fact, ThemesErased):
        return fact.themes
    return fact.actions if isinstance(fact, ActionsErased) else []


class _Copy:
    """A log that is written beside the original: two boards, which always show the same."""

    def __init__(self, erased: set[str]) -> None:
        self.events: list[Event] = []
        self._erased = erased
        self._source, self._board = Board(), Board()
        self._texts: dict[CardId, int] = {}  # card -> where in `events` its text is said
        self._unread: set[CardId] = set()  # cards whose text, as it is said there, the screen has never shown

    def follow(self, event: Event) -> None:
        """Copy what an event says, and recount what it may have changed."""
        apply(self._source, event)
        before = self._board.seq
        if fact := self._without_person(event.fact):
            self._write(event.at, fact)
        if isinstance(event.fact, OPENING):
            self._unread = {card for card in self._unread if not can_read(self._source, card, SCREEN)}
        if isinstance(event.fact, CardAgreed | AgreesCounted):
            self._count_agrees(event.at, event.fact.card)
        if isinstance(event.fact, PersonRemoved | PersonAdmitted):
            for card in self._board.cards:
                self._count_agrees(event.at, card)
        # Whatever changes how far the room is touches the record of the workshop, here or there.
        is_touched = self._source.stamp("workshop", SCREEN) == event.seq
        is_touched = is_touched or self._board.stamp("workshop", SCREEN) > before
        if is_touched or isinstance(event.fact, CHOOSING):
            self._count_votes(event.at, totals_shown(self._source))
            self._count_estimates(event.at, estimates_shown(self._source))
            self._count_people(event.at)

    def count_secrets(self, at: int) -> None:
        """Write the votes and estimates that are still secret at the end, so that the workshop can go on."""
        self._count_votes(at, True)
        self._count_estimates(at, True)

    def _write(self, at: int, fact: Fact) -> None:
        event = Event(len(self.events) + 1, at, None, fact)
        self.events.append(event)
        apply(self._board, event)

    # --- what was done ----------------------------------------------------------------------------------------------

    def _without_person(self, fact: Fact) -> Fact | None:
        if isinstance(fact, CardsRevealed):
            cards = [card for card in fact.cards if card not in self._erased]
            return CardsRevealed(cards) if cards else None
        if self._is_of_erased(fact):
            return None
        if isinstance(fact, CardAdded | CardEdited):
            return self._text(fact)
        if isinstance(fact, ActionSet):
            return msgspec.structs.replace(fact, by=None)
        if isinstance(fact, KeyRenewed):
            return msgspec.structs.replace(fact, kept=None)
        return fact if isinstance(fact, KEPT) else None

    def _is_of_erased(self, fact: Fact) -> bool:
        """Whether an event is about something taken back; that it was in focus stays."""
        if isinstance(fact, Focused):
            return False
        fields = ("action",) if isinstance(fact, ActionSet) else ("card", "target", "wind", "brake", "theme", "into")
        return any(getattr(fact, field, None) in self._erased for field in (*fields, "action"))

    def _text(self, fact: CardAdded | CardEdited) -> Fact | None:
        """Return the fact of a card's text, or None if it replaced one that the big screen never showed."""
        if isinstance(fact, CardAdded):
            fact = msgspec.structs.replace(fact, author=None, for_=None)
        elif fact.card in self._unread:
            place = self.events[self._texts[fact.card]]
            self.events[self._texts[fact.card]] = msgspec.structs.replace(
                place, fact=msgspec.structs.replace(place.fact, text=fact.text)
            )
            return None
        self._texts[fact.card] = len(self.events)
        if not can_read(self._source, fact.card, SCREEN):
            self._unread.add(fact.card)
        return fact

    # --- how many ---------------------------------------------------------------------------------------------------

    def _count_agrees(self, at: int, card: CardId) -> None:
        if card in self._board.cards:
            now = agrees(self._source, self._source.cards[card])
            if now != agrees(self._board, self._board.cards[card]):
                self._write(at, AgreesCounted(card, now))

    def _count_votes(self, at: int, is_shown: bool) -> None:
        if not is_shown:
            return
        now, before = _votes(self._source), _votes(self._board)
        votes = {
            target: now[target]
            for target in sorted(now.keys() | before.keys())
            if now[target] != before[target] and target not in self._erased
        }
        if votes:
            self._write(at, VotesCounted(votes))

    def _count_estimates(self, at: int, is_shown: bool) -> None:
        if not is_shown:
            return
        for target in sorted(self._source.estimates.keys() - self._erased):
            knots = _knots(self._source, target)
            fewest = self._source.fewest_estimates.get(target, 1)
            if knots != _knots(self._board, target) or fewest != self._board.fewest_estimates.get(target, 1):
                self._write(at, EstimatesCounted(target, knots, fewest))

    def _count_people(self, at: int) -> None:
        people = _people(self._source)
        if people != _people(self._board):
            self._write(at, people)


def _votes(board: Board) -> Counter[TargetId]:
    """Return how many votes were put on each card or theme, wherever they count now."""
    votes: Counter[TargetId] = Counter()
    for person, mine in board.votes.items():
        if board.counts(person):
            votes.update(mine)
    return votes


def _knots(board: Board, target: TargetId) -> list[float]:
    return sorted(knots for person, knots in board.estimates.get(target, {}).items() if board.counts(person))


def _people(board: Board) -> PeopleCounted:
    room = progress(board)
    facilitators = people_of(board, "facilitator")
    return PeopleCounted(
        participants=room.of,
        facilitators=len(facilitators),
        ready=room.ready,
        ready_facilitators=sum(who.ready for who in facilitators),
        voted=room.voted,
        estimated=room.estimated,
        placed=room.placed,
        over=room.over,
    )
