"""Database engines for SQLite and PostgreSQL: durability of commits, lock timeouts, the length of the WAL."""

from __future__ import annotations

import logging
import shutil
import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from speedboat.config.private_files import make_private_database
from speedboat.storage.driver_statements import Hot

log = logging.getLogger(__name__)

LOG_PAGES, PAGE = 4000, 4096  # pages of SQLite's WAL, and bytes of each
BUSY_TIMEOUT = 5  # seconds SQLite waits for a lock
# Seconds PostgreSQL waits for a row lock; less in the pen, which writes all workshops and must not wait for one.
LOCK_TIMEOUT, PEN_LOCK_TIMEOUT = 2.0, 0.05
LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL's error code for a lock timeout


def make_engine(url: str) -> Engine:
    """Create an engine for `sqlite:///file` or `postgresql+psycopg://…`.

    With the execution option `writes` a connection begins its transactions as a writer (`BEGIN IMMEDIATE`); with
    `begun` the caller begins them.
    """
    return _sqlite(url) if url.startswith("sqlite") else _postgresql(url)


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, connect_args={"isolation_level": None, "timeout": BUSY_TIMEOUT}, hide_parameters=True)
    if (name := engine.url.database) and not name.startswith((":", "file:")):
        make_private_database(Path(name))

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _record: object) -> None:
        if connection.execute("PRAGMA page_count").fetchone() == (0,):
            # A new file: what is deleted can be given back to the disk, see `sqlite_residue.py`. Of another this would
            # write, and wait for whoever is writing.
            connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
        connection.execute("PRAGMA journal_mode=WAL")
        # FULL survives a power cut, NORMAL only a crash of the process: an acknowledgement means it is on disk.
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        # What is deleted or changed is overwritten; no copy goes to other files. See `sqlite_residue.py` for the rest.
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("PRAGMA temp_store=MEMORY")
        # Rarely reached: `Store.checkpoint` usually runs first, and no command waits for that.
        connection.execute(f"PRAGMA wal_autocheckpoint={LOG_PAGES}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # Otherwise reads before the first write would run outside the transaction, and could be out of date.
        options = connection.get_execution_options()
        if not options.get("begun"):
            Hot(connection).run("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")

    return engine


def preallocate_wal(engine: Engine) -> None:
    """Preallocate SQLite's WAL to its full length, with a transaction that is rolled back.

    A commit that extends a file also updates file system metadata, which nearly doubled its time and CPU. From then on
    the WAL is overwritten from its start whenever `Store.checkpoint` has copied it into the database file. If this
    fails, or the disk has little space, commits are only slower.
    """
    name = engine.url.database or ""
    if engine.dialect.name != "sqlite" or name.startswith((":", "file:")):
        return
    if shutil.disk_usage(Path(name).parent).free < 50 * LOG_PAGES * PAGE:
        return
    with engine.connect().execution_options(begun=True) as connection:
        hot = Hot(connection)
        hot.run("PRAGMA busy_timeout=0")  # not worth waiting for another writer
        try:
            hot.run("BEGIN IMMEDIATE")
            hot.run("CREATE TABLE room (padding BLOB)")
            hot.run("INSERT INTO room VALUES (zeroblob(19000000))")  # LOG_PAGES, and the pages that stay in the cache
        except SQLAlchemyError as error:
            log.info("could not preallocate the WAL (%s); commits are slower until it has grown", type(error).__name__)
        hot.rollback()
        hot.run(f"PRAGMA busy_timeout={BUSY_TIMEOUT * 1000}")


def refill_wal(engine: Engine) -> None:
    """Extend SQLite's WAL to its full length with zeros, after it was truncated. Holds the lock for some milliseconds.

    Cheaper than `preallocate_wal`; the content of the WAL stays.
    """
    file = Path(engine.url.database or "")
    if shutil.disk_usage(file.parent).free < 50 * LOG_PAGES * PAGE:
        return
    with engine.connect().execution_options(begun=True) as connection:
        hot = Hot(connection)
        hot.run("PRAGMA busy_timeout=0")
        try:
            hot.run("BEGIN IMMEDIATE")
            with file.with_name(file.name + "-wal").open("r+b") as wal:
                length = wal.seek(0, 2)
                wal.write(bytes(max(0, LOG_PAGES * (PAGE + 24) + 32 - length)))  # with the headers
        except (SQLAlchemyError, OSError) as error:
            log.info("could not preallocate the WAL (%s); commits are slower until it has grown", type(error).__name__)
        finally:
            hot.rollback()
            hot.run(f"PRAGMA busy_timeout={BUSY_TIMEOUT * 1000}")


def skip_disk_sync(engine: Engine) -> None:
    """Commit without waiting for the disk on this SQLite engine: a power cut may lose commits. For derived data."""

    @event.listens_for(engine, "connect")
    def relax(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA synchronous=NORMAL")  # so that the lock is released before the disk has synced


def _postgresql(url: str) -> Engine:
    # Without parameters: errors would put what people wrote into the log.
    engine = create_engine(url, pool_pre_ping=True, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def configure(connection: DBAPIConnection, _record: object) -> None:
        wait_for_locks(connection, LOCK_TIMEOUT)

    return engine


def wait_for_locks(connection: DBAPIConnection, seconds: float) -> None:
    """Set how many seconds statements on this driver connection wait for a lock before they fail."""
    connection.cursor().execute(f"SET lock_timeout = {round(seconds * 1000)}")
    connection.commit()


def is_held(error: BaseException) -> bool:
    """Whether an error is PostgreSQL's lock timeout, after which the connection is still usable."""
    return isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE
