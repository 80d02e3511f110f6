"""Backups in a folder, the newest of which are kept; and backups that only one key opens (age, https://age-encryption.org).

The key that opens them need not be, and should not be, on the server: whoever takes the server has the backups, too.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from pathlib import Path

import pyrage

from speedboat.config.private_files import write_privately
from speedboat.domain.messages import Refused

AGE = b"age-encryption.org/"  # how a file begins that age has encrypted
OWN = re.compile(r"speedboat-\d{4}-\d\d-\d\dT\d{6}Z\.gz(\.age)?")  # the only files that rotation removes


def new_name(now: int, *, encrypted: bool) -> str:
    """Return the name of a backup that is made at `now`, ms since the epoch; such names sort by time."""
    at = datetime.datetime.fromtimestamp(now / 1000, datetime.UTC)
    return f"speedboat-{at:%Y-%m-%dT%H%M%SZ}.gz{'.age' if encrypted else ''}"


def rotate(folder: Path, keep: int) -> list[Path]:
    """Remove all but the newest of the backups in a folder; return those that are removed."""
    own = sorted(file for file in folder.iterdir() if OWN.fullmatch(file.name) and file.is_file())
    old = own[: max(0, len(own) - keep)]
    for file in old:
        file.unlink()
    return old


def encrypt(data: bytes, recipients: Sequence[str]) -> bytes:
    """Encrypt for whoever has the key of any of these recipients. Raises Refused: `bad_recipient`."""
    try:
        keys = [pyrage.x25519.Recipient.from_str(one.strip()) for one in recipients]
    except pyrage.RecipientError:
        raise Refused("bad_recipient") from None
    return bytes(pyrage.encrypt(data, keys))


def is_encrypted(file: Path) -> bool:
    """Whether age has encrypted a file. Raises OSError: it cannot be read."""
    with file.open("rb") as opened:
        return opened.read(len(AGE)) == AGE


def decrypt(data: bytes, identity: Path | None) -> bytes:
    """Return what an encrypted backup holds.

    Args:
        identity: the file of the key, as `new_identity` or age-keygen writes it.

    Raises:
        Refused: `encrypted_backup` without an identity, `bad_identity` if that does not open it, `broken_backup` if it
            is damaged.
        OSError: the identity cannot be read.
    """
    if identity is None:
        raise Refused("encrypted_backup")
    lines = identity.read_text(encoding="utf-8", errors="replace").splitlines()
    try:
        keys = [pyrage.x25519.Identity.from_str(line.strip()) for line in lines if line.startswith("AGE-SECRET-KEY-")]
    except pyrage.IdentityError:
        raise Refused("bad_identity") from None
    try:
        return bytes(pyrage.decrypt(data, keys))
    except pyrage.DecryptError as error:
        raise Refused("bad_identity" if "No matching keys" in str(error) else "broken_backup") from None


def new_identity(file: Path) -> str:
    """Write a new key to a file that only its owner reads; return its recipient. Raises Refused: `not_a_plain_file`."""
    if file.exists():
        raise Refused("not_a_plain_file")
    identity = pyrage.x25519.Identity.generate()
    recipient = str(identity.to_public())
    write_privately(file, f"# public key: {recipient}\n{identity}\n".encode())
    return recipient
