"""The statements of the hot path, compiled once and run by the driver.

SQLAlchemy compiles them for both databases, but does not run them: that costs 60 µs a statement, more than SQLite
itself needs (docs/adr/0017-the-writer-speaks-to-the-driver.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table, and_, bindparam, insert, or_, select, update
from sqlalchemy.exc import DBAPIError

from speedboat.storage.tables import answers, events, workshops

Statement = Any  # a select, insert or update: SQLAlchemy's own types do not say "something to compile"


class Text:
    """A compiled statement: its SQL, and the order in which the driver expects the values.

    Args:
        names: the names of the values, in the order in which `values` gets them.
    """

    __slots__ = ("_names", "_order", "words")

    def __init__(self, dialect: Dialect, statement: Statement, names: Sequence[str]) -> None:
        compiled = statement.compile(dialect=dialect)
        self.words = str(compiled)
        self._names = tuple(names)
        self._order: list[int] | None = None  # of the values in the driver's placeholders, if different
        if compiled.positional:
            order = [self._names.index(name) for name in compiled.positiontup]
            self._names = ()
            self._order = None if order == list(range(len(order))) else order

    def values(self, row: tuple[object, ...]) -> object:
        """Return the values in the form that the driver takes."""
        if self._names:
            return dict(zip(self._names, row, strict=True))
        return row if self._order is None else tuple([row[at] for at in self._order])


class Hot:
    """Runs statements of one connection through the driver. Raises SQLAlchemy's exceptions, as SQLAlchemy would."""

    __slots__ = ("_cursor", "_driver", "_error")

    def __init__(self, connection: Connection) -> None:
        driver = connection.connection.driver_connection
        assert driver is not None
        self._driver: Any = driver
        self._cursor = self._driver.cursor()
        self._error: type[Exception] = connection.dialect.loaded_dbapi.Error

    def rows(self, text: Text, row: tuple[Any, ...]) -> list[Any]:
        """Run a query; return its rows."""
        try:
            rows: list[object] = self._cursor.execute(text.words, text.values(row)).fetchall()
            return rows
        except self._error as error:
            raise self._as_sqlalchemy_error(error) from error

    def write(self, text: Text, rows: Sequence[tuple[object, ...]]) -> None:
        """Run an insert or update for each row of values."""
        try:
            if len(rows) == 1:
                self._cursor.execute(text.words, text.values(rows[0]))
            else:
                self._cursor.executemany(text.words, [text.values(row) for row in rows])
        except self._error as error:
            raise self._as_sqlalchemy_error(error) from error

    def run(self, words: str) -> None:
        """Run a statement that has no values and no result."""
        try:
            self._cursor.execute(words)
        except self._error as error:
            raise self._as_sqlalchemy_error(error) from error

    def drain(self, words: str) -> None:
        """Run a statement to its end: some do their work row by row."""
        try:
            self._cursor.execute(words).fetchall()
        except self._error as error:
            raise self._as_sqlalchemy_error(error) from error

    def value(self, words: str) -> Any:
        """Run a query that has no values; return the first value of its result."""
        try:
            return self._cursor.execute(words).fetchall()[0][0]
        except self._error as error:
            raise self._as_sqlalchemy_error(error) from error

    def commit(self) -> None:
        """Commit at the driver."""
        try:
            self._driver.commit()
        except self._error as error:
            raise self._as_sqlalchemy_error(error) from error

    def rollback(self) -> None:
        """Roll back at the driver."""
        try:
            self._driver.rollback()
        except self._error as error:
            raise self._as_sqlalchemy_error(error) from error

    def _as_sqlalchemy_error(self, error: Exception) -> BaseException:
        return DBAPIError.instance(None, None, error, self._error)


class Statements:
    """The statements in one database's dialect."""

    def __init__(self, dialect: Dialect) -> None:
        def text(statement: Statement, names: Sequence[str]) -> Text:
            return Text(dialect, statement, names)

        self.events_after = text(
            select(events.c.seq, events.c.at, events.c.by, events.c.fact)
            .where(events.c.workshop == bindparam("of"), events.c.seq > bindparam("after"))
            .order_by(events.c.seq),
            ("of", "after"),
        )
        self.append = text(insert(events), _columns(events))
        self.set_seq = text(
            update(workshops).where(workshops.c.id == bindparam("of")).values(seq=bindparam("to")), ("of", "to")
        )
        self.answer = text(insert(answers), _columns(answers))
        # Compiled once for each number of values, of which a busy server needs many.
        self.seqs = lru_cache(200)(lambda count: text(_seqs(count), _numbered("v", count)))
        self.lock = lru_cache(200)(
            lambda count: text(_seqs(count).order_by(workshops.c.id).with_for_update(), _numbered("v", count))
        )
        self.lock_free_ones = lru_cache(200)(
            lambda count: text(
                _seqs(count).order_by(workshops.c.id).with_for_update(skip_locked=True), _numbered("v", count)
            )
        )
        self.answered = lru_cache(200)(lambda count: text(_answered(count), _numbered("wpc", count)))


def _columns(table: Table) -> list[str]:
    return [str(column.name) for column in table.columns]


def _numbered(letters: str, count: int) -> list[str]:
    return [f"{letter}{number}" for number in range(count) for letter in letters]


def _seqs(count: int) -> Statement:
    ids = [bindparam(f"v{number}", type_=workshops.c.id.type) for number in range(count)]
    return select(workshops.c.id, workshops.c.seq).where(workshops.c.id.in_(ids))


def _answered(count: int) -> Statement:
    # No row values (`(a, b, c) IN …`): SQLite would scan the whole table.
    columns = {"w": answers.c.workshop, "p": answers.c.person, "c": answers.c.command}

    def key(number: int) -> Any:
        return and_(*(column == bindparam(f"{letter}{number}") for letter, column in columns.items()))

    return select(*columns.values(), answers.c.answer).where(or_(*(key(number) for number in range(count))))
