"""Every setting, typed, from the environment; any of them may be read from a file named by `…_FILE` instead."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from speedboat.limits import Limits
from speedboat.private_files import make_private_folder, tighten_file

PACKAGE = Path(__file__).parent
MOST_PROXIES, MOST_PER_SECOND = 100, 1_000_000
MOST_OF_A_LIMIT = 1_000_000_000
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
    trusted_proxies: int = 0
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

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Config:
        """Read the settings; makes the data directory and, the first time, the secret and the library's key in it.

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
            secret_key=read.text("SECRET_KEY") or _kept_secret(data_dir / "secret_key"),
            admin_key=read.text("ADMIN_KEY") or _kept_secret(data_dir / "admin_key"),
            redis_url=read.text("REDIS_URL"),
            serving=read.text("ASYNC") or "eventlet",
            host=read.text("HOST") or cls.host,
            port=read.whole("PORT", cls.port, 65535),
            public_url=read.text("PUBLIC_URL").rstrip("/"),
            trusted_proxies=read.whole("TRUSTED_PROXIES", cls.trusted_proxies, MOST_PROXIES),
            metrics_token=read.text("METRICS_TOKEN"),
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
        )

    @property
    def limits(self) -> Limits:
        """How much one workshop may hold."""
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
    """Hosting panels hand out `postgres://…`; SQLAlchemy wants to be told the driver."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _kept_secret(path: Path) -> str:
    """The secret of this installation, made at the first start: two processes starting at once agree on one."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        tighten_file(path)
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        secret = secrets.token_urlsafe(48)
        file.write(secret)
    return secret


def folder(name: str) -> Path:
    """A folder that stands beside the package in a checkout, and inside it, with an underscore, in a wheel."""
    inside = PACKAGE / f"_{name}"
    return inside if inside.is_dir() else PACKAGE.parent / name
