"""Every setting, typed, from the environment; any of them may be read from a file named by `…_FILE` instead."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

PACKAGE = Path(__file__).parent


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
    organisation: str = ""
    logo: Path | None = None
    heavy_processes: int = 1

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Config:
        """Read the settings; makes the data directory and, the first time, the secret and the library's key in it.

        Raises:
            ValueError: a setting that is not what it should be, named.
        """
        read = _Reader(os.environ if environment is None else environment)
        data_dir = Path(read.text("DATA_DIR") or platformdirs.user_data_dir("speedboat", appauthor=False))
        data_dir.mkdir(parents=True, exist_ok=True)
        return cls(
            data_dir=data_dir,
            database_url=_with_driver(read.text("DATABASE_URL") or f"sqlite:///{data_dir / 'speedboat.db'}"),
            secret_key=read.text("SECRET_KEY") or _kept_secret(data_dir / "secret_key"),
            admin_key=read.text("ADMIN_KEY") or _kept_secret(data_dir / "admin_key"),
            redis_url=read.text("REDIS_URL"),
            serving=read.text("ASYNC") or "eventlet",
            host=read.text("HOST") or cls.host,
            port=int(read.number("PORT", cls.port)),
            public_url=read.text("PUBLIC_URL").rstrip("/"),
            trusted_proxies=int(read.number("TRUSTED_PROXIES", cls.trusted_proxies)),
            metrics_token=read.text("METRICS_TOKEN"),
            log_level=read.text("LOG_LEVEL") or cls.log_level,
            log_format=read.text("LOG_FORMAT"),
            messages_per_second=read.number("MESSAGES_PER_SECOND", cls.messages_per_second),
            open_creation=read.text("OPEN_CREATION").lower() not in ("0", "no", "false", "off"),
            organisation=read.text("ORGANISATION"),
            logo=Path(logo) if (logo := read.text("LOGO")) else None,
            heavy_processes=int(read.number("HEAVY_PROCESSES", cls.heavy_processes)),
        )


class _Reader:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def text(self, name: str) -> str:
        if path := self._environment.get(f"SPEEDBOAT_{name}_FILE"):
            return Path(path).read_text(encoding="utf-8").strip()
        return self._environment.get(f"SPEEDBOAT_{name}", "").strip()

    def number(self, name: str, default: float) -> float:
        text = self.text(name)
        try:
            return float(text) if text else default
        except ValueError:
            raise ValueError(f"SPEEDBOAT_{name} must be a number, not {text!r}") from None


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
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        secret = secrets.token_urlsafe(48)
        file.write(secret)
    return secret


def folder(name: str) -> Path:
    """A folder that stands beside the package in a checkout, and inside it, with an underscore, in a wheel."""
    inside = PACKAGE / f"_{name}"
    return inside if inside.is_dir() else PACKAGE.parent / name
