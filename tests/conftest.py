"""Fixtures: databases, a real server in a process of its own, people on real sockets, a browser.

Characters: Alice facilitates, Bob takes part, Carol is outside, Théo watches the screen.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import create_engine, text

from tests.support.browser_retry import SecondTry
from tests.support.chaos import LARGE
from tests.support.database_servers import postgresql, valkey
from tests.support.live_server import Running, running

# Servers are started by the hundred here: without compiled files each start would take seconds.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# A busy machine is slow, which is no fault; and the same examples each time, but where many more are asked for.
settings.register_profile("tests", deadline=None, derandomize=not LARGE)
settings.load_profile("tests")

SECRET = "a secret for the tests only, long enough to sign with"


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(SecondTry(Path(__file__).parent / "browser"), "second try")


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    with postgresql() as url:
        yield url


@pytest.fixture(scope="session")
def valkey_url() -> Iterator[str]:
    with valkey() as running:
        yield running.connection_url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database, of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'speedboat.db'}"
        return
    server: str = request.getfixturevalue("postgresql_url")
    yield from empty_database(server, f"test_{os.urandom(6).hex()}")


def empty_database(server: str, name: str) -> Iterator[str]:
    engine = create_engine(server, isolation_level="AUTOCOMMIT", pool_pre_ping=True)
    try:
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        yield server.rsplit("/", 1)[0] + f"/{name}"
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    finally:
        engine.dispose()


@pytest.fixture
def another_url(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[str]:
    """Another empty database of the same kind."""
    if database_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'another.db'}"
        return
    yield from empty_database(request.getfixturevalue("postgresql_url"), f"another_{tmp_path.name.lower()[-20:]}")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The settings for a server of one test."""
    return {"SPEEDBOAT_DATA_DIR": str(tmp_path / "data"), "SPEEDBOAT_SECRET_KEY": SECRET}


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Callable[..., Running]]:
    """Return a function that starts servers with more settings; all are stopped at the end."""
    started: list[Running] = []

    def begin(**settings: Any) -> Running:
        named = {f"SPEEDBOAT_{name.upper()}": str(value) for name, value in settings.items()}
        server = running({**environment, **named})
        started.append(server)
        return server

    yield begin
    for server in started:
        server.kill()


@pytest.fixture
def server(start: Callable[..., Running]) -> Running:
    return start()


@pytest.fixture(scope="session", params=["eventlet", "gevent", "threading"])
def any_server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server in each serving mode, shared by the tests of the protocol."""
    data = tmp_path_factory.mktemp(request.param)
    settings = {"SPEEDBOAT_DATA_DIR": str(data), "SPEEDBOAT_SECRET_KEY": SECRET, "SPEEDBOAT_ASYNC": request.param}
    if LARGE:
        settings["SPEEDBOAT_MESSAGES_PER_SECOND"] = "0"  # or most of the fuzz would be told to slow down
    started = running(settings)
    yield started
    started.kill()
