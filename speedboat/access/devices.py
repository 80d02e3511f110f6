"""Devices: a random id that a browser keeps, known to a workshop only by a hash that no other workshop shares."""

from __future__ import annotations

import hmac
import re

from speedboat.domain.messages import Refused

_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")


def device_hash(secret_key: str, workshop: int, salt: str, device: str) -> str:
    """What is kept of a device in one workshop. Raises Refused: `malformed_id`."""
    if not _ID.fullmatch(device):
        raise Refused("malformed_id", "device")
    return hmac.digest(secret_key.encode(), f"device:{workshop}:{salt}:{device}".encode(), "sha256").hex()
