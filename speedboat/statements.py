"""The statements of the hot path, made once and handed to the driver as text.

SQLAlchemy writes them (for both databases), but does not run them: its way from a statement to the driver costs
60 µs each time, more than SQLite needs. Only `store.py` uses this file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, and_, bindparam, insert, or_, select, update
from sqlalchemy.exc import DBAPIError

from speedboat.schema import answers, events, workshops

Statement = Any  # a select, insert or update: SQLAlchemy's own types do not say "something to compile"


class Text:
    """A statement as the driver takes it: its words, and its values in the driver's way of passing them."""

    __slots__ = ("_order", "words")

    def __init__(self, dialect: Dialect, statement: Statement) -> None:
        compiled = statement.compile(dialect=dialect)
        self.words = str(compiled)
        self._order: list[str] | None = list(compiled.positiontup) if compiled.positional else None

    def values(self, row: Mapping[str, Any]) -> Any:
        return row if self._order is None else tuple([row[name] for name in self._order])


class Hot:
    """One connection's straight way to the driver.

    Errors come out as SQLAlchemy's, so that nobody need know which way a statement went.
    """

    __slots__ = ("_cursor", "_error")

    def __init__(self, connection: Connection) -> None:
        driver = connection.connection.driver_connection
        assert driver is not None
        self._cursor = driver.cursor()
        self._error: type[Exception] = connection.dialect.loaded_dbapi.Error

    def rows(self, text: Text, row: Mapping[str, Any]) -> list[Any]:
        found: list[Any] = self._run(lambda: self._cursor.execute(text.words, text.values(row)).fetchall())
        return found

    def write(self, text: Text, rows: Sequence[Mapping[str, Any]]) -> None:
        if len(rows) == 1:
            self._run(lambda: self._cursor.execute(text.words, text.values(rows[0])))
        else:
            self._run(lambda: self._cursor.executemany(text.words, [text.values(row) for row in rows]))

    def run(self, words: str) -> None:
        self._run(lambda: self._cursor.execute(words))

    def _run(self, fn: Callable[[], Any]) -> Any:
        try:
            return fn()
        except self._error as error:
            raise DBAPIError.instance(None, None, error, self._error) from error


class Statements:
    """The statements in one database's dialect."""

    def __init__(self, dialect: Dialect) -> None:
        def text(statement: Statement) -> Text:
            return Text(dialect, statement)

        self.events_after = text(
            select(events.c.seq, events.c.at, events.c.by, events.c.fact)
            .where(events.c.workshop == bindparam("of"), events.c.seq > bindparam("after"))
            .order_by(events.c.seq)
        )
        self.append = text(insert(events))
        self.set_seq = text(update(workshops).where(workshops.c.id == bindparam("of")).values(seq=bindparam("to")))
        self.answer = text(insert(answers))
        # One text for each number of values, of which a busy server needs many and a quiet one few.
        self.seqs = lru_cache(200)(lambda count: text(_seqs(count)))
        self.lock = lru_cache(200)(lambda count: text(_seqs(count).order_by(workshops.c.id).with_for_update()))
        self.lock_free_ones = lru_cache(200)(
            lambda count: text(_seqs(count).order_by(workshops.c.id).with_for_update(skip_locked=True))
        )
        self.answered = lru_cache(200)(lambda count: text(_answered(count)))


def numbered(values: Iterable[Any], name: str = "v") -> dict[str, Any]:
    """Values for a statement made for that many."""
    return {f"{name}{number}": value for number, value in enumerate(values)}


def _seqs(count: int) -> Statement:
    ids = [bindparam(f"v{number}", type_=workshops.c.id.type) for number in range(count)]
    return select(workshops.c.id, workshops.c.seq).where(workshops.c.id.in_(ids))


def _answered(count: int) -> Statement:
    # Not a list of rows: SQLite would read the whole table for that.
    columns = {"w": answers.c.workshop, "p": answers.c.person, "c": answers.c.command}

    def key(number: int) -> Any:
        return and_(*(column == bindparam(f"{letter}{number}") for letter, column in columns.items()))

    return select(*columns.values(), answers.c.answer).where(or_(*(key(number) for number in range(count))))
