"""The store: finding workshops, reading a log, writing a batch of commands in one transaction. Knows no rules.

Blocks, so it runs in native threads; on the event loop only the writer's commits to a fast disk do.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TypeVar

import alembic.command
import alembic.config
import alembic.runtime.migration
import alembic.script
from sqlalchemy import Connection, Engine, RowMapping, delete, func, insert, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, SQLAlchemyError

from speedboat.domain.fact_codec import read_fact, write_fact
from speedboat.domain.ids import PersonId, WorkshopNumber
from speedboat.domain.messages import Event
from speedboat.storage.driver_statements import Hot, Statements
from speedboat.storage.engines import BUSY_TIMEOUT, PEN_LOCK_TIMEOUT, is_held, make_engine, wait_for_locks
from speedboat.storage.tables import (
    answers,
    audit,
    deletions,
    digests,
    erasures,
    events,
    metadata,
    people,
    same_themes,
    shares,
    tags,
    workshops,
)
from speedboat.storage.workshop_row import Workshop

__all__ = [
    "UNAVAILABLE",
    "DBAPIError",
    "OperationalError",
    "SQLAlchemyError",
    "Store",
    "Transaction",
    "Workshop",
    "is_held",
]

T = TypeVar("T")

MOST_KEYS = 200  # looked up at once
MIGRATION_LOCK = 7_362_001  # an arbitrary number, the same in every process: only one migrates at a time
# Raised when the database, or the writer that waits for it, does not answer.
UNAVAILABLE = (SQLAlchemyError, TimeoutError)


class CodeTaken(Exception):
    """The code of a new workshop is in use."""


class Store:
    """A database, SQLite (`sqlite:///file`) or PostgreSQL (`postgresql+psycopg://…`), migrated when opened."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self.engine = make_engine(url)
        self.statements = Statements(self.engine.dialect)
        self._pens: list[Pen] = []

    def migrate(self, revision: str = "head") -> None:
        """Migrate the tables to a revision, the newest by default. Safe to run in several processes at once."""
        config = alembic.config.Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        head = alembic.script.ScriptDirectory.from_config(config).get_current_head()
        with self.engine.connect() as connection:
            # Checking needs no lock, so a process starts quickly even while others write.
            if alembic.runtime.migration.MigrationContext.configure(connection).get_current_revision() == head:
                return
        with self.engine.connect().execution_options(writes=True) as connection, connection.begin():
            if not self.is_sqlite:
                Hot(connection).run("SET LOCAL lock_timeout = 0")  # another process may take long to migrate
                connection.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK)))
            config.attributes["connection"] = connection
            alembic.command.upgrade(config, revision)

    def write_nothing(self) -> None:
        """Commit a transaction that changes no data. Raises SQLAlchemyError if nothing can be written."""
        with self.engine.connect().execution_options(writes=True) as connection, connection.begin():
            Hot(connection).run("UPDATE alembic_version SET version_num = version_num")

    def refuse_read_only(self) -> None:
        """Raise SQLAlchemyError if this database can only be read; one that is full or busy may recover."""
        try:
            self.write_nothing()
        except SQLAlchemyError as error:
            if "read" in str(getattr(error, "orig", "")).lower():
                raise

    def close(self) -> None:
        """Close all connections; nothing may be writing any more."""
        for pen in self._pens:
            pen.close()
        self.engine.dispose()

    def pen(self) -> Pen:
        """Return a pen, for one thread that writes one transaction after another; closed with the store."""
        self._pens.append(Pen(self.engine, self.statements))
        return self._pens[-1]

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """Open a transaction that reads, then writes; begun as a writer, so that what it read cannot change."""
        with self.engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield Transaction(connection, self.statements)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Open a transaction that only reads."""
        with self.engine.connect() as connection, connection.begin():
            yield Transaction(connection, self.statements)

    def write_derived(self, write: Callable[[Transaction], T]) -> T:
        """Write data that is derived from the logs and can be derived again, in one transaction."""
        with self.writing() as transaction:
            return write(transaction)

    def checkpoint(self) -> None:
        """Copy SQLite's WAL into the database file, without blocking readers or writers."""
        if self.is_sqlite:
            with self.engine.connect() as connection:
                Hot(connection).run("PRAGMA wal_checkpoint(PASSIVE)")

    @contextmanager
    def snapshot(self) -> Iterator[Transaction]:
        """Open a transaction that reads everything as of one moment, while others write."""
        options = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        with self.engine.connect().execution_options(**options) as connection, connection.begin():
            yield Transaction(connection, self.statements)

    def find(self, code: str) -> Workshop | None:
        """Return the workshop of a code, as `access.codes.normal_code` writes it."""
        with self.reading() as transaction:
            return transaction.find(code)


class Pen:
    """Like `Store.writing`, but on one open connection, for one thread only.

    Begins and commits through the driver: SQLAlchemy's overhead would cost more than the statements in between.
    """

    def __init__(self, engine: Engine, statements: Statements) -> None:
        self._engine = engine
        self._statements = statements
        self._is_sqlite = engine.dialect.name == "sqlite"
        self._transaction: Transaction | None = None
        self._has_begun = False
        self._is_patient = True  # whether the connection waits for a lock held elsewhere

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """Open a transaction; commit it at the end of the `with`, roll it back after an exception."""
        try:
            transaction = self._ready()
            if not self._has_begun:
                self._begin(transaction, patient=True)
            self._has_begun = False
            yield transaction
            transaction.commit()
        except BaseException as error:
            # The next batch needs a sound connection; after a lock timeout this one still is.
            if self._transaction is not None and is_held(error):
                self._transaction.rollback()
            else:
                if self._transaction is not None:
                    self._transaction.connection.invalidate()
                self.close()
            raise

    def begins_at_once(self) -> bool:
        """Begin the next transaction unless another connection is writing; return whether it did. SQLite only."""
        try:
            self._begin(self._ready(), patient=False)
            self._has_begun = True
            return True
        except SQLAlchemyError:
            return False

    def _begin(self, transaction: Transaction, *, patient: bool) -> None:
        if not self._is_sqlite:
            return  # PostgreSQL's driver begins with the first statement
        if patient != self._is_patient:
            transaction.hot.run(f"PRAGMA busy_timeout={BUSY_TIMEOUT * 1000 if patient else 0}")
            self._is_patient = patient
        transaction.hot.run("BEGIN IMMEDIATE")

    def _ready(self) -> Transaction:
        if self._transaction is None:
            connection = self._engine.connect().execution_options(begun=True)
            self._transaction = Transaction(connection, self._statements)
            self._is_patient = True
            if not self._is_sqlite:
                driver = connection.connection.driver_connection
                assert driver is not None
                wait_for_locks(driver, PEN_LOCK_TIMEOUT)
        return self._transaction

    def close(self) -> None:
        transaction, self._transaction, self._has_begun = self._transaction, None, False
        if transaction is not None:
            transaction.connection.close()


class Transaction:
    """The queries and statements within one transaction."""

    def __init__(self, connection: Connection, statements: Statements) -> None:
        self.connection = connection
        self.statements = statements
        self.hot = Hot(connection)

    def commit(self) -> None:
        """Commit a pen's transaction; SQLAlchemy knows of it only if one of its own statements ran."""
        if self.connection.in_transaction():
            self.connection.commit()
        else:
            self.hot.commit()

    def rollback(self) -> None:
        """Roll back a pen's transaction."""
        if self.connection.in_transaction():
            self.connection.rollback()
        else:
            self.hot.rollback()

    # --- workshops --------------------------------------------------------------------------------------------------

    def find(self, code: str) -> Workshop | None:
        """Return the workshop of a code."""
        row = self.connection.execute(select(workshops).where(workshops.c.code == code)).mappings().first()
        return _workshop(row) if row else None

    def get(self, workshop: WorkshopNumber) -> Workshop | None:
        """Return a workshop by its number."""
        row = self.connection.execute(select(workshops).where(workshops.c.id == workshop)).mappings().first()
        return _workshop(row) if row else None

    def salt(self, workshop: WorkshopNumber) -> str:
        """Return the salt for all that is derived for a workshop; '' for workshops from before there were salts."""
        return str(self.connection.execute(select(workshops.c.salt).where(workshops.c.id == workshop)).scalar() or "")

    def find_summary(self, summary_hash: str) -> Workshop | None:
        """Return the workshop whose summary link has a secret with this hash."""
        query = select(workshops).where(workshops.c.summary_hash == summary_hash)
        row = self.connection.execute(query).mappings().first()
        return _workshop(row) if row else None

    def all_workshops(self) -> list[Workshop]:
        """Return every workshop, the newest first."""
        rows = self.connection.execute(select(workshops).order_by(workshops.c.id.desc())).mappings()
        return [_workshop(row) for row in rows]

    def add_workshop(self, **columns: object) -> WorkshopNumber:
        """Insert a workshop with a new salt; return its number.

        Raises:
            CodeTaken: nothing was written; try another code.
        """
        try:
            with self.connection.begin_nested():
                result = self.connection.execute(insert(workshops).values(seq=0, salt=secrets.token_hex(16), **columns))
        except IntegrityError:
            raise CodeTaken from None
        assert result.inserted_primary_key is not None
        return WorkshopNumber(result.inserted_primary_key[0])

    def change_workshop(self, workshop: WorkshopNumber, **columns: object) -> None:
        """Update columns of a workshop's row."""
        self.connection.execute(update(workshops).where(workshops.c.id == workshop).values(**columns))

    def delete_workshop(self, workshop: WorkshopNumber) -> None:
        """Delete a workshop's rows from all tables."""
        for table in (answers, events, people, tags, digests, same_themes, erasures, shares):
            self.connection.execute(delete(table).where(table.c.workshop == workshop))
        self.connection.execute(delete(workshops).where(workshops.c.id == workshop))

    def lock(self, ids: Sequence[WorkshopNumber], *, wait: bool = True) -> dict[WorkshopNumber, int]:
        """Lock the rows of these workshops until the transaction ends; return the last seq of each.

        SQLite has already locked the whole database.

        Args:
            wait: wait for rows locked by another transaction; otherwise skip them.
        """
        statement = self.statements.lock if wait else self.statements.lock_free_ones
        return dict(self.hot.rows(statement(len(ids)), tuple(sorted(ids))))

    def seqs(self, ids: Sequence[WorkshopNumber]) -> dict[WorkshopNumber, int]:
        """Return the last seq of each of these workshops."""
        return dict(self.hot.rows(self.statements.seqs(len(ids)), tuple(ids)))

    # --- the log ----------------------------------------------------------------------------------------------------

    def events_after(self, workshop: WorkshopNumber, seq: int) -> list[Event]:
        """Return the events of a workshop after `seq`, in order."""
        rows = self.hot.rows(self.statements.events_after, (workshop, seq))
        return [Event(row[0], row[1], row[2], read_fact(row[3])) for row in rows]

    def raw_events(self, workshop: WorkshopNumber) -> list[tuple[int, int, PersonId | None, str]]:
        """Return seq, time, person and undecoded fact of each event, for checking a log that may be damaged."""
        rows = self.hot.rows(self.statements.events_after, (workshop, -1))
        return [(row[0], row[1], row[2], row[3]) for row in rows]

    def append(self, written: Sequence[tuple[WorkshopNumber, Event]], last: dict[WorkshopNumber, int]) -> None:
        """Append events, each with its workshop, and update the last seq of each workshop."""
        if not written:
            return
        self.hot.write(
            self.statements.append,
            [(workshop, event.seq, event.at, event.by, write_fact(event.fact)) for workshop, event in written],
        )
        self.hot.write(self.statements.set_seq, list(last.items()))

    # --- answers ----------------------------------------------------------------------------------------------------

    def answered(self, keys: Sequence[tuple[WorkshopNumber, str, str]]) -> dict[tuple[WorkshopNumber, str, str], str]:
        """Return the stored answers to commands, by (workshop, person, command id)."""
        answers: dict[tuple[WorkshopNumber, str, str], str] = {}
        for start in range(0, len(keys), MOST_KEYS):
            some = keys[start : start + MOST_KEYS]
            for row in self.hot.rows(self.statements.answered(len(some)), tuple(chain.from_iterable(some))):
                answers[row[0], row[1], row[2]] = row[3]
        return answers

    def answer(self, answers: Sequence[tuple[WorkshopNumber, str, str, str]]) -> None:
        """Store answers: (workshop, person, command id, answer)."""
        if answers:
            self.hot.write(self.statements.answer, answers)

    # --- people -----------------------------------------------------------------------------------------------------

    def names(self, workshop: WorkshopNumber) -> dict[PersonId, str]:
        """Return the names of a workshop's people, by person id."""
        rows = self.connection.execute(select(people.c.id, people.c.name).where(people.c.workshop == workshop))
        return {row[0]: row[1] for row in rows}

    def set_name(self, workshop: WorkshopNumber, person: PersonId, name: str) -> None:
        """Insert or change the name of a person."""
        upsert = sqlite.insert if self.connection.dialect.name == "sqlite" else postgresql.insert
        self.connection.execute(
            upsert(people)
            .values(workshop=workshop, id=person, name=name)
            .on_conflict_do_update(index_elements=["workshop", "id"], set_={"name": name})
        )

    # --- everything -------------------------------------------------------------------------------------------------

    def every_row(self) -> Iterator[tuple[str, dict[str, object]]]:
        """Yield every row of every table, in an order in which they can be inserted again."""
        for table in metadata.sorted_tables:
            for row in self.connection.execution_options(yield_per=1000).execute(select(table)).mappings():
                yield str(table.name), {str(column): value for column, value in row.items()}

    def is_empty(self) -> bool:
        """Whether no table has a row, but for what was erased and what was done."""
        return not any(
            self.connection.execute(select(literal(1)).select_from(table).limit(1)).first()
            for table in metadata.sorted_tables
            if table not in (deletions, audit)
        )

    def restore_rows(self, table: str, rows: Sequence[dict[str, object]]) -> None:
        """Insert rows of a backup."""
        self.connection.execute(insert(metadata.tables[table]), list(rows))

    def continue_numbers(self) -> None:
        """Set PostgreSQL's sequence after the highest workshop number, once rows were inserted with their numbers."""
        if self.connection.dialect.name == "postgresql":
            highest = select(func.coalesce(func.max(workshops.c.id), 0)).scalar_subquery()
            sequence = func.pg_get_serial_sequence("workshops", "id")
            self.connection.execute(select(func.setval(sequence, highest + 1, False)))

    def integrity(self) -> list[str]:
        """Run SQLite's integrity check; return the problems it finds."""
        if self.connection.dialect.name != "sqlite":
            return []
        problems = [str(row[0]) for row in self.connection.exec_driver_sql("PRAGMA integrity_check")]
        return [] if problems == ["ok"] else [f"database: {fault}" for fault in problems]


def _workshop(row: RowMapping) -> Workshop:
    return Workshop(**{column: row[column] for column in Workshop._fields})
