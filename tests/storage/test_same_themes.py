"""Which themes of different workshops are the same: confirmed, named, split and undone, on both databases."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from speedboat.domain.ids import WorkshopNumber
from speedboat.domain.messages import Refused
from speedboat.storage import library_queries
from speedboat.storage.library_queries import Member
from speedboat.storage.store import Store
from tests.support.boards import theme
from tests.support.many_workshops import seed

SECRET = "a secret for the tests only"


class Themes:
    """The first two themes of four workshops, and which of them are the same."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.numbers = itertools.count()
        self.ids: list[WorkshopNumber] = [row.id for row in seed(store, SECRET, 4, 4)]

    def theme(self, workshop: int, number: int = 0) -> Member:
        return self.ids[workshop], theme(number)

    def confirm(self, *themes: Member, change: str = "") -> None:
        with self.store.writing() as transaction:
            library_queries.confirm(transaction, themes, f"bond {next(self.numbers)}", 1, change)

    def rename(self, of: Member, name: str, change: str = "") -> None:
        with self.store.writing() as transaction:
            library_queries.rename(transaction, of, name, f"own {of[0]}", 1, change)

    def undo(self, *themes: Member, change: str = "") -> None:
        with self.store.writing() as transaction:
            library_queries.undo(transaction, themes, change)

    def split(self, *themes: Member, change: str = "") -> None:
        with self.store.writing() as transaction:
            library_queries.split(transaction, themes, f"split {change}", 1, change)

    def revert(self, change: str) -> None:
        with self.store.writing() as transaction:
            library_queries.revert(transaction, change)

    def groups(self) -> list[tuple[str, list[Member]]]:
        """Return the themes that are the same, with their name, in order."""
        with self.store.reading() as transaction:
            names = library_queries.bond_names(transaction, self.ids)
            groups: dict[str, list[Member]] = {}
            for one in library_queries.same(transaction, self.ids):
                groups.setdefault(one.bond, []).append((one.workshop, one.theme))
        return sorted((names.get(bond, ""), members) for bond, members in groups.items())


@pytest.fixture
def themes(database_url: str) -> Iterator[Themes]:
    store = Store(database_url)
    store.migrate()
    yield Themes(store)
    store.close()


def test_two_themes_of_one_workshop_are_never_the_same(themes: Themes) -> None:
    with pytest.raises(Refused, match="themes_of_one_workshop"):
        themes.confirm(themes.theme(0), themes.theme(0, 1))
    assert themes.groups() == []


def test_nor_are_they_when_two_groups_come_together(themes: Themes) -> None:
    one = [themes.theme(0), themes.theme(1)]
    other = [themes.theme(0, 1), themes.theme(2)]
    themes.confirm(*one)
    themes.confirm(*other)
    before = themes.groups()
    with pytest.raises(Refused, match="themes_of_one_workshop"):
        themes.confirm(themes.theme(1), themes.theme(2))
    assert themes.groups() == before


def test_a_name_is_that_of_all_and_stays_when_others_join(themes: Themes) -> None:
    themes.confirm(themes.theme(0), themes.theme(1))
    themes.rename(themes.theme(1), "Argent")
    themes.confirm(themes.theme(0), themes.theme(2))
    assert themes.groups() == [("Argent", [themes.theme(0), themes.theme(1), themes.theme(2)])]
    themes.rename(themes.theme(2), "")
    assert themes.groups() == [("", [themes.theme(0), themes.theme(1), themes.theme(2)])]


def test_a_theme_of_one_workshop_alone_is_named_too(themes: Themes) -> None:
    themes.rename(themes.theme(3), "Argent")
    assert themes.groups() == [("Argent", [themes.theme(3)])]


def test_part_of_a_group_becomes_a_theme_of_its_own(themes: Themes) -> None:
    members = [themes.theme(n) for n in range(4)]
    themes.confirm(*members)
    themes.rename(members[0], "Argent")
    themes.split(*members[2:])
    assert themes.groups() == [("", members[2:]), ("Argent", members[:2])]
    themes.split(members[0])
    assert themes.groups() == [("", members[2:]), ("Argent", members[1:2])]


@pytest.mark.parametrize("step", ["confirm", "undo", "split", "rename"])
def test_each_change_is_undone(themes: Themes, step: str) -> None:
    members = [themes.theme(n) for n in range(4)]
    themes.confirm(*members[:2])
    themes.rename(members[0], "Argent")
    themes.confirm(*members[2:])
    before = themes.groups()
    if step == "confirm":
        themes.confirm(members[1], members[2], change="now")
    elif step == "rename":
        themes.rename(members[0], "Finances", change="now")
    else:
        getattr(themes, step)(*members[1:3], change="now")
    assert themes.groups() != before
    themes.revert("now")
    assert themes.groups() == before
    themes.revert("now")
    themes.revert("")
    assert themes.groups() == before


def test_what_was_changed_since_is_not_undone(themes: Themes) -> None:
    members = [themes.theme(n) for n in range(3)]
    themes.confirm(*members[:2], change="first")
    themes.confirm(*members[1:], change="second")
    themes.revert("first")
    assert themes.groups() == [("", members)]


def test_an_undone_change_brings_no_two_themes_of_one_workshop_together(themes: Themes) -> None:
    members = [themes.theme(0), themes.theme(1)]
    themes.confirm(*members, themes.theme(2))
    themes.undo(themes.theme(2), change="apart")
    themes.rename(members[0], "Argent")
    with themes.store.reading() as transaction:
        (bond,) = {one.bond for one in library_queries.same(transaction, themes.ids)}
    with themes.store.writing() as transaction:
        library_queries.confirm(transaction, [members[0], themes.theme(2, 1)], bond, 1)
    with pytest.raises(Refused, match="themes_of_one_workshop"):
        themes.revert("apart")
