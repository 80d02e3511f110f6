"""Speedboat: live speed-boat workshops. `create_app` is the front door; nothing else lives here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

__version__ = "0.1.0"


def create_app(*args: Any, **kwargs: Any) -> Flask:
    """Build the application; see `speedboat.app.create_app`.

    Imported late, so that a serving mode can patch the standard library before anything else is loaded.
    """
    from speedboat.app import create_app as build

    return build(*args, **kwargs)
