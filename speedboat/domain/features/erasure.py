"""Erasing what somebody wrote: which records, what is erased with them, and what is removed from the log.

Pure. `take_back` erases my cards and the actions I proposed. With a card go the note and the hold reason on it, a theme
that has never held any card but erased ones, and titles and notes that repeat its text. Cards and actions that other
people wrote are theirs, and stay. In an anonymous workshop each record goes by itself, at a time of its own
(`Decision.later`): cards that vanish together would be seen to have one author.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from typing import Annotated, NamedTuple

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from speedboat.domain.declarations import ALICE, BOB, DAN, Step, declare, does, done, refused
from speedboat.domain.features.actions import ActionCarried, ActionsErased, ActionSet
from speedboat.domain.features.airlock import CardHeld
from speedboat.domain.features.cards import CardAdded, CardEdited, CardsErased
from speedboat.domain.features.discussion import Focused, Noted
from speedboat.domain.features.themes import ERASED_TITLE, ThemeAdded, ThemeRenamed, ThemesErased, TitlesErased
from speedboat.domain.ids import ActionId, CardId, ThemeId
from speedboat.domain.messages import Command, Decision, Fact, Refused, Viewer
from speedboat.domain.permissions import EVERY, NEVER, May
from speedboat.domain.state import Board

ERASING = frozenset((CardsErased, ThemesErased, TitlesErased, ActionsErased))
QUOTED = 8  # letters of a card that make another text repeat it by holding them
CUT_LETTERS, CUT_WORDS = 16, 3  # of a title that is taken to be cut from a card
_ACCENTS, _SIGNS = re.compile("[\u0300-\u036f]"), re.compile(r"[\W_]+")


WireOwnId = Annotated[str, msgspec.Meta(pattern=r"^(card|action):[A-Za-z0-9_-]{16,64}\Z")]
BUDGET, SMILE = CardId("card:0000000000000001"), CardId("card:0000000000000002")
ACT, TIME = ActionId("action:0000000000000001"), ThemeId("theme:0000000000000001")
WRITTEN = (
    does(BOB, "add_card", card=BUDGET, kind="anchor", text="Pas de budget", weight=1),
    does(DAN, "add_card", card=SMILE, kind="wind", text="Le sourire", weight=1),
)
DISCUSSED = (
    *WRITTEN,
    does(ALICE, "set_phase", phase="discuss"),
    does(BOB, "add_action", action=ACT, text="Écrire"),
)
NAMELESS = does(ALICE, "change_settings", anonymous=True)
IRREVERSIBLE = "what is erased is gone, from the log too"


def _theme(title: str, *cards: str) -> Step:
    return does(ALICE, "add_theme", theme=TIME, title=title, cards=list(cards))


# --- take_back -------------------------------------------------------------------------------------------------------


class TakeBack(Command, frozen=True, tag="take_back"):
    """Erase every card I wrote and every action I proposed, or one `record` of these, from the log too."""

    record: WireOwnId | UnsetType = UNSET


def take_back(board: Board, command: TakeBack, who: Viewer, now: int) -> Decision:
    cards = [card.id for card in board.cards.values() if card.author == who.person]
    actions = [action.id for action in board.actions.values() if action.by == who.person]
    if command.record is not UNSET:
        if command.record not in (*cards, *actions):
            raise Refused("not_yours", "record")
        cards = [card for card in cards if card == command.record]
        actions = [action for action in actions if action == command.record]
    if board.settings.anonymous:
        return Decision([], later=[*cards, *actions])
    return Decision(erasing(board, cards, actions))


TAKE_BACK = declare(
    TakeBack,
    take_back,
    May(EVERY, EVERY, locked=True),
    done(BOB, CardsErased([BUDGET]), after=WRITTEN),
    done(BOB, CardsErased([BUDGET]), ActionsErased([ACT]), after=DISCUSSED),
    done(BOB, CardsErased([BUDGET]), ThemesErased([TIME]), after=[*DISCUSSED[:3], _theme("Temps", BUDGET)]),
    done(BOB, CardsErased([BUDGET]), after=[*DISCUSSED[:3], _theme("Temps", BUDGET, SMILE)]),
    done(BOB, CardsErased([BUDGET]), TitlesErased([TIME]), after=[*DISCUSSED[:3], _theme("Pas de budget", SMILE)]),
    done(
        BOB,
        CardsErased([BUDGET]),
        Noted(SMILE),
        Focused(),
        after=[
            *DISCUSSED[:3],
            does(ALICE, "note", target=SMILE, text="Pas de budget !"),
            does(ALICE, "focus", target=BUDGET),
        ],
    ),
    done(BOB, CardsErased([BUDGET]), after=[*DISCUSSED[:3], does(ALICE, "focus", target=SMILE)]),
    done(BOB, CardsErased([BUDGET]), after=[*DISCUSSED[:3], does(ALICE, "link", wind=SMILE, brake=BUDGET)]),
    done(BOB, later=[BUDGET, ACT], after=[NAMELESS, *DISCUSSED]),
    done(BOB, CardsErased([BUDGET]), after=DISCUSSED, record=BUDGET),
    done(BOB, ActionsErased([ACT]), after=DISCUSSED, record=ACT),
    done(BOB, later=[BUDGET], after=[NAMELESS, *DISCUSSED], record=BUDGET),
    done(ALICE, after=DISCUSSED),
    refused(BOB, "not_yours", "record", after=DISCUSSED, record=SMILE),
    refused(DAN, "not_yours", "record", after=DISCUSSED, record=ACT),
    refused(BOB, "not_yours", "record", record=BUDGET),
    refusals=["not_yours"],
    no_undo=IRREVERSIBLE,
)


# --- erase_record ----------------------------------------------------------------------------------------------------


class EraseRecord(Command, frozen=True, tag="erase_record", tag_field="act"):
    """Not on the wire: a card or action whose time has come. `record` is its id."""

    record: str


def erase_record(board: Board, command: EraseRecord, who: Viewer, now: int) -> Decision:
    """Erase one scheduled record; one that no longer exists was erased before."""
    cards = [card for card in [CardId(command.record)] if card in board.cards]
    actions = [action for action in [ActionId(command.record)] if action in board.actions]
    return Decision(erasing(board, cards, actions))


ERASE_RECORD = declare(
    EraseRecord,
    erase_record,
    May(NEVER, NEVER),
    done(BOB, CardsErased([BUDGET]), after=[NAMELESS, *DISCUSSED], record=BUDGET),
    done(BOB, ActionsErased([ACT]), after=[NAMELESS, *DISCUSSED], record=ACT),
    done(BOB, after=[*WRITTEN, does(BOB, "take_back")], record=BUDGET),
    no_undo=IRREVERSIBLE,
    on_wire=False,
)


def erasing(board: Board, cards: list[CardId], actions: list[ActionId]) -> list[Fact]:
    """Return the facts that erase these, and what repeats them."""
    facts: list[Fact] = []
    if cards:
        erased = set(cards)
        theme_ids = _themes_made_of(board, erased)
        words = ErasedTexts(text for card in cards for text in (board.cards[card].text, *board.cards[card].past_texts))
        themes = [theme for theme in board.themes.values() if theme.id not in theme_ids]
        others = [card for card in board.cards.values() if card.id not in erased]
        titles = [theme.id for theme in themes if words.are_in(theme.title)]
        facts.append(CardsErased(cards))
        facts += [ThemesErased(theme_ids)] if theme_ids else []
        facts += [TitlesErased(titles)] if titles else []
        notes = {place.id: place.note for place in themes} | {place.id: place.note for place in others}
        facts += [Noted(place) for place, note in notes.items() if words.are_in(note or "")]
        facts += [CardHeld(card.id, ERASED_TITLE) for card in others if words.are_in(card.held or "")]
        if board.focus in (*cards, *theme_ids):
            facts.append(Focused())
    if actions:
        facts.append(ActionsErased(actions))
    return facts


def _themes_made_of(board: Board, ids: set[CardId]) -> list[ThemeId]:
    """Return the themes whose only cards are these, and that never held another card that still exists."""
    living = board.cards.keys() - ids
    remaining: set[ThemeId] = set()
    for theme in board.themes.values():
        if theme.cards & living:
            # What a theme was merged into holds its cards too.
            at: ThemeId | None = theme.id
            while at is not None and at not in remaining and (here := board.themes.get(at)):
                remaining.add(at)
                at = here.merged_into
    return [theme.id for theme in board.themes.values() if theme.cards & ids and theme.id not in remaining]


# --- the log --------------------------------------------------------------------------------------------------------


class Gone(NamedTuple):
    """The records that a workshop's new facts erase."""

    cards: frozenset[CardId]
    themes: frozenset[ThemeId]
    actions: frozenset[ActionId]

    @classmethod
    def of(cls, facts: Iterable[Fact]) -> Gone:
        cards: set[CardId] = set()
        themes: set[ThemeId] = set()
        actions: set[ActionId] = set()
        for fact in facts:
            if isinstance(fact, CardsErased):
                cards.update(fact.cards)
            elif isinstance(fact, ThemesErased):
                themes.update(fact.themes)
            elif isinstance(fact, ActionsErased):
                actions.update(fact.actions)
        return cls(frozenset(cards), frozenset(themes), frozenset(actions))

    @property
    def ids(self) -> frozenset[str]:
        return frozenset[str](self.cards) | self.themes | self.actions


def words_of(facts: Iterable[Fact], erased: Gone) -> ErasedTexts:
    """Return the texts of erased cards, from the log."""
    return ErasedTexts(
        fact.text for fact in facts if isinstance(fact, CardAdded | CardEdited) and fact.card in erased.cards
    )


def without_words(fact: Fact, erased: Gone, words: ErasedTexts) -> Fact:
    """Return a fact as it stays in the log, without erased texts. The log folds to the same board."""
    match fact:
        case CardAdded() if fact.card in erased.cards:
            return replace(fact, text="", for_=None)
        case CardEdited() if fact.card in erased.cards:
            return replace(fact, text="")
        case CardHeld() if fact.card in erased.cards:
            return replace(fact, reason="")
        case CardHeld() if words.are_in(fact.reason):
            return replace(fact, reason=ERASED_TITLE)
        case Noted() if fact.target in erased.ids or words.are_in(fact.text):
            return replace(fact, text="")
        case ThemeAdded() | ThemeRenamed() if fact.theme in erased.themes or words.are_in(fact.title):
            return replace(fact, title=ERASED_TITLE)
        case ActionSet() | ActionCarried() if fact.action in erased.actions:
            return replace(fact, text="", owner=None)
    return fact


class ErasedTexts:
    """Erased texts, and whether another text repeats one of them.

    It does when it says the same, when it holds the whole of a text of at least `QUOTED` letters, or when it was cut
    from one: at least `CUT_WORDS` words and `CUT_LETTERS` letters of it, or a beginning of it with "…". Case, accents,
    spaces and signs do not count.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = {plain for text in texts if (plain := _plain(text))}
        self._lines = "\n" + "\n".join(self._texts)
        # By their first letters: a workshop has thousands of texts to be compared with hundreds.
        self._quoted: dict[str, list[str]] = defaultdict(list)
        for text in self._texts:
            if len(text) >= QUOTED:
                self._quoted[text[:QUOTED]].append(text)

    def are_in(self, text: str) -> bool:
        plain = _plain(text)
        if not plain or not self._texts:
            return False
        if plain in self._texts:
            return True
        is_long = len(plain) >= CUT_LETTERS and plain.count(" ") >= CUT_WORDS - 1
        if is_long and plain in self._lines:
            return True
        if text.endswith("…") and text != ERASED_TITLE and f"\n{plain}" in self._lines:
            return True
        return any(
            plain.startswith(quoted, at)
            for at in range(len(plain) - QUOTED + 1)
            for quoted in self._quoted.get(plain[at : at + QUOTED], ())
        )


def _plain(text: str) -> str:
    letters = _ACCENTS.sub("", unicodedata.normalize("NFD", text.casefold()))
    return _SIGNS.sub(" ", letters).strip() or text.strip()
