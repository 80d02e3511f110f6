"""Speedboat: live speed-boat workshops. Only `create_app` and the version are exported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from speedboat.version import __version__

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["__version__", "create_app"]


def create_app(*args: Any, **kwargs: Any) -> Flask:
    """Build the application; see `speedboat.app.create_app`.

    Imported late, so that a serving mode can patch the standard library before anything else is loaded.
    """
    from speedboat.app import create_app as build

    return build(*args, **kwargs)
