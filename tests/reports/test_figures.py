"""The figures of a synthesis: each equals what one counts by hand, and says over which workshops it was counted."""

from __future__ import annotations

import io
import random
from collections import Counter
from pathlib import Path

import pypdf
import pytest

from speedboat.access.entry import create_workshop
from speedboat.access.keys import KeyMaker
from speedboat.domain.features.actions import ActionSet
from speedboat.domain.messages import SCREEN, Event
from speedboat.domain.scene import KINDS
from speedboat.exports import House
from speedboat.exports.synthesis_bases import bases
from speedboat.i18n.formatting import Words
from speedboat.library.selection import synthesis, write_synthesis
from speedboat.reports.digest import Digest, DigestAction, DigestCard, DigestTheme, digest, mask_names
from speedboat.reports.figures import SelectedWorkshop
from speedboat.reports.quotes import WITHOUT_THEME, FigureQuery, Quote, in_turn, quotes
from speedboat.reports.synthesis import Bonds, Fleet, Strand, synthesise
from speedboat.storage.library_queries import LibraryQuery
from speedboat.storage.store import Store
from speedboat.writing.creation import NewWorkshop
from tests.support.boards import ALICE, BOB, DAN, Table, card, theme

SECRET = "a secret for the tests only"
BUDGET, TEAM = theme(1), theme(2)


def workshop(
    number: int,
    *cards: DigestCard,
    themes: dict[str, int | None] | None = None,
    links: list[tuple[str, str]] | None = None,
    actions: list[DigestAction] | None = None,
    people: int = 0,
    series: int | None = None,
    knots: float | None = None,
) -> SelectedWorkshop:
    """A workshop with these cards; `themes` are titles with their votes, as ids too."""
    topics = [DigestTheme(one, one, [], [], votes, knots) for one, votes in (themes or {}).items()]
    content = Digest("closed", 0, list(cards), topics, links or [], actions or [], people)
    return SelectedWorkshop(
        number, f"CODE{number}", f"Atelier {number}", "fr", "speedboat", 1, number, content, "2026-01-01", series
    )


def brake(n: int, of: str = "", weight: float = 0.5, agrees: int = 0) -> DigestCard:
    return DigestCard(card(n), "anchor", f"Frein {n}", weight, agrees, of)


def lever(n: int, of: str = "") -> DigestCard:
    return DigestCard(card(n), "wind", f"Levier {n}", 0.5, 0, of)


def only(workshops: list[SelectedWorkshop], bonds: Bonds | None = None) -> Fleet:
    (fleet,) = synthesise(workshops, bonds or {})
    return fleet


def strand(fleet: Fleet, title: str) -> Strand:
    return next(one for one in fleet.strands if one.title == title)


# --- actions --------------------------------------------------------------------------------------------------------


def test_an_action_that_was_carried_over_counts_once_by_its_latest_state() -> None:
    first = workshop(1, themes={BUDGET: None}, actions=[DigestAction("Écrire", "accepted", BUDGET, id="action:1")])
    second = workshop(2, actions=[DigestAction("Écrire", "done", id="action:1")], series=1)
    fleet = only([first, second])
    assert (fleet.figures.actions, fleet.figures.done) == (1, 1)
    assert [(one.workshop, one.state) for one in fleet.actions] == [("CODE2", "done")]
    assert (fleet.strands[0].figures.actions, fleet.strands[0].figures.done) == (1, 1)
    assert [(boat.figures.actions, boat.figures.done) for boat in fleet.boats] == [(1, 0), (1, 1)]


def test_actions_with_one_id_in_workshops_of_no_series_are_two() -> None:
    original = workshop(1, actions=[DigestAction("Écrire", "done", id="action:1")])
    imported = workshop(2, actions=[DigestAction("Écrire", "proposed", id="action:1")])
    assert (only([original, imported]).figures.actions, only([original, imported]).figures.done) == (2, 1)


def test_an_action_of_a_real_series_is_counted_once(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'speedboat.db'}")
    store.migrate()
    keys = KeyMaker(SECRET)
    first, _ = create_workshop(store, keys, 1, NewWorkshop("Un", "", "fr"))
    with store.writing() as transaction:
        fact = ActionSet("action:" + "1" * 16, "Écrire", "accepted")  # type: ignore[arg-type]
        transaction.append([(first.id, Event(2, 2, None, fact))], {first.id: 2})
        current = transaction.get(first.id)
    second, _ = create_workshop(store, keys, 3, NewWorkshop("Deux", "", "fr", current))
    with store.writing() as transaction:
        done = ActionSet("action:" + "1" * 16, "Écrire", "done")  # type: ignore[arg-type]
        transaction.append([(second.id, Event(second.seq + 1, 4, None, done))], {second.id: second.seq + 1})
    (fleet,) = synthesis(store, LibraryQuery()).fleets
    store.close()
    assert (fleet.figures.actions, fleet.figures.done) == (1, 1)
    assert (fleet.bases.workshops, [(boat.part, boat.parts) for boat in fleet.boats]) == (1, [(1, 2), (2, 2)])


# --- levers ---------------------------------------------------------------------------------------------------------


def test_a_workshop_that_linked_nothing_has_no_brakes_without_a_lever() -> None:
    asked = workshop(1, brake(1), brake(2), lever(3), links=[(card(3), card(1))])
    never = workshop(2, brake(1), brake(2), brake(3))
    fleet = only([asked, never])
    assert (fleet.figures.relieved, fleet.figures.unrelieved, fleet.figures.linked) == (1, 1, 1)
    assert fleet.bases.linked == 1
    behind = quotes([asked, never], {}, FigureQuery("speedboat", 1, kind="brake", relief="none"))
    assert [(one.workshop, one.text) for one in behind] == [("CODE1", "Frein 2")]


def test_a_link_to_a_theme_relieves_its_brakes_through_the_theme_only() -> None:
    one = workshop(
        1, *(brake(n, BUDGET) for n in range(1, 5)), lever(9), themes={BUDGET: None}, links=[(card(9), BUDGET)]
    )
    figures = only([one]).figures
    assert (figures.relieved, figures.relieved_by_theme, figures.unrelieved) == (0, 4, 0)
    one.digest.links.append((card(9), card(2)))
    figures = only([one]).figures
    assert (figures.relieved, figures.relieved_by_theme, figures.unrelieved) == (1, 3, 0)


# --- cards without a theme ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_every_card_is_in_a_theme_or_counted_as_without_one(seed: int) -> None:
    draw = random.Random(seed)
    some = []
    for number in range(1, 8):
        topics = [theme(n) for n in range(draw.randint(0, 3))]
        cards = [
            DigestCard(card(n), draw.choice(KINDS), f"{number} {n}", 0.5, 0, draw.choice(["", *topics]))
            for n in range(draw.randint(0, 12))
        ]
        some.append(workshop(number, *cards, themes=dict.fromkeys(topics)))
    bonds = {(one.id, topic.id): topic.id for one in some for topic in one.digest.themes if draw.random() < 0.5}
    fleet = only(some, bonds)
    for kind in KINDS:
        by_hand = sum(one.kind == kind for each in some for one in each.digest.cards)
        shown = [*(each.figures for each in fleet.strands), fleet.without_theme]
        assert getattr(fleet.figures, kind) == by_hand == sum(getattr(figures, kind) for figures in shown)
        loose = quotes(some, bonds, FigureQuery("speedboat", 1, strand=WITHOUT_THEME, kind=kind))
        assert len(loose) == getattr(fleet.without_theme, kind)
        for each in fleet.strands:
            behind = quotes(some, bonds, FigureQuery("speedboat", 1, strand=each.key, kind=kind))
            assert len(behind) == getattr(each.figures, kind)


# --- votes, means, series, people -----------------------------------------------------------------------------------


def test_votes_are_a_mean_share_so_that_a_large_group_does_not_outvote_a_small_one() -> None:
    large = workshop(1, themes={"Budget": 30, "Équipe": 20})
    small = workshop(2, themes={"Budget": 1, "Équipe": 9})
    silent = workshop(3, themes={"Budget": None, "Équipe": None})
    bonds = {(n, title): title for n in (1, 2, 3) for title in ("Budget", "Équipe")}
    fleet = only([large, small, silent], bonds)
    budget, team = strand(fleet, "Budget").figures, strand(fleet, "Équipe").figures
    assert (budget.votes, team.votes) == (31, 29)
    assert (budget.vote_share, team.vote_share) == (0.35, 0.65)
    assert (team.vote_share_low, team.vote_share_high, team.voted) == (0.4, 0.9, 2)
    assert [one.title for one in fleet.strands] == ["Équipe", "Budget"]
    assert fleet.bases.voted == 2


def test_votes_on_cards_without_a_theme_are_part_of_the_votes_of_their_workshop() -> None:
    alone = brake(1)
    alone.votes = 3
    fleet = only([workshop(1, alone, themes={"Budget": 1})])
    assert (strand(fleet, "Budget").figures.vote_share, fleet.without_theme.vote_share) == (0.25, 0.75)


def test_a_mean_has_its_spread_and_the_knots_their_range() -> None:
    some = [
        workshop(1, brake(1, "Budget", 0.2), themes={"Budget": None}, knots=2),
        workshop(2, brake(1, "Budget", 0.8), themes={"Budget": None}, knots=6),
        workshop(3, themes={"Budget": None}),
    ]
    one = strand(only(some, {(n, "Budget"): "x" for n in (1, 2, 3)}), "Budget")
    assert (one.figures.brake_weight, one.figures.brake_spread) == (0.5, 0.424)
    assert (one.knots, one.knots_low, one.knots_high, one.knots_n) == (4, 2, 6, 2)
    assert only([some[0]]).figures.brake_spread is None


def test_a_series_counts_as_one_workshop_with_its_course() -> None:
    some = [
        workshop(1, themes={"Budget": 4, "Équipe": 0}, people=8),
        workshop(2, themes={"Budget": 2, "Équipe": 2}, people=6, series=1),
        workshop(3, themes={"Budget": 5}),
    ]
    fleet = only(some, {(n, "Budget"): "x" for n in (1, 2, 3)})
    budget = strand(fleet, "Budget")
    assert (budget.workshops, fleet.bases.workshops, fleet.bases.grouped) == (2, 2, 2)
    assert (budget.figures.vote_share, budget.figures.voted) == (0.875, 2)
    assert [(boat.part, boat.parts) for boat in fleet.boats] == [(1, 2), (2, 2), (1, 1)]
    assert (fleet.bases.people, fleet.bases.counted) == (14, 2)


def test_what_the_figures_are_based_on_is_said_in_words() -> None:
    cards, links = (brake(1, BUDGET), brake(2), lever(3)), [(card(3), card(1))]
    grouped = workshop(1, *cards, themes={BUDGET: 2}, links=links, people=9)
    said = bases(only([grouped, workshop(2, brake(1), series=1), workshop(3, brake(1))]), Words("en"))
    assert said == [
        "A series counts as one workshop: these 3 are counted as 2.",
        "9 participants, in the 1 of 3 workshops where their number is known.",
        "Themes: 1 of 2 workshops grouped their cards. 4 of 5 cards are in no theme.",
        "Votes: the mean share of each workshop’s votes; 1 of 2 workshops voted.",
        "Levers: 1 of 2 workshops linked levers to brakes; in the others nothing is counted.",
    ]


def test_the_digest_knows_how_many_took_part() -> None:
    table = Table()
    table.add(BOB, 1, "Le temps")
    assert digest(table.board, str.split).people == table.seen(SCREEN)["workshop"].progress.of > 0


# --- quotes ---------------------------------------------------------------------------------------------------------


def test_quotes_are_of_each_workshop_in_turn_the_most_agreed_with_first() -> None:
    some = [workshop(n, *(brake(10 * n + agrees, agrees=agrees) for agrees in range(4))) for n in (1, 2, 3)]
    told = quotes(some, {}, FigureQuery("speedboat", 1))
    assert [sorted(one.workshop for one in told[turn : turn + 3]) for turn in (0, 3, 6, 9)] == [
        ["CODE1", "CODE2", "CODE3"]
    ] * 4
    assert [one.agrees for one in told] == [3, 3, 3, 2, 2, 2, 1, 1, 1, 0, 0, 0]


def test_of_equal_quotes_no_workshop_is_favoured() -> None:
    firsts: Counter[str] = Counter()
    for seed in range(64):
        cards = [quote(f"CODE{n}", f"Frein {n}") for n in range(12)]
        firsts.update(one.workshop for one in in_turn(cards, f"theme {seed}")[:1])
    assert len(firsts) >= 10
    assert max(firsts.values()) <= 13


def quote(code: str, text: str) -> Quote:
    return Quote(code, code, "anchor", text, 0.5, 0, "", None)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Camille ne répond plus", "[…] ne répond plus"),
        ("Demander à Jean-Loup ou à Camille.", "Demander à […] ou à […]."),
        ("La camille est une fleur", "La camille est une fleur"),
        ("Camillette", "Camillette"),
        ("Aller vite", "Aller vite"),
    ],
)
def test_names_of_people_who_were_there_are_masked_in_what_cards_say(text: str, masked: str) -> None:
    content = Digest("closed", 0, [DigestCard(card(1), "anchor", text, 0.5)], [], [], [])
    mask_names(content, ["Camille", "Jean-Loup Ab", "le", ""])
    assert content.cards[0].text == masked


def test_no_synthesis_names_somebody_who_was_there_nor_a_workshop_of_few(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'speedboat.db'}")
    store.migrate()
    row, _ = create_workshop(store, KeyMaker(SECRET), 1, NewWorkshop("Atelier de Vieille-Brioude", "", "fr"))
    table = Table()
    table.add(BOB, 1, "Gwenaëlle n’écoute personne")
    table.add(DAN, 2, "Le budget")
    table.add(DAN, 3, "L’entraide", kind="wind")
    table.do(ALICE, "set_phase", phase="discuss")
    table.do(ALICE, "link", wind=card(3), brake=card(2))
    with store.writing() as transaction:
        events = [(row.id, event) for event in table.log[1:]]
        transaction.append(events, {row.id: table.log[-1].seq})
        transaction.set_name(row.id, BOB, "Gwenaëlle")
    query = LibraryQuery()
    made = {form: write_synthesis(store, query, form, "fr", House()) for form in ("json", "pdf")}
    store.close()
    pages = pypdf.PdfReader(io.BytesIO(made["pdf"])).pages
    told = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert "Gwenaëlle" not in made["json"].decode() + told
    assert "[…] n’écoute personne" in made["json"].decode()
    assert "Ancre · un petit groupe" in told
