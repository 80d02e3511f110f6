"""All SQL: finding workshops, reading a log, writing a group of commands in one transaction.

Runs in native threads only, never on the serving loop. What a command means is not known here.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import alembic.command
import alembic.config
import alembic.runtime.migration
import alembic.script
from sqlalchemy import Connection, Engine, RowMapping, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, SQLAlchemyError

from speedboat.domain.fact_codec import read_fact, write_fact
from speedboat.domain.messages import Event
from speedboat.storage.driver_statements import Hot, Statements
from speedboat.storage.engines import BUSY_TIMEOUT, PEN_LOCK_TIMEOUT, is_held, make_engine, wait_for_locks
from speedboat.storage.tables import answers, digests, erasures, events, metadata, people, same_themes, tags, workshops

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
MIGRATION_LOCK = 7_362_001  # any number, the same for every process: only one migrates at a time
# What fails when the database, or the writer who waits for it, does not answer.
UNAVAILABLE = (SQLAlchemyError, TimeoutError)


class Workshop(NamedTuple):
    """The row of a workshop; times in ms since the epoch, `seq` the number of its last event."""

    id: int
    code: str
    title: str
    objective: str
    language: str
    format: str
    format_version: int
    created_at: int
    seq: int
    key_hash: str
    summary_hash: str | None = None
    follows: int | None = None
    series: int | None = None
    archived_at: int | None = None
    salt: str = ""
    passphrase: str | None = None


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
        """Bring the tables up to date (tests: to an older revision); several processes may do so at once."""
        config = alembic.config.Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        wanted = alembic.script.ScriptDirectory.from_config(config).get_current_head()
        with self.engine.connect() as connection:
            # Looking needs no lock: a process starts beside others however much they write.
            if alembic.runtime.migration.MigrationContext.configure(connection).get_current_revision() == wanted:
                return
        with self.engine.connect().execution_options(writes=True) as connection, connection.begin():
            if not self.is_sqlite:
                Hot(connection).run("SET LOCAL lock_timeout = 0")  # another process may be at it for long
                connection.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK)))
            config.attributes["connection"] = connection
            alembic.command.upgrade(config, revision)

    def close(self) -> None:
        """Once nobody writes any more."""
        for pen in self._pens:
            pen.close()
        self.engine.dispose()

    def pen(self) -> Pen:
        """For one thread that writes one transaction after another; closed with the store."""
        self._pens.append(Pen(self.engine, self.statements))
        return self._pens[-1]

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """One transaction that reads, then writes: begun as a writer, so that nothing it read can have changed."""
        with self.engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield Transaction(connection, self.statements)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        with self.engine.connect() as connection, connection.begin():
            yield Transaction(connection, self.statements)

    def write_derived(self, write: Callable[[Transaction], T]) -> T:
        """Write something that can be made again from the logs, in one transaction."""
        with self.writing() as transaction:
            return write(transaction)

    def checkpoint(self) -> None:
        """Bring what SQLite has written beside its file into it, holding up nobody."""
        if self.is_sqlite:
            with self.engine.connect() as connection:
                Hot(connection).run("PRAGMA wal_checkpoint(PASSIVE)")

    @contextmanager
    def snapshot(self) -> Iterator[Transaction]:
        """A reading of everything as of one moment, while others write."""
        options = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        with self.engine.connect().execution_options(**options) as connection, connection.begin():
            yield Transaction(connection, self.statements)

    def find(self, code: str) -> Workshop | None:
        """The workshop of a code, as `access.normal_code` writes it."""
        with self.reading() as transaction:
            return transaction.find(code)


class Pen:
    """`Store.writing` again and again on one kept connection, of one thread alone.

    Begins and commits at the driver: SQLAlchemy's own way costs more than all that is asked in between.
    """

    def __init__(self, engine: Engine, statements: Statements) -> None:
        self._engine = engine
        self._statements = statements
        self._is_sqlite = engine.dialect.name == "sqlite"
        self._kept: Transaction | None = None
        self._has_begun = False
        self._is_patient = True  # whether the kept connection waits for a lock that somebody else holds

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        try:
            transaction = self._ready()
            if not self._has_begun:
                self._begin(transaction, patient=True)
            self._has_begun = False
            yield transaction
            transaction.commit()
        except BaseException as error:
            # Whatever happened, the next group starts on a sound connection; one that only waited in vain is that.
            if self._kept is not None and is_held(error):
                self._kept.rollback()
            else:
                if self._kept is not None:
                    self._kept.connection.invalidate()
                self.close()
            raise

    def begins_at_once(self) -> bool:
        """Begin the next transaction, unless somebody else is writing; SQLite only."""
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
        if self._kept is None:
            connection = self._engine.connect().execution_options(begun=True)
            self._kept = Transaction(connection, self._statements)
            self._is_patient = True
            if not self._is_sqlite:
                wait_for_locks(connection.connection.driver_connection, PEN_LOCK_TIMEOUT)
        return self._kept

    def close(self) -> None:
        kept, self._kept, self._has_begun = self._kept, None, False
        if kept is not None:
            kept.connection.close()


class Transaction:
    """What can be asked and written within one transaction."""

    def __init__(self, connection: Connection, statements: Statements) -> None:
        self.connection = connection
        self.statements = statements
        self.hot = Hot(connection)

    def commit(self) -> None:
        """Of a pen's transaction, which SQLAlchemy knows of only if a statement went its way."""
        if self.connection.in_transaction():
            self.connection.commit()
        else:
            self.hot.commit()

    def rollback(self) -> None:
        """The same, undone."""
        if self.connection.in_transaction():
            self.connection.rollback()
        else:
            self.hot.rollback()

    # --- workshops --------------------------------------------------------------------------------------------------

    def find(self, code: str) -> Workshop | None:
        row = self.connection.execute(select(workshops).where(workshops.c.code == code)).mappings().first()
        return _workshop(row) if row else None

    def get(self, workshop: int) -> Workshop | None:
        row = self.connection.execute(select(workshops).where(workshops.c.id == workshop)).mappings().first()
        return _workshop(row) if row else None

    def salt(self, workshop: int) -> str:
        """The salt of everything that is derived for a workshop; '' for one that is older than salts."""
        return str(self.connection.execute(select(workshops.c.salt).where(workshops.c.id == workshop)).scalar() or "")

    def find_summary(self, summary_hash: str) -> Workshop | None:
        """The workshop whose summary is shared by the secret with this hash."""
        found = select(workshops).where(workshops.c.summary_hash == summary_hash)
        row = self.connection.execute(found).mappings().first()
        return _workshop(row) if row else None

    def all_workshops(self) -> list[Workshop]:
        """Every workshop, the newest first."""
        rows = self.connection.execute(select(workshops).order_by(workshops.c.id.desc())).mappings()
        return [_workshop(row) for row in rows]

    def add_workshop(self, **columns: Any) -> int:
        """Insert a workshop with a salt of its own; returns its number.

        Raises:
            CodeTaken: nothing was written; try another code.
        """
        try:
            with self.connection.begin_nested():
                result = self.connection.execute(insert(workshops).values(seq=0, salt=secrets.token_hex(16), **columns))
        except IntegrityError:
            raise CodeTaken from None
        assert result.inserted_primary_key is not None
        return int(result.inserted_primary_key[0])

    def change_workshop(self, workshop: int, **columns: Any) -> None:
        self.connection.execute(update(workshops).where(workshops.c.id == workshop).values(**columns))

    def delete_workshop(self, workshop: int) -> None:
        for table in (answers, events, people, tags, digests, same_themes, erasures):
            self.connection.execute(delete(table).where(table.c.workshop == workshop))
        self.connection.execute(delete(workshops).where(workshops.c.id == workshop))

    def lock(self, ids: Sequence[int], *, wait: bool = True) -> dict[int, int]:
        """The last seq of each of these workshops, locked until the transaction ends; `wait=False` skips those in use.

        SQLite has locked the whole database already.
        """
        made = self.statements.lock if wait else self.statements.lock_free_ones
        return dict(self.hot.rows(made(len(ids)), tuple(sorted(ids))))

    def seqs(self, ids: Sequence[int]) -> dict[int, int]:
        return dict(self.hot.rows(self.statements.seqs(len(ids)), tuple(ids)))

    # --- the log ----------------------------------------------------------------------------------------------------

    def events_after(self, workshop: int, seq: int) -> list[Event]:
        """The events of a workshop after `seq`, in order."""
        rows = self.hot.rows(self.statements.events_after, (workshop, seq))
        return [Event(row[0], row[1], row[2], read_fact(row[3])) for row in rows]

    def raw_events(self, workshop: int) -> list[tuple[int, int, str | None, str]]:
        """Seq, time, person and fact as text, unread: for checking a log that may be damaged."""
        rows = self.hot.rows(self.statements.events_after, (workshop, -1))
        return [(row[0], row[1], row[2], row[3]) for row in rows]

    def append(self, written: Sequence[tuple[int, Event]], last: dict[int, int]) -> None:
        """Write events, each with its workshop, and the last seq of each workshop."""
        if not written:
            return
        self.hot.write(
            self.statements.append,
            [(workshop, event.seq, event.at, event.by, write_fact(event.fact)) for workshop, event in written],
        )
        self.hot.write(self.statements.set_seq, list(last.items()))

    # --- answers ----------------------------------------------------------------------------------------------------

    def answered(self, keys: Sequence[tuple[int, str, str]]) -> dict[tuple[int, str, str], str]:
        """The answers given before to these (workshop, person, command)s."""
        found: dict[tuple[int, str, str], str] = {}
        for start in range(0, len(keys), MOST_KEYS):
            asked = keys[start : start + MOST_KEYS]
            for row in self.hot.rows(self.statements.answered(len(asked)), tuple(chain.from_iterable(asked))):
                found[row[0], row[1], row[2]] = row[3]
        return found

    def answer(self, given: Sequence[tuple[int, str, str, str]]) -> None:
        """Keep answers: workshop, person, command, answer."""
        if given:
            self.hot.write(self.statements.answer, given)

    # --- people -----------------------------------------------------------------------------------------------------

    def names(self, workshop: int) -> dict[str, str]:
        rows = self.connection.execute(select(people.c.id, people.c.name).where(people.c.workshop == workshop))
        return {row[0]: row[1] for row in rows}

    def set_name(self, workshop: int, person: str, name: str) -> None:
        upsert = sqlite.insert if self.connection.dialect.name == "sqlite" else postgresql.insert
        self.connection.execute(
            upsert(people)
            .values(workshop=workshop, id=person, name=name)
            .on_conflict_do_update(index_elements=["workshop", "id"], set_={"name": name})
        )

    # --- everything -------------------------------------------------------------------------------------------------

    def every_row(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every row of every table, the tables in an order in which they can be written."""
        for table in metadata.sorted_tables:
            for row in self.connection.execution_options(yield_per=1000).execute(select(table)).mappings():
                yield str(table.name), {str(column): value for column, value in row.items()}

    def restore_rows(self, table: str, rows: Sequence[dict[str, Any]]) -> None:
        self.connection.execute(insert(metadata.tables[table]), list(rows))

    def continue_numbers(self) -> None:
        """After rows were written with their numbers: PostgreSQL must be told where to go on."""
        if self.connection.dialect.name == "postgresql":
            highest = select(func.coalesce(func.max(workshops.c.id), 0)).scalar_subquery()
            sequence = func.pg_get_serial_sequence("workshops", "id")
            self.connection.execute(select(func.setval(sequence, highest + 1, False)))

    def integrity(self) -> list[str]:
        """What the database itself finds wrong."""
        if self.connection.dialect.name != "sqlite":
            return []
        found = [str(row[0]) for row in self.connection.exec_driver_sql("PRAGMA integrity_check")]
        return [] if found == ["ok"] else [f"database: {fault}" for fault in found]


def _workshop(row: RowMapping) -> Workshop:
    return Workshop(**{column: row[column] for column in Workshop._fields})
