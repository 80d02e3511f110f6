"""Files that only their owner can read: the database, secrets, backups and exports, which hold what people wrote.

On Windows modes mean nothing, and nothing here fails because of that.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from speedboat.domain.messages import Refused

FILE_MODE, FOLDER_MODE = 0o600, 0o700
FOR_OTHERS = 0o007
# Beside SQLite's file, and as readable as that was when they were made.
COMPANIONS = ("-wal", "-shm", "-journal")


@contextmanager
def private_writer(file: Path) -> Iterator[BinaryIO]:
    """Write a file that appears whole, synced and readable by its owner alone, or not at all.

    It is written under a random name in the same folder, so that nothing planted there is followed or written to, and
    then takes its place: a link put there meanwhile is itself replaced.

    Raises:
        Refused: `not_a_plain_file`, if a link, a folder or a device is there already.
        OSError: it cannot be written.
    """
    _refuse_all_but_plain(file)
    part = file.with_name(f".{secrets.token_hex(16)}.part")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(part, flags, FILE_MODE)
    try:
        with os.fdopen(descriptor, "wb") as writer:
            yield writer
            writer.flush()
            os.fsync(writer.fileno())
        part.replace(file)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _sync_folder(file.parent)


def write_privately(file: Path, data: bytes) -> None:
    """Write bytes to a file as `private_writer` does."""
    with private_writer(file) as writer:
        writer.write(data)


def make_private_folder(folder: Path, *, ours: bool) -> None:
    """Make a folder for its owner only; an existing one stays as it is unless its name makes it `ours`."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=FOLDER_MODE)
    except FileExistsError:
        if not folder.is_dir():
            raise
        if ours:
            _tighten(folder, FOLDER_MODE)


def make_private_database(file: Path) -> None:
    """Create SQLite's file for its owner alone; SQLite gives the files beside it the same mode.

    A file that is there, and open to everybody on the machine, is closed to them. One open to its group alone was
    made so on purpose, and stays so.
    """
    real = Path(os.path.realpath(file))
    try:
        os.close(os.open(real, os.O_RDWR | os.O_CREAT | os.O_EXCL, FILE_MODE))
    except FileExistsError:
        for name in (real, *(real.with_name(real.name + more) for more in COMPANIONS)):
            tighten_file(name)
    except OSError:
        pass  # SQLite says what is wrong


def tighten_file(file: Path) -> None:
    """Remove everybody's access to a file of ours that all could read."""
    _tighten(file, FILE_MODE)


def stored_secret(path: Path) -> str:
    """Return the stored secret of this installation, created once: two processes that start together agree on one.

    Raises:
        OSError: it cannot be read or created.
        ValueError: the file does not hold one.
    """
    if not path.exists():
        # Whole from the first moment: a file that is there but empty would be read as the secret.
        making = path.with_name(f".{secrets.token_hex(16)}.part")  # nobody can have planted a link there
        with os.fdopen(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(making, path)
        except FileExistsError:
            pass  # the other process was faster
        finally:
            making.unlink()
    tighten_file(path)
    try:
        return path.read_text(encoding="ascii").strip()
    except UnicodeError:
        raise ValueError(f"{path} is damaged: restore it from a backup, or delete it to have another made") from None


def _tighten(path: Path, mode: int) -> None:
    if not hasattr(os, "geteuid"):
        return
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return  # not there, a link, or somebody else's
    try:
        now = os.fstat(descriptor)
        if now.st_uid == os.geteuid() and stat.S_IMODE(now.st_mode) & FOR_OTHERS:
            os.fchmod(descriptor, mode)
    except OSError:
        pass  # some file systems have no modes
    finally:
        os.close(descriptor)


def _refuse_all_but_plain(file: Path) -> None:
    try:
        if not stat.S_ISREG(file.lstat().st_mode):
            raise Refused("not_a_plain_file")
    except FileNotFoundError:
        pass


def _sync_folder(folder: Path) -> None:
    """Sync the folder, so that the file's new name is on disk, too, where folders can be opened."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:
        pass  # some file systems cannot
    finally:
        os.close(descriptor)
