"""What each kind of setting may hold: reads values, and collects a sentence for each that is not valid."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from speedboat.config.hosts import host_name
from speedboat.domain.days import valid_time_zone
from speedboat.domain.messages import Refused

SERVING = ("eventlet", "gevent", "threading")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
YES, NO = ("1", "yes", "true", "on"), ("0", "no", "false", "off")
SHORTEST_SECRET, LEAST_SIGNS = 16, 6  # characters, and different ones among them
LONGEST_HOST = 253  # characters (RFC 1035)
SHOWN = 40  # characters of a setting that is wrong
PNG = b"\x89PNG\r\n\x1a\n"
HEAD = 4096  # bytes in which a picture shows what it is


class Reader:
    """Reads settings from an environment; what is not valid is replaced by its default and listed in `faults`."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self.faults: list[str] = []

    def refuse_faults(self) -> None:
        """Raise ValueError with a line for each setting that was not valid."""
        if self.faults:
            raise ValueError("\n".join(dict.fromkeys(self.faults)))

    def text(self, name: str) -> str:
        """Return a setting, or the content of the file that is named instead."""
        path = self.environment.get(f"SPEEDBOAT_{name}_FILE")
        if not path:
            return self.environment.get(f"SPEEDBOAT_{name}", "").strip()
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            self.faults.append(f"SPEEDBOAT_{name}_FILE names a file that cannot be read: {path} ({error.strerror})")
        except UnicodeError:
            self.faults.append(f"SPEEDBOAT_{name}_FILE names a file that is not UTF-8 text: {path}")
        return ""

    def checked(self, name: str, check: Callable[[str], str]) -> str:
        """Return a setting as `check` returns it, which raises ValueError with what it must be; '' if not set."""
        text = self.text(name)
        try:
            return check(text) if text else ""
        except ValueError as error:
            self.faults.append(f"SPEEDBOAT_{name} {error}")
            return ""

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """Return a setting that is one of a few words, in any case; '' if not set."""

        def check(text: str) -> str:
            for choice in choices:
                if choice.casefold() == text.casefold():
                    return choice
            raise ValueError(f"must be {' or '.join(choices)}, not {text[:SHOWN]!r}")

        return self.checked(name, check)

    def open_creation(self, name: str, default: str) -> str:
        """Return who may create workshops: everybody (`yes`), whoever is signed in (`accounts`), or nobody (`no`)."""
        text = self.text(name).lower()
        if text == "accounts":
            return text
        if text and text not in (*YES, *NO):
            self.faults.append(f"SPEEDBOAT_{name} must be yes, accounts or no, not {text[:SHOWN]!r}")
        return ("yes" if text in YES else "no") if text else default

    def number(self, name: str, default: float, most: float) -> float:
        """Return a number from 0 to `most`."""
        text = self.text(name)
        try:
            number = float(text) if text else default
        except ValueError:
            return self._not("a number", name, text, default)
        if not 0 <= number <= most:  # neither is what is no number at all
            return self._not(f"a number from 0 to {most:,.0f}", name, text, default)
        return number

    def whole(self, name: str, default: int, most: int) -> int:
        """Return a whole number from 0 to `most`."""
        number = self.number(name, default, most)
        if number != int(number):
            number = self._not("a whole number", name, self.text(name), default)
        return int(number)

    def _not(self, what: str, name: str, text: str, default: float) -> float:
        self.faults.append(f"SPEEDBOAT_{name} must be {what}, not {text[:SHOWN]!r}")
        return default


def database_address(text: str) -> str:
    """Check the address of a database; add the driver to the `postgres://…` that hosting panels hand out.

    It is not quoted in the error: it may hold a password.
    """
    for prefix in ("postgres://", "postgresql://"):
        if text.startswith(prefix):
            text = "postgresql+psycopg://" + text.removeprefix(prefix)
    if text.startswith("sqlite:///"):
        return text
    try:
        parts = urlsplit(text)
        is_valid = parts.scheme == "postgresql+psycopg" and bool(parts.path.strip("/")) and parts.port != 0
    except ValueError:
        is_valid = False
    if not is_valid:
        raise ValueError("must be sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME; a port is a number")
    return text


def redis_address(text: str) -> str:
    """Check the address of a Redis or Valkey server; not quoted, because it may hold a password."""
    scheme, sign, rest = text.partition("://")
    if scheme not in ("redis", "rediss", "valkey", "valkeys", "unix") or not sign or not rest:
        raise ValueError("must begin with redis://, rediss://, valkey://, valkeys:// or unix:// and name a server")
    return text


def smtp_address(text: str) -> str:
    """Check the address of a mail server; not quoted, because it may hold a password."""
    try:
        parts = urlsplit(text)
        sender = parse_qs(parts.query, strict_parsing=True).get("from", [""])[0] if parts.query else "a@b"
        is_sound = parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_sound, sender = False, ""
    if not is_sound or not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", sender):
        raise ValueError(
            "must be smtp:// or smtps:// with a server and, if it asks, a name and a password, and may end in "
            "?from= with the address that mail is from"
        )
    return text


def listening_address(text: str) -> str:
    """Check an address to listen on: without scheme, port or brackets."""
    bare = f"[{text}]" if text.count(":") > 1 else text  # an IPv6 address
    if not host_name(bare) or host_name(bare) != bare.lower() or len(text) > LONGEST_HOST:
        raise ValueError(f"must be an address or a name of this machine, without port, not {text[:SHOWN]!r}")
    return text


def web_address(text: str) -> str:
    """Check the address under which people reach the server; return it without a slash at its end."""
    text = text.rstrip("/")
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not host_name(parts.netloc) or parts.query or parts.fragment:
        raise ValueError(f"must begin with https:// or http:// and a name, not {text[:SHOWN]!r}")
    return text


def host_names(text: str) -> tuple[str, ...]:
    """Split names with commas between."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def allowed_hosts(text: str) -> str:
    """Check names of hosts with commas between."""
    for name in host_names(text):
        if not host_name(name):
            raise ValueError(f"must be names of hosts with commas between, not {name[:SHOWN]!r}")
    return text


def secret(text: str) -> str:
    """Check that a secret is hard to guess."""
    if len(text) < SHORTEST_SECRET or len(set(text)) < LEAST_SIGNS:
        raise ValueError(
            f"is too easy to guess: give it {SHORTEST_SECRET} characters or more, "
            "as `openssl rand -base64 33` prints them"
        )
    return text


def picture_file(text: str) -> str:
    """Check that a file is there and holds a PNG or an SVG, as its name says."""
    try:
        with Path(text).open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        raise ValueError(f"names a file that cannot be read: {text} ({error.strerror})") from None
    kind = Path(text).suffix.lower()
    if not ((kind == ".png" and head.startswith(PNG)) or (kind == ".svg" and b"<svg" in head)):
        raise ValueError(f"must be the path of a PNG (.png) or SVG (.svg) file, not {text}")
    return text


def time_zone(text: str) -> str:
    """Check the name of a time zone."""
    try:
        return valid_time_zone(text)
    except Refused:
        raise ValueError(f"must be a time zone like Europe/Paris or Pacific/Noumea, not {text[:SHOWN]!r}") from None
