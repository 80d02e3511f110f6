"""The commands for backups: `speedboat backup`, `restore`, `backup-key`."""

from __future__ import annotations

import io
from functools import partial
from pathlib import Path

import click

from speedboat.access.keys import KeyMaker
from speedboat.cli.audit_commands import note
from speedboat.cli.opening import now, open_store, refusing
from speedboat.cli.terminal import say
from speedboat.config.private_files import write_privately
from speedboat.storage.deletion_file import DELETIONS, DeletionFile, read_deletions

EXISTING = click.Path(exists=True, path_type=Path, dir_okay=False)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option(
    "--into", type=click.Path(path_type=Path, file_okay=False, exists=True), help="A folder, instead of FILE."
)
@click.option("--keep", type=click.IntRange(1), default=30, show_default=True, help="How many stay in that folder.")
@click.option("--recipient", "recipients", multiple=True, help="Encrypt for whoever has this key (age1…); repeatable.")
def backup(file: Path | None, into: Path | None, keep: int, recipients: tuple[str, ...]) -> None:
    """Write a backup of everything to one file; the server may be running.

    With --into the file has the time in its name, older ones of the folder are removed, and what was erased lately
    is written beside it, so that none of them can bring that back.
    """
    from speedboat.cli.backup_files import encrypt, new_name, rotate
    from speedboat.cli.maintenance import backup as write

    if (file is None) == (into is None):
        raise click.UsageError("Name a FILE, or a folder with --into.")
    seal = partial(encrypt, recipients=recipients) if recipients else None
    if seal:
        refusing(seal, b"")  # before anything is read
    config, store = open_store()
    place = file or into / new_name(now(), encrypted=bool(seal))  # type: ignore[operator]  # one of them is named
    workshops = refusing(write, store, place, seal)
    note(store, "backed_up", detail=str(workshops))
    say(f"Backed up {workshops} workshops to {place}.")
    if into:
        deletions = DeletionFile(config.data_dir)
        refusing(deletions.update, store)
        if deletions.path.exists():
            refusing(write_privately, into / DELETIONS, deletions.path.read_bytes())
        for old in refusing(rotate, into, keep):
            say(f"Removed {old}.")


@click.command()
@click.argument("file", type=EXISTING)
@click.option(
    "--deletions", type=EXISTING, help="What was erased since.  [default: deletions.json in the data directory]"
)
@click.option("--identity", type=EXISTING, help="The key that opens an encrypted backup.")
def restore(file: Path, deletions: Path | None, identity: Path | None) -> None:
    """Restore a backup into an empty database, but for what was erased since; no server may be running on it."""
    from speedboat.cli.backup_files import decrypt, is_encrypted
    from speedboat.cli.maintenance import restore_but

    config, store = open_store()
    known = refusing(read_deletions, deletions or config.data_dir / DELETIONS)
    source = io.BytesIO(refusing(decrypt, file.read_bytes(), identity)) if is_encrypted(file) else file
    workshops, fewer = refusing(restore_but, store, source, known, KeyMaker(config.secret_key), now())
    refusing(DeletionFile(config.data_dir).update, store)
    note(store, "restored", detail=str(workshops))
    say(f"{workshops} workshops restored from {file}.")
    if fewer:
        say(f"In {fewer} of them, what was erased since the backup is erased again.")


@click.command("backup-key")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup_key(file: Path) -> None:
    """Make a key that opens encrypted backups; keep the FILE away from the server. Prints whom to encrypt for."""
    from speedboat.cli.backup_files import new_identity

    say(refusing(new_identity, file))
