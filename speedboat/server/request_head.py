"""Strict checks of a request's head (request line and headers), and how long a request may take to arrive.

Where a proxy and a server read one head differently, a request can be hidden behind another (request smuggling). object
head that could be read in two ways is refused before the lenient parsers of Python and of the libraries see it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from typing import Any
from urllib.parse import urlsplit

# A name, a colon at once, a value without control characters; no line goes on in the next one.
_LINE = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[^\x00-\x08\x0a-\x1f\x7f]*\r?\n")
_END = (b"\r\n", b"\n", b"")
_LENGTH = re.compile(r"[0-9]{1,15}")
LARGEST_REST = 2_000_000  # bytes of an unread body that are discarded, so that the client gets its response


@dataclass(frozen=True)
class RequestTimeouts:
    """Seconds in which the head of a request must arrive, including the wait for it, and then its body."""

    head: float = 20.0
    body: float = 60.0


DEFAULT_TIMEOUTS = RequestTimeouts()


class BadHead(ValueError):
    """The head of this request is ambiguous or not valid; it is refused with `status`."""

    def __init__(self, why: str, status: str = "400 Bad Request") -> None:
        super().__init__(why)
        self.status = status

    @property
    def answer(self) -> bytes:
        """The whole HTTP response."""
        return f"HTTP/1.1 {self.status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode()


class HeadLines:
    """A file of header lines for a parser. Reading raises BadHead at a line that is not a header."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def readline(self, size: int = -1) -> bytes:
        """Read a line. Raises BadHead."""
        line: bytes = self._file.readline(size)
        if line not in _END and not _LINE.fullmatch(line):
            raise BadHead("a line is not a header")
        return line


def check_head(target: str, headers: Message[str, str]) -> None:
    """Check that target and length of a request are unambiguous. Raises BadHead."""
    try:
        urlsplit(target)
    except ValueError:
        raise BadHead("the address cannot be read") from None
    if not target.startswith("/") and target != "*":
        raise BadHead("the address is not a path")
    lengths = headers.get_all("Content-Length", [])
    if any(len(values) > 1 for values in (lengths, headers.get_all("Host", []))):
        raise BadHead("a header that counts is there twice")
    if "Transfer-Encoding" in headers:
        if lengths:
            raise BadHead("the length is said twice")
        raise BadHead("no length", "411 Length Required")  # chunked: parsers differ, and none of our clients sends it
    if lengths and not _LENGTH.fullmatch(lengths[0].strip(" \t")):
        raise BadHead("the length is not a number")


def discard(chunks: Iterable[bytes]) -> bool:
    """Read and drop the rest of a body. Returns False if it is longer than `LARGEST_REST`."""
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > LARGEST_REST:
            return False
    return True
