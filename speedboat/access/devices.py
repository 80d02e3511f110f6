"""Devices: a random id that a browser stores. A workshop knows only its hash, which differs in every workshop."""

from __future__ import annotations

import hmac
import re

from speedboat.domain.ids import WorkshopNumber
from speedboat.domain.messages import Refused

_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")


def device_hash(secret_key: str, workshop: WorkshopNumber, salt: str, device: str) -> str:
    """Return the hash stored for a device in one workshop. Raises Refused: `malformed_id`."""
    if not _ID.fullmatch(device):
        raise Refused("malformed_id", "device")
    return hmac.digest(secret_key.encode(), f"device:{workshop}:{salt}:{device}".encode(), "sha256").hex()
