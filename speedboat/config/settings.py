"""All settings, typed, from the environment; any of them can be read from a file named by `…_FILE` instead."""

from __future__ import annotations

import difflib
import logging
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import platformdirs

from speedboat.config.instance import instance_file
from speedboat.config.private_files import make_private_folder, stored_secret
from speedboat.config.setting_values import (
    LOG_LEVELS,
    SERVING,
    Reader,
    allowed_hosts,
    database_address,
    host_names,
    listening_address,
    picture_file,
    redis_address,
    secret,
    smtp_address,
    time_zone,
    web_address,
)
from speedboat.domain.limits import Limits

log = logging.getLogger(__name__)

PACKAGE = Path(__file__).parents[1]
MOST_PROXIES, MOST_PER_SECOND, MOST_SECONDS = 100, 1_000_000, 24 * 3600
MOST_OF_A_LIMIT, MOST_HEAVY = 1_000_000_000, 64
MOST_DAYS = 36_500
PREFIX = "SPEEDBOAT_"
# Variables that are no settings of the server: of the tests, the demo's own process and the example of Docker Compose.
ELSEWHERE = ("TEST_", "DEMO_", "BROWSER", "CHAOS", "SCREENSHOTS", "SHOTS", "HOSTNAME")
_DEFAULT = Limits()
# Eventlet waits for pipes with select(), which Windows does for sockets only.
SERVING_HERE = "threading" if os.name == "nt" else "eventlet"


@dataclass(frozen=True)
class Config:
    """The settings of one server; `docs/configuration.md` says what each is for."""

    data_dir: Path
    database_url: str
    secret_key: str
    admin_key: str
    redis_url: str = ""
    serving: str = SERVING_HERE
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
    open_creation: str = "yes"
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
    time_zone: str = ""
    keep_days: int = 0
    instance_file: Path | None = None
    smtp_url: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Config:
        """Read the settings; create the data directory, the secret key and the library's key if missing.

        Raises:
            ValueError: settings that are not valid: a line for each, which names it.
            OSError: the data directory, or a secret in it, can be neither read nor created.
        """
        read = Reader(os.environ if environment is None else environment)
        chosen = read.text("DATA_DIR")
        data_dir = Path(chosen or platformdirs.user_data_dir("speedboat", appauthor=False))
        make_private_folder(data_dir, ours=not chosen)
        config = cls(
            data_dir=data_dir,
            database_url=read.checked("DATABASE_URL", database_address) or f"sqlite:///{data_dir / 'speedboat.db'}",
            secret_key=read.checked("SECRET_KEY", secret) or stored_secret(data_dir / "secret_key"),
            admin_key=read.checked("ADMIN_KEY", secret) or stored_secret(data_dir / "admin_key"),
            redis_url=read.checked("REDIS_URL", redis_address),
            serving=read.choice("ASYNC", SERVING) or cls.serving,
            host=read.checked("HOST", listening_address) or cls.host,
            port=read.whole("PORT", cls.port, 65535),
            public_url=read.checked("PUBLIC_URL", web_address),
            allowed_hosts=host_names(read.checked("ALLOWED_HOSTS", allowed_hosts)),
            trusted_proxies=read.whole("TRUSTED_PROXIES", cls.trusted_proxies, MOST_PROXIES),
            seconds_to_join=read.number("SECONDS_TO_JOIN", cls.seconds_to_join, MOST_SECONDS),
            most_joining=read.whole("MOST_JOINING", cls.most_joining, MOST_OF_A_LIMIT),
            seconds_for_head=read.number("SECONDS_FOR_HEAD", cls.seconds_for_head, MOST_SECONDS),
            seconds_for_body=read.number("SECONDS_FOR_BODY", cls.seconds_for_body, MOST_SECONDS),
            metrics_token=read.checked("METRICS_TOKEN", secret),
            log_level=read.choice("LOG_LEVEL", LOG_LEVELS) or cls.log_level,
            log_format=read.choice("LOG_FORMAT", ("json",)),
            messages_per_second=read.number("MESSAGES_PER_SECOND", cls.messages_per_second, MOST_PER_SECOND),
            open_creation=read.open_creation("OPEN_CREATION", cls.open_creation),
            most_workshops_per_hour=read.whole("MOST_WORKSHOPS_PER_HOUR", cls.most_workshops_per_hour, MOST_OF_A_LIMIT),
            most_cards=read.whole("MOST_CARDS", cls.most_cards, MOST_OF_A_LIMIT),
            most_cards_each=read.whole("MOST_CARDS_EACH", cls.most_cards_each, MOST_OF_A_LIMIT),
            most_people=read.whole("MOST_PEOPLE", cls.most_people, MOST_OF_A_LIMIT),
            most_themes=read.whole("MOST_THEMES", cls.most_themes, MOST_OF_A_LIMIT),
            most_actions=read.whole("MOST_ACTIONS", cls.most_actions, MOST_OF_A_LIMIT),
            most_links=read.whole("MOST_LINKS", cls.most_links, MOST_OF_A_LIMIT),
            organisation=read.text("ORGANISATION"),
            logo=Path(logo) if (logo := read.checked("LOGO", picture_file)) else None,
            heavy_processes=read.whole("HEAVY_PROCESSES", cls.heavy_processes, MOST_HEAVY),
            time_zone=read.checked("TIME_ZONE", time_zone),
            keep_days=read.whole("KEEP_DAYS", cls.keep_days, MOST_DAYS),
            instance_file=Path(file) if (file := read.checked("INSTANCE_FILE", instance_file)) else None,
            smtp_url=read.checked("SMTP_URL", smtp_address),
        )
        read.refuse_faults()
        for sentence in unknown_settings(read.environment):
            log.warning("%s", sentence)
        return config

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


def setting_names() -> list[str]:
    """Return the names of all settings, without prefix."""
    return ["ASYNC" if field.name == "serving" else field.name.upper() for field in fields(Config)]


def unknown_settings(environment: Iterable[str]) -> list[str]:
    """Return a sentence for each variable that looks like a setting and is none, with the nearest name there is."""
    names = setting_names()
    known = {f"{PREFIX}{name}{end}" for name in names for end in ("", "_FILE")}
    sentences = []
    for variable in sorted(environment):
        rest = variable.upper().removeprefix(PREFIX)
        if variable in known or rest == variable.upper() or rest.startswith(ELSEWHERE):
            continue
        nearest = difflib.get_close_matches(rest, names, 1, 0.5)
        hint = f": did you mean {PREFIX}{nearest[0]}?" if nearest else "; docs/configuration.md lists all settings."
        sentences.append(f"{variable} is not a setting and has no effect{hint}")
    return sentences


def folder(name: str) -> Path:
    """Return a folder that is beside the package in a checkout, and inside it, with an underscore, in a wheel."""
    inside = PACKAGE / f"_{name}"
    return inside if inside.is_dir() else PACKAGE.parent / name
