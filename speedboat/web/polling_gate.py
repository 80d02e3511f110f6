"""WSGI middleware in front of Socket.IO: checks host, origin, method and body, and adds security headers.

It is needed because the library answers before Flask does. Long polling has its connection id (`sid`) in the URL, which
proxies log, so the URL alone must not give access: the first answer sets a cookie, which every later request of that
connection must send.
"""

from __future__ import annotations

import hmac
import io
import json
import re
import secrets
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple
from urllib.parse import parse_qs
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import socketio

from speedboat.config.hosts import Hosts
from speedboat.domain.messages import Refused
from speedboat.i18n.catalogues import choose
from speedboat.i18n.error_messages import error_of
from speedboat.web.security_headers import NOTHING_RUNS, PROTECTION
from speedboat.websocket.pending_connections import PendingConnections

PATH = "/socket.io/"
COOKIE = "polling"
_BOUND = "speedboat.polling"  # key in the WSGI environment of the opening request, which the library stores
_COOKIES = re.compile(rf"(?:^|;)\s*{COOKIE}=([A-Za-z0-9_-]{{43}})\s*(?=;|$)")
_REPLACED = ("access-control-", "cache-control")  # the library's headers that are dropped: no other site is served
_ONCE = ("sid", "transport", "EIO")


class EarlyAnswer(NamedTuple):
    """An HTTP answer that refuses a request before the library sees it."""

    status: str
    body: object
    headers: tuple[tuple[str, str], ...] = ()


NOT_OURS = EarlyAnswer("400 Bad Request", "Not an accepted origin.")
NOT_POLLING = EarlyAnswer("400 Bad Request", {"code": 3, "message": "Bad request"})
UNKNOWN = EarlyAnswer("400 Bad Request", {"code": 1, "message": "Session ID unknown"})
NO_METHOD = EarlyAnswer(
    "405 Method Not Allowed", {"code": 2, "message": "Bad handshake method"}, (("Allow", "GET, POST"),)
)
TOO_SLOW = EarlyAnswer("408 Request Timeout", {"code": 3, "message": "Bad request"}, (("Connection", "close"),))
TOO_LARGE = EarlyAnswer("413 Content Too Large", {"code": 3, "message": "Bad request"})
FULL = EarlyAnswer("503 Service Unavailable", {"code": 3, "message": "Too many at once"}, (("Retry-After", "1"),))


class PollingGate:
    """The middleware; requests for anything but Socket.IO pass unchanged.

    Args:
        server: the python-socketio server.
        is_secure: whether the public URL is HTTPS, whatever scheme a request has.
    """

    def __init__(
        self, app: WSGIApplication, server: socketio.Server, hosts: Hosts, pending: PendingConnections, is_secure: bool
    ) -> None:
        self._app = app
        self._server = server
        self._hosts = hosts
        self._pending = pending
        self._is_secure = is_secure

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not environ.get("PATH_INFO", "").startswith(PATH):
            return self._app(environ, start_response)
        query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
        refusal = self._refusal(environ, query)
        if refusal is not None:
            return _refuse(refusal, start_response)
        cookies = [] if "sid" in query else self._bind(environ, query)

        def answer(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[[bytes], object]:
            own = [(name, value) for name, value in headers if not name.lower().startswith(_REPLACED)]
            return start_response(status, own + _usage() + (cookies if status.startswith("200") else []), *rest)

        return self._app(environ, answer)

    def _refusal(self, environ: WSGIEnvironment, query: dict[str, list[str]]) -> EarlyAnswer | None:
        if not self._hosts.allows(environ.get("HTTP_HOST")):
            language = choose([], environ.get("HTTP_ACCEPT_LANGUAGE"))
            return EarlyAnswer(
                "421 Misdirected Request", {"ok": False, "error": error_of(Refused("wrong_host"), language)}
            )
        if not self._hosts.is_own(environ.get("HTTP_ORIGIN"), environ):
            return NOT_OURS
        if environ["REQUEST_METHOD"] not in ("GET", "POST"):
            return NO_METHOD
        if "j" in query or any(len(query.get(name, ())) > 1 for name in _ONCE):
            return NOT_POLLING  # `j` is JSONP: an answer that another site could run
        if query.get("transport", ["polling"])[0] not in ("polling", "websocket"):
            return NOT_POLLING
        if "sid" not in query:
            if environ["REQUEST_METHOD"] != "GET":
                return NO_METHOD
            return None if self._pending.admit() else FULL
        sid = query["sid"][0]
        if not self._is_bound(sid, environ):
            return UNKNOWN  # also if the connection exists: knowing its URL must reveal nothing
        return self._read(sid, environ) if environ["REQUEST_METHOD"] == "POST" else None

    # --- the cookie -------------------------------------------------------------------------------------------------

    def _bind(self, environ: WSGIEnvironment, query: dict[str, list[str]]) -> list[tuple[str, str]]:
        """Bind a new connection to the browser's cookie; return the header that sets one, if the browser has none.

        All tabs of a browser share the cookie, so an existing one is used again.
        """
        if query.get("transport", ["polling"])[0] != "polling":
            return []
        cookie = _COOKIES.search(environ.get("HTTP_COOKIE", ""))
        secret = cookie[1] if cookie else secrets.token_urlsafe(32)
        environ[_BOUND] = secret
        if cookie:
            return []
        is_secure = self._is_secure or environ.get("wsgi.url_scheme") == "https"
        path = f"{environ.get('SCRIPT_NAME', '')}{PATH}"
        attributes = f"Path={path}; HttpOnly; SameSite=Strict" + ("; Secure" if is_secure else "")
        return [("Set-Cookie", f"{COOKIE}={secret}; {attributes}")]

    def _is_bound(self, sid: str, environ: WSGIEnvironment) -> bool:
        bound = self._server.environ.get(sid, {}).get(_BOUND, "")
        cookies = _COOKIES.findall(environ.get("HTTP_COOKIE", ""))
        return any(bool(bound) and hmac.compare_digest(bound, one) for one in cookies)

    # --- the body ---------------------------------------------------------------------------------------------------

    def _read(self, sid: str, environ: WSGIEnvironment) -> EarlyAnswer | None:
        """Read the body of a POST and check its size: the library would take an incomplete body for an empty one."""
        length = environ.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or "HTTP_TRANSFER_ENCODING" in environ:
            return NOT_POLLING
        if len(length) > 9 or int(length) > self._pending.largest_message(sid):
            self._pending.end(sid)
            return TOO_LARGE
        try:
            body = environ["wsgi.input"].read(int(length))
        except OSError:
            return TOO_SLOW
        if len(body) < int(length):
            return TOO_SLOW
        environ["wsgi.input"] = io.BytesIO(body)
        return None


def _usage() -> list[tuple[str, str]]:
    headers = [("Cache-Control", "no-store"), ("Content-Security-Policy", NOTHING_RUNS)]
    return [*headers, *PROTECTION.items()]


def _refuse(refusal: EarlyAnswer, start_response: StartResponse) -> list[bytes]:
    body = json.dumps(refusal.body, ensure_ascii=False).encode()
    own = [("Content-Type", "application/json"), ("Content-Length", str(len(body))), *refusal.headers]
    start_response(refusal.status, own + _usage())
    return [body]
