"""Settings: what is not valid is refused by name at the start, and unknown names are warned about."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from click.testing import CliRunner

from speedboat.cli.commands import main
from speedboat.config import Config
from speedboat.config.settings import setting_names, unknown_settings
from tests.conftest import SECRET


def settings(folder: Path, **values: str) -> dict[str, str]:
    named = {f"SPEEDBOAT_{name}": value for name, value in values.items()}
    return {"SPEEDBOAT_DATA_DIR": str(folder), "SPEEDBOAT_SECRET_KEY": SECRET, "SPEEDBOAT_ADMIN_KEY": SECRET, **named}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OPEN_CREATION", "non"),
        ("OPEN_CREATION", "nope"),
        ("PUBLIC_URL", "boat.example"),
        ("PUBLIC_URL", "ftp://boat.example"),
        ("PUBLIC_URL", "https://"),
        ("PUBLIC_URL", "https://boat.example/?a=1"),
        ("PUBLIC_URL", "https://[::1"),
        ("DATABASE_URL", "speedboat.db"),
        ("DATABASE_URL", "mysql://localhost/boat"),
        ("DATABASE_URL", "postgresql://localhost:port/boat"),
        ("DATABASE_URL", "postgresql://localhost"),
        ("REDIS_URL", "localhost:6379"),
        ("REDIS_URL", "http://localhost"),
        ("ASYNC", "asyncio"),
        ("HOST", "http://0.0.0.0"),
        ("HOST", "0.0.0.0:5000"),
        ("PORT", "http"),
        ("PORT", "65536"),
        ("PORT", "80.5"),
        ("ALLOWED_HOSTS", "a b"),
        ("LOG_LEVEL", "chatty"),
        ("LOG_FORMAT", "xml"),
        ("LOGO", "/nowhere/logo.png"),
        ("MOST_CARDS", "-1"),
        ("MESSAGES_PER_SECOND", "nan"),
        ("METRICS_TOKEN", "short"),
        ("SECRET_KEY_FILE", "/nowhere/key"),
    ],
)
def test_a_value_that_is_not_valid_is_refused_by_name(name: str, value: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=f"SPEEDBOAT_{name} "):
        Config.from_environment(settings(tmp_path, **{name: value}))


def test_every_fault_has_a_line_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="OPEN_CREATION") as refusal:
        Config.from_environment(settings(tmp_path, OPEN_CREATION="non", PORT="x", ASYNC="y", MOST_CARDS="0.5"))
    assert len(str(refusal.value).splitlines()) == 4


def test_a_logo_must_be_what_its_name_says(tmp_path: Path) -> None:
    logo = tmp_path / "logo.png"
    logo.write_bytes(b"not a picture")
    with pytest.raises(ValueError, match="SPEEDBOAT_LOGO must be"):
        Config.from_environment(settings(tmp_path, LOGO=str(logo)))
    logo.write_bytes(b"\x89PNG\r\n\x1a\n")
    assert Config.from_environment(settings(tmp_path, LOGO=str(logo))).logo == logo


def test_a_password_in_an_address_is_not_quoted(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="SPEEDBOAT_DATABASE_URL") as refusal:
        Config.from_environment(settings(tmp_path, DATABASE_URL="mysql://me:hunter2@host/x", REDIS_URL="x:hunter2@y"))
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "value", "field", "expected"),
    [
        ("OPEN_CREATION", "No", "open_creation", "no"),
        ("OPEN_CREATION", "on", "open_creation", "yes"),
        ("OPEN_CREATION", "Accounts", "open_creation", "accounts"),
        ("HOST", "::", "host", "::"),
        ("HOST", "localhost", "host", "localhost"),
        ("PUBLIC_URL", "https://[2001:db8::1]:8443/", "public_url", "https://[2001:db8::1]:8443"),
        ("DATABASE_URL", "postgres://me@host/boat", "database_url", "postgresql+psycopg://me@host/boat"),
        ("DATABASE_URL", "postgresql:///boat?host=/run/postgresql", "database_url", None),
        ("REDIS_URL", "unix:///run/valkey.sock", "redis_url", "unix:///run/valkey.sock"),
        ("LOG_LEVEL", "debug", "log_level", "DEBUG"),
        ("ASYNC", "Threading", "serving", "threading"),
    ],
)
def test_what_is_valid_is_taken(name: str, value: str, field: str, expected: object, tmp_path: Path) -> None:
    taken = getattr(Config.from_environment(settings(tmp_path, **{name: value})), field)
    assert taken == (expected if expected is not None else "postgresql+psycopg:///boat?host=/run/postgresql")


def test_an_unknown_name_is_warned_about_with_the_nearest_one(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        Config.from_environment(settings(tmp_path, PROT="80", OPEN_CREATON="no"))
    assert "SPEEDBOAT_PROT is not a setting and has no effect: did you mean SPEEDBOAT_PORT?" in caplog.text
    assert "did you mean SPEEDBOAT_OPEN_CREATION?" in caplog.text
    known = [f"SPEEDBOAT_{name}{end}" for name in setting_names() for end in ("", "_FILE")]
    assert unknown_settings([*known, "PATH", "SPEEDBOAT_TEST_POSTGRES_URL"]) == []


def test_check_settings_reports_every_fault_and_touches_no_database(tmp_path: Path) -> None:
    environment = settings(tmp_path, OPEN_CREATION="non", PORT="x")
    result = CliRunner().invoke(main, ["check", "--settings"], env=environment)
    assert result.exit_code == 1
    assert "SPEEDBOAT_OPEN_CREATION" in result.output
    assert "SPEEDBOAT_PORT" in result.output
    result = CliRunner().invoke(main, ["check", "--settings"], env=settings(tmp_path))
    assert (result.exit_code, result.output) == (0, "All settings are valid.\n")
    assert not (tmp_path / "speedboat.db").exists()
