"""The head of a request, before anybody acts on it: which lines it may hold, and how long it may take to arrive.

Where two programs read one head differently, a request can be hidden behind another (request smuggling). What a proxy
could read otherwise than we do is refused: the lenient parsers of Python and of the libraries are given only lines that
mean one thing.
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
LARGEST_REST = 2_000_000  # bytes of a body nobody asked for that are read all the same, so that the answer arrives


@dataclass(frozen=True)
class Patience:
    """Seconds in which a request must arrive, however it comes: its head, the wait for it included, then its body."""

    head: float = 20.0
    body: float = 60.0


USUAL = Patience()


class BadHead(ValueError):
    """The head of this request can be read in two ways, or in none: it is refused with `status`."""

    def __init__(self, why: str, status: str = "400 Bad Request") -> None:
        super().__init__(why)
        self.status = status

    @property
    def answer(self) -> bytes:
        return f"HTTP/1.1 {self.status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode()


class HeadLines:
    """The lines of a head, for a parser. Raises BadHead at one that is not a header."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def readline(self, size: int = -1) -> bytes:
        line: bytes = self._file.readline(size)
        if line not in _END and not _LINE.fullmatch(line):
            raise BadHead("a line is not a header")
        return line


def check_head(target: str, headers: Message[str, str]) -> None:
    """Raise BadHead unless it is clear where a request goes and where it ends."""
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
        raise BadHead("no length", "411 Length Required")  # chunks, whose many dialects only proxies need to know
    if lengths and not _LENGTH.fullmatch(lengths[0].strip(" \t")):
        raise BadHead("the length is not a number")


def discard(chunks: Iterable[bytes]) -> bool:
    """Read the rest of a body; whether it came to its end before there was too much of it."""
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > LARGEST_REST:
            return False
    return True
