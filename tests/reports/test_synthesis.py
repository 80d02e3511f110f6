"""The synthesis of many workshops: figures, suggested and confirmed same themes, exports."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator

import pytest

from speedboat.access.keys import KeyMaker, derived_key
from speedboat.domain.features.cards import CardsErased
from speedboat.domain.folding import fold
from speedboat.domain.messages import Refused
from speedboat.exports import House
from speedboat.exports.synthesis import FORMATS
from speedboat.library.search import shelf
from speedboat.library.selection import write_synthesis
from speedboat.reports.digest import Digest, DigestCard, DigestTheme, digest
from speedboat.reports.figures import SelectedWorkshop
from speedboat.reports.quotes import FigureQuery, quotes
from speedboat.reports.synthesis import Fleet, key_of, synthesise
from speedboat.reports.text_similarity import words_of
from speedboat.storage import library_queries
from speedboat.storage.erasure_queries import erase
from speedboat.storage.library_queries import LibraryQuery
from speedboat.storage.store import Store
from speedboat.storage.visible_workshops import Sight
from tests.support.boards import ALICE, BOB, Table, theme
from tests.support.many_workshops import seed

SECRET = "a secret for the tests only"
NEW = "card:" + "z" * 16


def taken(number: int, *titles: str, version: int = 1) -> SelectedWorkshop:
    """A workshop with themes of one anchor and one wind each, the anchors relieved in the first theme only."""
    cards, themes = [], []
    for n, title in enumerate(titles):
        themes.append(DigestTheme(theme(n), title, [stem for stem, _ in words_of(title, "fr")], [], votes=n + 1))
        cards.append(DigestCard(f"card:a{n}", "anchor", f"{title} manque", 0.8, theme=theme(n)))
        cards.append(DigestCard(f"card:w{n}", "wind", f"{title} aide", 0.4, theme=theme(n)))
    links = [("card:w0", "card:a0")] if titles else []
    told = Digest("closed", 0, cards, themes, links, [])
    return SelectedWorkshop(
        number, f"CODE{number}", f"Atelier {number}", "fr", "speedboat", version, number * 1000, told
    )


def titles(fleet: Fleet, *, several: bool) -> list[str]:
    return [strand.title for strand in fleet.strands if (strand.workshops > 1) is several]


# --- counting -------------------------------------------------------------------------------------------------------


def test_themes_count_together_only_where_a_person_said_so() -> None:
    some = [taken(1, "Budget", "Temps"), taken(2, "Budget")]
    (apart,) = synthesise(some, {})
    assert titles(apart, several=True) == []
    assert [(len(likely.strands), likely.exact) for likely in apart.likely] == [(2, True)]
    (tied,) = synthesise(some, {(1, theme(0)): "x", (2, theme(0)): "x"})
    (strand,) = [strand for strand in tied.strands if strand.workshops > 1]
    assert (strand.title, strand.workshops, strand.figures.anchor, strand.figures.votes) == ("Budget", 2, 2, 2)
    assert [member.workshop for member in strand.members] == ["CODE1", "CODE2"]
    assert tied.likely == []


def test_versions_of_a_format_are_never_counted_together() -> None:
    bonds = {(1, theme(0)): "x", (2, theme(0)): "x"}
    fleets = synthesise([taken(1, "Budget"), taken(2, "Budget", version=2)], bonds)
    assert [(fleet.version, fleet.figures.anchor, titles(fleet, several=True)) for fleet in fleets] == [
        (1, 1, []),
        (2, 1, []),
    ]


def test_every_figure_has_its_cards_with_the_workshop_named() -> None:
    some, bonds = [taken(1, "Budget", "Temps"), taken(2, "Budget")], {(1, theme(0)): "x", (2, theme(0)): "x"}
    (fleet,) = synthesise(some, bonds)

    def behind(**asked: object) -> list[tuple[str, str]]:
        found = quotes(some, bonds, FigureQuery("speedboat", 1, **asked))  # type: ignore[arg-type]
        return [(quote.title, quote.text) for quote in found]

    assert len(behind(kind="anchor")) == fleet.figures.anchor == 3
    assert len(behind(kind="brake", relief="direct")) == fleet.figures.relieved == 2
    assert len(behind(kind="wind", workshop="CODE2")) == fleet.boats[1].figures.wind == 1
    key = next(strand.key for strand in fleet.strands if strand.workshops == 2)
    assert behind(strand=key, kind="anchor") == [("Atelier 1", "Budget manque"), ("Atelier 2", "Budget manque")]


def test_a_workshop_and_its_import_have_the_same_ids_and_are_counted_apart() -> None:
    original, imported = taken(1, "Budget", "Temps"), taken(2, "Budget", "Temps")
    imported.digest.links = []
    (fleet,) = synthesise([original, imported], {})
    assert [boat.figures.relieved for boat in fleet.boats] == [1, 0]
    assert fleet.figures.relieved == 1


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("Budget", "budgets", True), ("Visibilité", "Visibilité du métier", True), ("Budget", "Hiérarchie", False)],
)
def test_likeness_is_only_suggested_where_titles_resemble(one: str, other: str, same: bool) -> None:
    (fleet,) = synthesise([taken(1, one), taken(2, other)], {})
    assert bool(fleet.likely) is same


def test_two_themes_of_one_workshop_are_never_suggested_to_be_the_same() -> None:
    (fleet,) = synthesise([taken(1, "Budget", "Budgets"), taken(2, "Temps")], {})
    assert fleet.likely == []


# --- what is hidden stays hidden ------------------------------------------------------------------------------------


def test_what_is_hidden_on_the_wall_is_in_no_digest() -> None:
    table = Table()
    one = table.add(BOB, 1, "Mon chef ne voit rien")
    table.do(ALICE, "set_phase", phase="write")
    hidden = digest(table.board, str.split)
    assert (hidden.closed, hidden.cards) == (1, [])
    table.do(ALICE, "set_phase", phase="group")
    table.do(ALICE, "add_theme", theme=theme(), title="Hiérarchie", cards=[one])
    table.do(ALICE, "set_phase", phase="vote")
    table.do(BOB, "vote", target=theme(), count=2)
    assert digest(table.board, str.split).themes[0].votes is None
    table.do(ALICE, "set_phase", phase="cut")
    assert digest(table.board, str.split).themes[0].votes == 2


def test_no_digest_names_anybody() -> None:
    table = Table()
    table.add(BOB, 1, "Le temps")
    table.do(ALICE, "set_phase", phase="act")
    table.do(ALICE, "add_action", action="action:" + "0" * 16, text="Écrire", owner="Camille")
    told = repr(digest(table.board, str.split))
    assert "Écrire" in told
    assert "Camille" not in told
    assert "Bob" not in told
    assert BOB not in told


# --- kept, on both databases ----------------------------------------------------------------------------------------


@pytest.fixture
def shelves(database_url: str) -> Iterator[Store]:
    store = Store(database_url)
    store.migrate()
    yield store
    store.close()


def test_words_of_cards_are_found_after_another_process_wrote_and_not_after_they_were_erased(
    shelves: Store, database_url: str
) -> None:
    one, other = seed(shelves, SECRET, 2, 6)

    def found(word: str) -> list[int]:
        return [row.id for row in shelf(shelves, LibraryQuery(words=tuple(fold(word).split())), 1).workshops]

    assert found("hippopotame") == []
    elsewhere = Store(database_url)
    write_card(elsewhere, other.id, "Un HIPPOPOTAME gêné")
    assert found("hippopotame gene") == [other.id]
    with elsewhere.writing() as transaction:
        erase(transaction, other.id, [CardsErased([NEW])])
    elsewhere.close()
    assert found("hippopotame") == []
    with shelves.reading() as transaction:
        written = " ".join(
            kept.digest for kept in library_queries.stored_digests(transaction, [one.id, other.id]).values()
        )
    assert "ippopotam" not in written.lower()


def test_tags_dates_formats_and_the_archive_narrow_the_shelf(shelves: Store) -> None:
    first, second, third = seed(shelves, SECRET, 3, 4)
    with shelves.writing() as transaction:
        library_queries.add_tag(transaction, second.id, "automne")
        library_queries.add_tag(transaction, second.id, "automne")
        transaction.change_workshop(third.id, archived_at=1)

    def found(wanted: LibraryQuery) -> list[int]:
        return [row.id for row in shelf(shelves, wanted, 1).workshops]

    assert found(LibraryQuery()) == [second.id, first.id]
    assert found(LibraryQuery(archived=True)) == [third.id]
    assert found(LibraryQuery(tag="automne")) == found(LibraryQuery(words=("automne",))) == [second.id]
    assert found(LibraryQuery(last_day=first.held_on)) == [first.id]
    assert found(LibraryQuery(first_day=second.held_on, format="speedboat")) == [second.id]
    assert found(LibraryQuery(sight=Sight((first.id, third.id)))) == [first.id]
    with shelves.writing() as transaction:
        library_queries.remove_tag(transaction, second.id, "automne")
    assert found(LibraryQuery(tag="automne")) == []


def test_a_confirmation_is_kept_joined_and_undone(shelves: Store) -> None:
    ids = [row.id for row in seed(shelves, SECRET, 3, 4)]
    with shelves.writing() as transaction:
        library_queries.confirm(transaction, [(ids[0], theme(0)), (ids[1], theme(0))], "one", 1)
        library_queries.confirm(transaction, [(ids[1], theme(0)), (ids[2], theme(0))], "two", 2)
        assert {bond for _, _, bond in library_queries.same(transaction, ids)} == {"two"}
        assert len(library_queries.same(transaction, ids)) == 3
    with shelves.writing() as transaction:
        library_queries.undo(transaction, [(ids[0], theme(0))])
    with shelves.reading() as transaction:
        assert [one.workshop for one in library_queries.same(transaction, ids)] == ids[1:]
    with shelves.writing() as transaction:
        for workshop in ids:
            transaction.delete_workshop(workshop)
        assert library_queries.same(transaction, ids) == []


def test_a_derived_key_is_found_again_after_it_was_renewed(shelves: Store) -> None:
    (row,) = seed(shelves, SECRET, 1, 2)
    assert derived_key(KeyMaker(SECRET), row) == KeyMaker(SECRET).key(row.id, 1, row.salt)
    assert derived_key(KeyMaker("another secret"), row) is None


def write_card(store: Store, workshop: int, text: str) -> None:
    from speedboat.domain.features.cards import CardAdded
    from speedboat.domain.messages import Event

    with store.writing() as transaction:
        seq = transaction.lock([workshop])[workshop] + 1
        fact = CardAdded(NEW, "anchor", text, 700, 500, 0.5)
        transaction.append([(workshop, Event(seq, 1, None, fact))], {workshop: seq})


# --- files ----------------------------------------------------------------------------------------------------------


def test_a_synthesis_is_written_in_each_format_without_a_code(database_url: str) -> None:
    store = Store(database_url)
    store.migrate()
    rows = seed(store, SECRET, 3, 20)
    write_card(store, rows[0].id, '=HYPERLINK("http://x")\U0001f600 ' + "w" * 300)
    wanted = LibraryQuery(codes=tuple(row.code for row in rows))
    made = {form: write_synthesis(store, wanted, form, "fr", House("Une organisation")) for form in FORMATS}
    assert made["pdf"].startswith(b"%PDF-")
    told = json.loads(made["json"])
    (fleet,) = told["formats"]
    assert len(fleet["cards"]) == sum(fleet["figures"][kind] for kind in ("wind", "anchor", "shark"))
    assert {one["workshop"] for one in fleet["cards"]} == {1, 2, 3}
    with zipfile.ZipFile(io.BytesIO(made["xlsx"])) as book:
        inside = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    assert "HYPERLINK" in inside
    assert "<f>" not in inside
    for row in rows:
        assert row.code not in made["json"].decode() + inside
    assert made["json"] == write_synthesis(store, wanted, "json", "fr", House())
    with pytest.raises(Refused, match="unknown_format"):
        write_synthesis(store, wanted, "exe", "fr", House())
    store.close()


def test_strands_are_named_by_their_first_member() -> None:
    (fleet,) = synthesise([taken(7, "Budget")], {})
    assert fleet.strands[0].key == key_of(7, theme(0))
