"""All settings, typed, from the environment; any of them can be read from a file named by `…_FILE` instead."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs

from speedboat.config.hosts import host_name
from speedboat.config.private_files import make_private_folder, tighten_file
from speedboat.domain.limits import Limits

PACKAGE = Path(__file__).parents[1]
SHORTEST_SECRET, LEAST_SIGNS = 16, 6  # characters, and different ones among them
MOST_PROXIES, MOST_PER_SECOND, MOST_SECONDS = 100, 1_000_000, 24 * 3600
MOST_OF_A_LIMIT, MOST_HEAVY = 1_000_000_000, 64
SHOWN = 40  # characters of a setting that is wrong
_DEFAULT = Limits()


@dataclass(frozen=True)
class Config:
    """The settings of one server; `docs/configuration.md` says what each is for."""

    data_dir: Path
    database_url: str
    secret_key: str
    admin_key: str
    redis_url: str = ""
    serving: str = "eventlet"
    host: str = "0.0.0.0"  # noqa: S104  # phones on the same network are the point
    port: int = 5000
    public_url: str = ""
    allowed_hosts: tuple[str, ...] = ()
    trusted_proxies: int = 0
    seconds_to_join: float = 20.0
    most_joining: int = 2000
    seconds_for_head: float = 20.0
    seconds_for_body: float = 60.0
    metrics_token: str = ""
    log_level: str = "WARNING"
    log_format: str = ""
    messages_per_second: float = 20.0
    open_creation: bool = True
    most_workshops_per_hour: int = 60
    most_cards: int = _DEFAULT.cards
    most_cards_each: int = _DEFAULT.cards_each
    most_people: int = _DEFAULT.people
    most_themes: int = _DEFAULT.themes
    most_actions: int = _DEFAULT.actions
    most_links: int = _DEFAULT.links
    organisation: str = ""
    logo: Path | None = None
    heavy_processes: int = 1

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Config:
        """Read the settings; create the data directory, the secret key and the library's key if missing.

        Raises:
            ValueError: a setting that is not what it should be, named.
        """
        read = _Reader(os.environ if environment is None else environment)
        chosen = read.text("DATA_DIR")
        data_dir = Path(chosen or platformdirs.user_data_dir("speedboat", appauthor=False))
        make_private_folder(data_dir, ours=not chosen)
        return cls(
            data_dir=data_dir,
            database_url=_with_driver(read.text("DATABASE_URL") or f"sqlite:///{data_dir / 'speedboat.db'}"),
            secret_key=_secret("SECRET_KEY", read.text("SECRET_KEY") or _kept_secret(data_dir / "secret_key")),
            admin_key=_secret("ADMIN_KEY", read.text("ADMIN_KEY") or _kept_secret(data_dir / "admin_key")),
            redis_url=read.text("REDIS_URL"),
            serving=read.text("ASYNC") or "eventlet",
            host=read.text("HOST") or cls.host,
            port=read.whole("PORT", cls.port, 65535),
            public_url=_address("PUBLIC_URL", read.text("PUBLIC_URL").rstrip("/")),
            allowed_hosts=_names("ALLOWED_HOSTS", read.text("ALLOWED_HOSTS")),
            trusted_proxies=read.whole("TRUSTED_PROXIES", cls.trusted_proxies, MOST_PROXIES),
            seconds_to_join=read.number("SECONDS_TO_JOIN", cls.seconds_to_join, MOST_SECONDS),
            most_joining=read.whole("MOST_JOINING", cls.most_joining, MOST_OF_A_LIMIT),
            seconds_for_head=read.number("SECONDS_FOR_HEAD", cls.seconds_for_head, MOST_SECONDS),
            seconds_for_body=read.number("SECONDS_FOR_BODY", cls.seconds_for_body, MOST_SECONDS),
            metrics_token=_secret("METRICS_TOKEN", token) if (token := read.text("METRICS_TOKEN")) else "",
            log_level=read.text("LOG_LEVEL") or cls.log_level,
            log_format=read.text("LOG_FORMAT"),
            messages_per_second=read.number("MESSAGES_PER_SECOND", cls.messages_per_second, MOST_PER_SECOND),
            open_creation=read.text("OPEN_CREATION").lower() not in ("0", "no", "false", "off"),
            most_workshops_per_hour=read.whole("MOST_WORKSHOPS_PER_HOUR", cls.most_workshops_per_hour, MOST_OF_A_LIMIT),
            most_cards=read.whole("MOST_CARDS", cls.most_cards, MOST_OF_A_LIMIT),
            most_cards_each=read.whole("MOST_CARDS_EACH", cls.most_cards_each, MOST_OF_A_LIMIT),
            most_people=read.whole("MOST_PEOPLE", cls.most_people, MOST_OF_A_LIMIT),
            most_themes=read.whole("MOST_THEMES", cls.most_themes, MOST_OF_A_LIMIT),
            most_actions=read.whole("MOST_ACTIONS", cls.most_actions, MOST_OF_A_LIMIT),
            most_links=read.whole("MOST_LINKS", cls.most_links, MOST_OF_A_LIMIT),
            organisation=read.text("ORGANISATION"),
            logo=Path(logo) if (logo := read.text("LOGO")) else None,
            heavy_processes=read.whole("HEAVY_PROCESSES", cls.heavy_processes, MOST_HEAVY),
        )

    @property
    def limits(self) -> Limits:
        """The limits of one workshop."""
        return Limits(
            cards=self.most_cards,
            cards_each=self.most_cards_each,
            people=self.most_people,
            themes=self.most_themes,
            actions=self.most_actions,
            links=self.most_links,
        )


class _Reader:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def text(self, name: str) -> str:
        if path := self._environment.get(f"SPEEDBOAT_{name}_FILE"):
            return Path(path).read_text(encoding="utf-8").strip()
        return self._environment.get(f"SPEEDBOAT_{name}", "").strip()

    def number(self, name: str, default: float, most: float) -> float:
        text = self.text(name)
        try:
            number = float(text) if text else default
        except ValueError:
            raise self._not("a number", name, text) from None
        if not 0 <= number <= most:  # neither is what is no number at all
            raise self._not(f"a number from 0 to {most:,.0f}", name, text)
        return number

    def whole(self, name: str, default: int, most: int) -> int:
        text = self.text(name)
        number = self.number(name, default, most)
        if number != int(number):
            raise self._not("a whole number", name, text)
        return int(number)

    @staticmethod
    def _not(what: str, name: str, text: str) -> ValueError:
        return ValueError(f"SPEEDBOAT_{name} must be {what}, not {text[:SHOWN]!r}")


def _with_driver(url: str) -> str:
    """Add the driver that SQLAlchemy needs to the `postgres://…` that hosting panels hand out."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _secret(name: str, value: str) -> str:
    """Return a secret that is hard to guess. Raises ValueError for one that is not."""
    if len(value) < SHORTEST_SECRET or len(set(value)) < LEAST_SIGNS:
        raise ValueError(
            f"SPEEDBOAT_{name} is too easy to guess: give it {SHORTEST_SECRET} characters or more, "
            "as `openssl rand -base64 33` prints them"
        )
    return value


def _address(setting: str, value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not host_name(parts.netloc)):
        raise ValueError(f"SPEEDBOAT_{setting} must begin with https:// or http:// and a name, not {value!r}")
    return value


def _names(setting: str, value: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in value.split(",") if name.strip())
    for name in names:
        if not host_name(name):
            raise ValueError(f"SPEEDBOAT_{setting} must be names of hosts with commas between, not {name!r}")
    return names


def _kept_secret(path: Path) -> str:
    """Return the stored secret of this installation, created once: two processes that start together agree on one."""
    if not path.exists():
        # Whole from the first moment: a file that is there but empty would be read as the secret.
        making = path.with_name(f".{secrets.token_hex(16)}.part")  # nobody can have planted a link there
        with os.fdopen(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(making, path)
        except FileExistsError:
            pass  # the other process was faster
        finally:
            making.unlink()
    tighten_file(path)
    return path.read_text(encoding="ascii").strip()


def folder(name: str) -> Path:
    """Return a folder that is beside the package in a checkout, and inside it, with an underscore, in a wheel."""
    inside = PACKAGE / f"_{name}"
    return inside if inside.is_dir() else PACKAGE.parent / name
