"""The SQL of the library: searching workshops, their tags, stored digests, themes that are the same.

Runs in native threads only. Digests are made in `library/digests.py`; here they are stored and read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec
from sqlalchemy import ColumnElement, and_, delete, exists, func, insert, or_, select, update

from speedboat.domain.folding import fold
from speedboat.domain.ids import WorkshopNumber
from speedboat.domain.messages import Refused
from speedboat.storage.store import Transaction, Workshop
from speedboat.storage.tables import digests, same_themes, tags, workshops
from speedboat.storage.visible_workshops import Sight, visible

AT_ONCE = 400  # values in one statement


class LibraryQuery(msgspec.Struct, frozen=True):
    """Which workshops to find; "" and None do not restrict.

    Attributes:
        words: all must occur, as `domain.folding.fold` writes them.
        first_day, last_day: the days (YYYY-MM-DD, both included) between which they were held.
        sight: find only what these eyes see; None: all workshops.
    """

    words: tuple[str, ...] = ()
    tag: str = ""
    format: str = ""
    first_day: str = ""
    last_day: str = ""
    series: int | None = None
    archived: bool = False
    codes: tuple[str, ...] = ()
    sight: Sight | None = None


class StoredDigest(NamedTuple):
    """The digest of a workshop at `seq` as JSON, made by this `version` of the code."""

    seq: int
    version: int
    digest: str


class Sameness(NamedTuple):
    """A theme of a workshop; themes with the same `bond` are the same."""

    workshop: WorkshopNumber
    theme: str
    bond: str


# --- finding --------------------------------------------------------------------------------------------------------


def count(transaction: Transaction, query: LibraryQuery) -> int:
    """Count the workshops that a query finds."""
    result = transaction.connection.execute(
        select(func.count()).select_from(workshops).where(*_conditions(transaction, query))
    )
    return int(result.scalar_one())


def find(transaction: Transaction, query: LibraryQuery, limit: int | None = None, offset: int = 0) -> list[Workshop]:
    """Return the workshops that a query finds, the newest first."""
    statement = (
        select(workshops)
        .where(*_conditions(transaction, query))
        .order_by(workshops.c.created_at.desc(), workshops.c.id.desc())
        .limit(limit)
        .offset(offset)
    )
    rows = transaction.connection.execute(statement).mappings()
    return [Workshop(**{column: row[column] for column in Workshop._fields}) for row in rows]


def _conditions(transaction: Transaction, query: LibraryQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if query.sight is not None:
        conditions.append(visible(query.sight))
    if query.codes:
        conditions.append(workshops.c.code.in_(query.codes))
    else:
        conditions.append(workshops.c.archived_at.is_not(None) if query.archived else workshops.c.archived_at.is_(None))
    if query.tag:
        conditions.append(exists().where(tags.c.workshop == workshops.c.id, tags.c.tag == query.tag))
    if query.format:
        conditions.append(workshops.c.format == query.format)
    if query.first_day:
        conditions.append(workshops.c.held_on >= query.first_day)
    if query.last_day:
        conditions.append(workshops.c.held_on <= query.last_day)
    if query.series is not None:
        conditions.append(or_(workshops.c.series == query.series, workshops.c.id == query.series))
    if query.words:
        known_tags = all_tags(transaction, query.sight)
        conditions += [_says(word, [tag for tag in known_tags if word in fold(tag)]) for word in query.words]
    return conditions


def _says(word: str, matching_tags: list[str]) -> ColumnElement[bool]:
    in_words = and_(digests.c.workshop == workshops.c.id, digests.c.words.contains(word, autoescape=True))
    in_tags = and_(tags.c.workshop == workshops.c.id, tags.c.tag.in_(matching_tags))
    return or_(exists().where(in_words), exists().where(in_tags))


def akin(transaction: Transaction, workshop: WorkshopNumber, limit: int) -> list[WorkshopNumber]:
    """Return the newest other workshops of the same version of a format and the same team, none being one too."""
    own = select(workshops).where(workshops.c.id == workshop).subquery()
    same_team = or_(workshops.c.team == own.c.team, and_(workshops.c.team.is_(None), own.c.team.is_(None)))
    same_format = and_(workshops.c.format == own.c.format, workshops.c.format_version == own.c.format_version)
    statement = select(workshops.c.id).where(workshops.c.id != own.c.id, same_team, same_format)
    newest_first = statement.order_by(workshops.c.created_at.desc(), workshops.c.id.desc()).limit(limit)
    return [row.id for row in transaction.connection.execute(newest_first)]


def soon_erased(transaction: Transaction, last_day: str, sight: Sight | None, limit: int) -> list[Workshop]:
    """Return the workshops in sight that are to be erased on a day (YYYY-MM-DD) or before, the next first."""
    conditions = [workshops.c.purge_on != "", workshops.c.purge_on <= last_day]
    if sight is not None:
        conditions.append(visible(sight))
    statement = select(workshops).where(*conditions).order_by(workshops.c.purge_on, workshops.c.id).limit(limit)
    rows = transaction.connection.execute(statement).mappings()
    return [Workshop(**{column: row[column] for column in Workshop._fields}) for row in rows]


def shared_summaries(transaction: Transaction, now: int, sight: Sight | None, limit: int) -> list[Workshop]:
    """Return the workshops in sight whose summary is shared by a link that is still valid, the next to expire first."""
    has_not_expired = or_(workshops.c.summary_expires == 0, workshops.c.summary_expires > now)
    conditions = [workshops.c.summary_hash.is_not(None), has_not_expired]
    if sight is not None:
        conditions.append(visible(sight))
    order = (workshops.c.summary_expires == 0, workshops.c.summary_expires, workshops.c.id)
    rows = transaction.connection.execute(select(workshops).where(*conditions).order_by(*order).limit(limit)).mappings()
    return [Workshop(**{column: row[column] for column in Workshop._fields}) for row in rows]


def formats(transaction: Transaction) -> list[str]:
    """Return the formats of all workshops."""
    rows = transaction.connection.execute(select(workshops.c.format).distinct().order_by(workshops.c.format))
    return [row[0] for row in rows]


# --- tags and the archive -------------------------------------------------------------------------------------------


def all_tags(transaction: Transaction, sight: Sight | None) -> list[str]:
    """Return all tags, or those of the workshops in sight."""
    query = select(tags.c.tag).distinct().order_by(tags.c.tag)
    if sight is not None:
        query = query.where(tags.c.workshop.in_(select(workshops.c.id).where(visible(sight))))
    return [row[0] for row in transaction.connection.execute(query)]


def tags_of(transaction: Transaction, ids: Sequence[WorkshopNumber]) -> dict[WorkshopNumber, list[str]]:
    """Return the tags of each of these workshops."""
    tags_by_workshop: dict[WorkshopNumber, list[str]] = {workshop: [] for workshop in ids}
    for some in _portions(ids):
        query = select(tags.c.workshop, tags.c.tag).where(tags.c.workshop.in_(some)).order_by(tags.c.tag)
        for workshop, tag in transaction.connection.execute(query):
            tags_by_workshop[workshop].append(tag)
    return tags_by_workshop


def add_tag(transaction: Transaction, workshop: WorkshopNumber, tag: str) -> None:
    """Add a tag, unless the workshop has it already."""
    if tag not in tags_of(transaction, [workshop])[workshop]:
        transaction.connection.execute(insert(tags).values(workshop=workshop, tag=tag))


def remove_tag(transaction: Transaction, workshop: WorkshopNumber, tag: str) -> None:
    """Remove a tag."""
    transaction.connection.execute(delete(tags).where(tags.c.workshop == workshop, tags.c.tag == tag))


# --- digests --------------------------------------------------------------------------------------------------------


def stale(transaction: Transaction, version: int, sight: Sight | None) -> list[tuple[WorkshopNumber, int]]:
    """Return the workshops whose stored digest is missing or out of date, with their last seq, the newest first."""
    fresh = and_(digests.c.workshop == workshops.c.id, digests.c.seq == workshops.c.seq, digests.c.version == version)
    query = select(workshops.c.id, workshops.c.seq).where(~exists().where(fresh)).order_by(workshops.c.id.desc())
    if sight is not None:
        query = query.where(visible(sight))
    return [(row[0], row[1]) for row in transaction.connection.execute(query)]


def stored_digests(transaction: Transaction, ids: Sequence[WorkshopNumber]) -> dict[WorkshopNumber, StoredDigest]:
    """Return the stored digests of these workshops."""
    by_workshop: dict[WorkshopNumber, StoredDigest] = {}
    for some in _portions(ids):
        query = select(digests.c.workshop, digests.c.seq, digests.c.version, digests.c.digest)
        for row in transaction.connection.execute(query.where(digests.c.workshop.in_(some))):
            by_workshop[row[0]] = StoredDigest(row[1], row[2], row[3])
    return by_workshop


def keep(transaction: Transaction, workshop: WorkshopNumber, stored: StoredDigest, words: str) -> bool:
    """Store a digest, unless the workshop has changed since: text erased meanwhile must not come back.

    Returns whether it was stored.
    """
    if transaction.lock([workshop]).get(workshop) != stored.seq:
        return False
    transaction.connection.execute(delete(digests).where(digests.c.workshop == workshop))
    transaction.connection.execute(insert(digests).values(workshop=workshop, words=words, **stored._asdict()))
    return True


def replace_digest(transaction: Transaction, workshop: WorkshopNumber, seq: int, digest: str) -> bool:
    """Replace the digest stored at `seq`, unless the workshop has changed since. Returns whether it was replaced."""
    if transaction.lock([workshop]).get(workshop) != seq:
        return False
    place = digests.c.workshop == workshop, digests.c.seq == seq
    return transaction.connection.execute(update(digests).where(*place).values(digest=digest)).rowcount > 0


# --- same themes ----------------------------------------------------------------------------------------------------

Member = tuple[WorkshopNumber, str]  # a theme, by its workshop


def same(transaction: Transaction, ids: Sequence[WorkshopNumber]) -> list[Sameness]:
    """Return the themes of these workshops that are the same as others."""
    themes: list[Sameness] = []
    for some in _portions(ids):
        query = select(same_themes.c.workshop, same_themes.c.theme, same_themes.c.bond)
        rows = transaction.connection.execute(query.where(same_themes.c.workshop.in_(some), same_themes.c.bond != ""))
        themes += [Sameness(*row) for row in rows]
    return sorted(themes)


def bond_names(transaction: Transaction, ids: Sequence[WorkshopNumber]) -> dict[str, str]:
    """Return what the bonds of the themes of these workshops are called, those that were given a name."""
    names: dict[str, str] = {}
    for some in _portions(ids):
        query = select(same_themes.c.bond, same_themes.c.name).where(same_themes.c.workshop.in_(some))
        rows = transaction.connection.execute(query.where(same_themes.c.bond != "", same_themes.c.name != ""))
        names |= {row.bond: row.name for row in rows}
    return names


def confirm(transaction: Transaction, alike: Iterable[Member], bond: str, now: int, change: str = "") -> None:
    """Record that themes are the same; the bonds they were in are merged into `bond`.

    Args:
        change: what to name in `revert` to undo this and whatever else was done under it.

    Raises:
        Refused: `themes_of_one_workshop`, of which all that would be the same has two.
    """
    themes = set(alike)
    transaction.lock(sorted({workshop for workshop, _ in themes}))
    rows = _rows_of(transaction, themes)
    bonds = sorted({row.bond for row in rows.values() if row.bond})
    name = next((row.name for row in rows.values() if row.bond and row.name), "")
    for old in bonds:
        rows |= _rows_in(transaction, old)
    _put(transaction, dict.fromkeys(themes | rows.keys(), (bond, name)), rows, now, change)
    _check(transaction, bond)


def undo(transaction: Transaction, alike: Iterable[Member], change: str = "") -> None:
    """Take themes out of their bonds; the others of each bond stay together."""
    themes = set(alike)
    rows = {key: row for key, row in _rows_of(transaction, themes).items() if row.bond}
    _put(transaction, dict.fromkeys(rows, ("", "")), rows, 0, change)


def split(transaction: Transaction, alike: Iterable[Member], bond: str, now: int, change: str = "") -> None:
    """Take themes out of their bonds, together: they are the same as each other, and as nothing else."""
    themes = set(alike)
    rows = {key: row for key, row in _rows_of(transaction, themes).items() if row.bond}
    _put(transaction, dict.fromkeys(rows, (bond if len(rows) > 1 else "", "")), rows, now, change)
    _check(transaction, bond)


def rename(transaction: Transaction, theme: Member, name: str, bond: str, now: int, change: str = "") -> None:
    """Name what a theme is the same as, also where that is itself alone: it gets `bond` then. An empty name is none."""
    rows = _rows_of(transaction, {theme})
    old = rows[theme].bond if theme in rows else ""
    rows |= _rows_in(transaction, old) if old else {}
    _put(transaction, dict.fromkeys({theme, *rows}, (old or bond, name)), rows, now, change)


def changed_themes(transaction: Transaction, change: str) -> list[Member]:
    """Return the themes whose last change was this one."""
    query = select(same_themes.c.workshop, same_themes.c.theme).where(same_themes.c.change == change)
    return [(row.workshop, row.theme) for row in transaction.connection.execute(query)] if change else []


def revert(transaction: Transaction, change: str) -> None:
    """Undo a change, where nothing was changed since. Raises Refused: `themes_of_one_workshop`."""
    if not change:
        return
    ours = same_themes.c.change == change
    bonds = [row[0] for row in transaction.connection.execute(select(same_themes.c.bond_before).where(ours))]
    before = {"bond": same_themes.c.bond_before, "name": same_themes.c.name_before}
    after = {"bond_before": "", "name_before": "", "change": ""}
    transaction.connection.execute(update(same_themes).where(ours).values(**before, **after))
    for bond in set(bonds):
        _check(transaction, bond)


class _Row(NamedTuple):
    bond: str
    name: str


def _rows_of(transaction: Transaction, themes: set[Member]) -> dict[Member, _Row]:
    ids = sorted({workshop for workshop, _ in themes})
    query = select(same_themes.c.workshop, same_themes.c.theme, same_themes.c.bond, same_themes.c.name)
    rows: dict[Member, _Row] = {}
    for some in _portions(ids):
        of_some = transaction.connection.execute(query.where(same_themes.c.workshop.in_(some)))
        rows |= {(row.workshop, row.theme): _Row(row.bond, row.name) for row in of_some}
    return {key: row for key, row in rows.items() if key in themes}


def _rows_in(transaction: Transaction, bond: str) -> dict[Member, _Row]:
    query = select(same_themes.c.workshop, same_themes.c.theme, same_themes.c.bond, same_themes.c.name)
    rows = transaction.connection.execute(query.where(same_themes.c.bond == bond))
    return {(row.workshop, row.theme): _Row(row.bond, row.name) for row in rows}


def _put(
    transaction: Transaction, after: dict[Member, tuple[str, str]], rows: dict[Member, _Row], now: int, change: str
) -> None:
    """Give themes the bond and the name that are stated, and keep those they had, for `revert`."""
    for (workshop, theme), (bond, name) in sorted(after.items()):
        before = rows.get((workshop, theme), _Row("", ""))
        values = {"bond": bond, "name": name, "change": change}
        values |= {"bond_before": before.bond, "name_before": before.name}
        if (workshop, theme) in rows:
            row = same_themes.c.workshop == workshop, same_themes.c.theme == theme
            transaction.connection.execute(update(same_themes).where(*row).values(**values))
        else:
            row_values = {"workshop": workshop, "theme": theme, "confirmed_at": now, **values}
            transaction.connection.execute(insert(same_themes).values(**row_values))


def _check(transaction: Transaction, bond: str) -> None:
    """Refuse a bond with two themes of one workshop: its people kept them apart."""
    workshops_of_bond = [workshop for workshop, _ in _rows_in(transaction, bond)] if bond else []
    if len(workshops_of_bond) != len(set(workshops_of_bond)):
        raise Refused("themes_of_one_workshop", "theme")


def _portions(ids: Sequence[object]) -> Iterable[Sequence[object]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
