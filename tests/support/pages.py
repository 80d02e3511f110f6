"""A browser without scripts, for tests of pages: it keeps cookies, and posts the forms of the pages it read."""

from __future__ import annotations

import http.cookiejar
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from tests.support.live_server import Running

PASSWORD = "quatre bateaux sous la pluie"


class Browser:
    """One browser."""

    def __init__(self, server: Running, **headers: str) -> None:
        self.server = server
        self.headers = {"Accept-Language": "en", **headers}
        self.jar = http.cookiejar.CookieJar()
        self.url = ""  # of the page it is on
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        self.token = ""

    def get(self, path: str) -> tuple[int, str]:
        """Return the status and text of a page, after redirects."""
        return self._ask(urllib.request.Request(self.server.url + path, headers=self.headers))

    def post(self, path: str, **fields: str | list[str]) -> tuple[int, str]:
        """Post a form with the CSRF token of the page read last."""
        fields = {"csrf_token": self.token, **fields}
        body = urllib.parse.urlencode(fields, doseq=True).encode()
        return self._ask(urllib.request.Request(self.server.url + path, body, self.headers))

    def call(self, method: str, path: str, body: object) -> tuple[int, Any]:
        """Call the API from the page this browser is on, with its cookies; return the status and the answer."""
        headers = {**self.headers, "Content-Type": "application/json"}
        data = json.dumps(body).encode()
        status, text = self._ask(urllib.request.Request(self.server.url + path, data, headers, method=method))
        return status, json.loads(text)

    def cookie(self, name: str) -> str:
        """Return the value of a cookie, '' without it."""
        return next((str(cookie.value) for cookie in self.jar if cookie.name == name), "")

    def sign_in(self, email: str, password: str = PASSWORD) -> tuple[int, str]:
        """Sign in on the page for it."""
        self.get("/sign-in")
        return self.post("/sign-in", email=email, password=password)

    def accept(self, url: str, password: str = PASSWORD, name: str = "") -> tuple[int, str]:
        """Accept an invitation."""
        path = urllib.parse.urlsplit(url).path
        self.get("/sign-in")  # a used invitation has no form, and so no token
        self.get(path)
        return self.post(path, password=password, name=name)

    def _ask(self, request: urllib.request.Request) -> tuple[int, str]:
        try:
            with self._opener.open(request, timeout=60) as response:
                status, text, self.url = response.status, response.read().decode("utf-8", "replace"), response.url
        except urllib.error.HTTPError as error:
            with error:
                status, text, self.url = error.code, error.read().decode("utf-8", "replace"), error.url or ""
        if match := re.search(r'name="csrf_token" value="([^"]+)"', text):
            self.token = match[1]
        return status, text


def invite(server: Running, email: str, *more: str) -> str:
    """Make an account on the command line; return the link of its invitation, at this server."""
    row = json.loads(server.speedboat("user", "add", email, *more, "--json"))
    assert row["email"] == email.lower()
    return server.url + urllib.parse.urlsplit(row["invitation_url"]).path
