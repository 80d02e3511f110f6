"""Connections to either database: how durable a commit is, and how long somebody else's lock is waited for."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from speedboat.config.private_files import make_private_database
from speedboat.storage.driver_statements import Hot

log = logging.getLogger(__name__)

LOG_PAGES, PAGE = 4000, 4096  # of the log beside SQLite's file, and bytes of each
BUSY_TIMEOUT = 5  # seconds to wait for a lock that somebody else holds
# The same on PostgreSQL; less for the one pen that writes all workshops, of which somebody may hold only one.
LOCK_TIMEOUT, PEN_LOCK_TIMEOUT = 2.0, 0.05  # seconds
LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL's word for it


def make_engine(url: str) -> Engine:
    """For `sqlite:///file` or `postgresql+psycopg://…`.

    A connection's option `writes` begins its transactions as a writer's; with `begun` somebody else begins them.
    """
    return _sqlite(url) if url.startswith("sqlite") else _postgresql(url)


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, connect_args={"isolation_level": None, "timeout": BUSY_TIMEOUT}, hide_parameters=True)
    if (name := engine.url.database) and not name.startswith((":", "file:")):
        make_private_database(Path(name))

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        # FULL survives the power going, NORMAL only the process: an acknowledgement means it is on disk.
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        # What is deleted or changed is overwritten; no copy goes to other files. See `sqlite_residue.py` for the rest.
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("PRAGMA temp_store=MEMORY")
        # Only if `checkpoint`, which no command waits for, does not keep up.
        connection.execute(f"PRAGMA wal_autocheckpoint={LOG_PAGES}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # With the default, a read-then-write would build on what another connection is changing.
        options = connection.get_execution_options()
        if not options.get("begun"):
            Hot(connection).run("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")

    return engine


def make_room(engine: Engine) -> None:
    """Give SQLite's log, which lies beside its file, its full length before anything is written to it.

    A commit that makes a file longer has the disk keep its own books, too: that nearly doubled its time and its CPU.
    From here on the log is written over from its beginning whenever `Store.checkpoint` has brought all of it into the
    file. Nothing is changed by this; where it can't be done, or the disk has little room, commits are only slower.
    """
    folder = Path(engine.url.database or "").parent
    if engine.dialect.name != "sqlite" or shutil.disk_usage(folder).free < 50 * LOG_PAGES * PAGE:
        return
    with engine.connect().execution_options(begun=True) as connection:
        hot = Hot(connection)
        hot.run("PRAGMA busy_timeout=0")  # if somebody else writes at this moment, it is not worth waiting for
        try:
            hot.run("BEGIN IMMEDIATE")
            hot.run("CREATE TABLE room (padding BLOB)")
            hot.run("INSERT INTO room VALUES (zeroblob(19000000))")  # LOG_PAGES, and what stays in memory
        except SQLAlchemyError as error:
            log.info("could not preallocate the WAL (%s); commits are slower until it has grown", type(error).__name__)
        hot.rollback()
        hot.run(f"PRAGMA busy_timeout={BUSY_TIMEOUT * 1000}")


def lengthen_log(engine: Engine) -> None:
    """Give SQLite's log its full length back, with zeros; what is in it stays. The lock is held for some milliseconds.

    Cheaper than `make_room`, where the log has just been emptied.
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
                wal.write(bytes(max(0, LOG_PAGES * (PAGE + 24) + 32 - length)))  # each page has a head, the log too
        except (SQLAlchemyError, OSError) as error:
            log.info("could not preallocate the WAL (%s); commits are slower until it has grown", type(error).__name__)
        finally:
            hot.rollback()
            hot.run(f"PRAGMA busy_timeout={BUSY_TIMEOUT * 1000}")


def do_not_wait_for_the_disk(engine: Engine) -> None:
    """Let what is written on this SQLite engine be lost in a power cut: for what can be made again from the logs."""

    @event.listens_for(engine, "connect")
    def relax(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA synchronous=NORMAL")  # or its lock would be held while the disk works


def _postgresql(url: str) -> Engine:
    # Errors carry statements, which carry what people wrote: not into a log.
    engine = create_engine(url, pool_pre_ping=True, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        wait_for_locks(connection, LOCK_TIMEOUT)

    return engine


def wait_for_locks(connection: Any, seconds: float) -> None:
    """How long statements on this connection of the driver wait for a lock before they fail."""
    connection.cursor().execute(f"SET lock_timeout = {round(seconds * 1000)}")
    connection.commit()


def is_held(error: BaseException) -> bool:
    """Whether PostgreSQL waited in vain for what somebody else holds; the connection is sound."""
    return isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE
