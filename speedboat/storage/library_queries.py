"""The SQL of the library: finding workshops by what they are about, their tags, what each came to, same themes.

Runs in native threads only. What a workshop came to is made in `library/digests.py`; here it is kept and found.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, and_, delete, exists, func, insert, or_, select, update

from speedboat.storage.store import Transaction, Workshop
from speedboat.storage.tables import digests, same_themes, tags, workshops

AT_ONCE = 400  # values in one statement


class Wanted(msgspec.Struct, frozen=True):
    """Which workshops are asked for. Times in ms since the epoch; `before` is exclusive; "" and None ask nothing.

    `words` are each to be found, as `words.plain` writes them. `held` limits to these workshops; None does not.
    """

    words: tuple[str, ...] = ()
    tag: str = ""
    format: str = ""
    since: int | None = None
    before: int | None = None
    series: int | None = None
    archived: bool = False
    codes: tuple[str, ...] = ()
    held: tuple[int, ...] | None = None


class Kept(NamedTuple):
    """What a workshop had come to at `seq`, by the `version` of the code that made it; JSON."""

    seq: int
    version: int
    digest: str


class Sameness(NamedTuple):
    """A theme of a workshop that belongs to a bond of themes that are the same."""

    workshop: int
    theme: str
    bond: str


# --- finding --------------------------------------------------------------------------------------------------------


def count(transaction: Transaction, wanted: Wanted) -> int:
    found = transaction.connection.execute(select(func.count()).select_from(workshops).where(*_conditions(wanted)))
    return int(found.scalar_one())


def find(transaction: Transaction, wanted: Wanted, limit: int | None = None, offset: int = 0) -> list[Workshop]:
    """The workshops asked for, the newest first."""
    asked = (
        select(workshops)
        .where(*_conditions(wanted))
        .order_by(workshops.c.created_at.desc(), workshops.c.id.desc())
        .limit(limit)
        .offset(offset)
    )
    rows = transaction.connection.execute(asked).mappings()
    return [Workshop(**{column: row[column] for column in Workshop._fields}) for row in rows]


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if wanted.held is not None:
        asked.append(workshops.c.id.in_(wanted.held))
    if wanted.codes:
        asked.append(workshops.c.code.in_(wanted.codes))
    else:
        asked.append(workshops.c.archived_at.is_not(None) if wanted.archived else workshops.c.archived_at.is_(None))
    if wanted.tag:
        asked.append(exists().where(tags.c.workshop == workshops.c.id, tags.c.tag == wanted.tag))
    if wanted.format:
        asked.append(workshops.c.format == wanted.format)
    if wanted.since is not None:
        asked.append(workshops.c.created_at >= wanted.since)
    if wanted.before is not None:
        asked.append(workshops.c.created_at < wanted.before)
    if wanted.series is not None:
        asked.append(or_(workshops.c.series == wanted.series, workshops.c.id == wanted.series))
    asked += [_says(word) for word in wanted.words]
    return asked


def _says(word: str) -> ColumnElement[bool]:
    in_words = and_(digests.c.workshop == workshops.c.id, digests.c.words.contains(word, autoescape=True))
    in_tags = and_(tags.c.workshop == workshops.c.id, tags.c.tag.contains(word, autoescape=True))
    return or_(exists().where(in_words), exists().where(in_tags))


def formats(transaction: Transaction) -> list[str]:
    rows = transaction.connection.execute(select(workshops.c.format).distinct().order_by(workshops.c.format))
    return [row[0] for row in rows]


# --- tags and the archive -------------------------------------------------------------------------------------------


def all_tags(transaction: Transaction, held: Sequence[int] | None) -> list[str]:
    asked = select(tags.c.tag).distinct().order_by(tags.c.tag)
    if held is not None:
        asked = asked.where(tags.c.workshop.in_(held))
    return [row[0] for row in transaction.connection.execute(asked)]


def tags_of(transaction: Transaction, ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {workshop: [] for workshop in ids}
    for some in _portions(ids):
        asked = select(tags.c.workshop, tags.c.tag).where(tags.c.workshop.in_(some)).order_by(tags.c.tag)
        for workshop, tag in transaction.connection.execute(asked):
            found[workshop].append(tag)
    return found


def add_tag(transaction: Transaction, workshop: int, tag: str) -> None:
    """Once, however often it is said."""
    if tag not in tags_of(transaction, [workshop])[workshop]:
        transaction.connection.execute(insert(tags).values(workshop=workshop, tag=tag))


def remove_tag(transaction: Transaction, workshop: int, tag: str) -> None:
    transaction.connection.execute(delete(tags).where(tags.c.workshop == workshop, tags.c.tag == tag))


# --- what each came to ----------------------------------------------------------------------------------------------


def stale(transaction: Transaction, version: int, held: Sequence[int] | None) -> list[tuple[int, int]]:
    """The workshops held that have gone on since it was noted what they came to, or for which that was never noted.

    Each with its last seq, the newest first.
    """
    fresh = and_(digests.c.workshop == workshops.c.id, digests.c.seq == workshops.c.seq, digests.c.version == version)
    asked = select(workshops.c.id, workshops.c.seq).where(~exists().where(fresh)).order_by(workshops.c.id.desc())
    if held is not None:
        asked = asked.where(workshops.c.id.in_(held))
    return [(row[0], row[1]) for row in transaction.connection.execute(asked)]


def kept(transaction: Transaction, ids: Sequence[int]) -> dict[int, Kept]:
    found: dict[int, Kept] = {}
    for some in _portions(ids):
        asked = select(digests.c.workshop, digests.c.seq, digests.c.version, digests.c.digest)
        for row in transaction.connection.execute(asked.where(digests.c.workshop.in_(some))):
            found[row[0]] = Kept(row[1], row[2], row[3])
    return found


def keep(transaction: Transaction, workshop: int, made: Kept, words: str) -> bool:
    """Note what a workshop came to, unless it has gone on meanwhile: what was erased then must not come back."""
    if transaction.lock([workshop]).get(workshop) != made.seq:
        return False
    transaction.connection.execute(delete(digests).where(digests.c.workshop == workshop))
    transaction.connection.execute(insert(digests).values(workshop=workshop, words=words, **made._asdict()))
    return True


# --- same themes ----------------------------------------------------------------------------------------------------


def same(transaction: Transaction, ids: Sequence[int]) -> list[Sameness]:
    found: list[Sameness] = []
    for some in _portions(ids):
        asked = select(same_themes.c.workshop, same_themes.c.theme, same_themes.c.bond)
        rows = transaction.connection.execute(asked.where(same_themes.c.workshop.in_(some)))
        found += [Sameness(*row) for row in rows]
    return sorted(found)


def confirm(transaction: Transaction, alike: Iterable[tuple[int, str]], bond: str, now: int) -> None:
    """Note that these themes, given with their workshops, are the same; bonds they were in become one."""
    wanted = set(alike)
    ids = sorted({workshop for workshop, _ in wanted})
    transaction.lock(ids)
    known = {(one.workshop, one.theme): one.bond for one in same(transaction, ids)}
    joined = {known[one] for one in wanted if one in known}
    for old in joined:
        transaction.connection.execute(update(same_themes).where(same_themes.c.bond == old).values(bond=bond))
    for workshop, theme in sorted(wanted - known.keys()):
        row = {"workshop": workshop, "theme": theme, "bond": bond, "confirmed_at": now}
        transaction.connection.execute(insert(same_themes).values(**row))


def undo(transaction: Transaction, alike: Iterable[tuple[int, str]]) -> None:
    """These themes stand for themselves again; the others of their bonds stay together."""
    for workshop, theme in alike:
        gone = same_themes.c.workshop == workshop, same_themes.c.theme == theme
        transaction.connection.execute(delete(same_themes).where(*gone))


def _portions(ids: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
