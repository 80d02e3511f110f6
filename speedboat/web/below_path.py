"""Serving below a path of a host, such as `https://example.org/boat/`. Only this module knows the path.

Inside the application every URL starts at its own root. The path is removed from requests and added to responses: to
redirects, and to every `href`, `src` and `action` in templates that starts at the root.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, request
from jinja2.ext import Extension

_FIXED = re.compile(r'\b(href|src|action)="/(?!/)')
_WRITTEN = re.compile(r'\b(href|src|action)="\{\{ ([^{}]*(?:\{[^{}]*\}[^{}]*)*) \}\}"')


def below(address: str) -> str:
    """Return a URL with the path before it if it starts at the application's root; other URLs unchanged."""
    return f"{request.script_root}{address}" if _is_own(address) else address


def _is_own(address: str) -> bool:
    return address.startswith("/") and not address.startswith("//")


class _Addresses(Extension):
    """Adds the path to the URLs in templates when they are compiled."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002  # jinja2's
        return _WRITTEN.sub(r'\1="{{ (\2)|below }}"', _FIXED.sub(r'\1="{{ request.script_root }}/', source))


def attach(app: Flask) -> None:
    """Make templates add the path to their URLs."""
    app.jinja_env.filters["below"] = below
    app.jinja_env.add_extension(_Addresses)


class BelowPath:
    """WSGI middleware: removes the path from requests, if the proxy has not, and adds it to redirects.

    Args:
        path: of the public address, as `/boat`; '' for none.
    """

    def __init__(self, app: WSGIApplication, path: str) -> None:
        self._app = app
        self._path = path

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = str(environ.get("PATH_INFO", ""))
        if path == self._path or path.startswith(f"{self._path}/"):
            environ["PATH_INFO"] = path[len(self._path) :] or "/"
        environ["SCRIPT_NAME"] = self._path

        def start(status: str, headers: list[tuple[str, str]], *error: object) -> object:
            moved = [(name, self._put_before(name, value)) for name, value in headers]
            return start_response(status, moved, *error)  # type: ignore[arg-type]

        return self._app(environ, start)  # type: ignore[arg-type]

    def _put_before(self, name: str, value: str) -> str:
        return f"{self._path}{value}" if name.lower() == "location" and _is_own(value) else value
