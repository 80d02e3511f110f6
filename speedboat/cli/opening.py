"""What commands share: reading the settings, opening the database, ending with one line whatever refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from speedboat.access.codes import normal_code
from speedboat.cli.terminal import failure
from speedboat.config import Config
from speedboat.domain.messages import Refused
from speedboat.storage.store import SQLAlchemyError, Store, Workshop

T = TypeVar("T")

# What databases say, and what to do then.
ADVICE = {
    ("readonly", "read-only"): "Give this account the right to write to the database file and its folder.",
    ("unable to open",): "Check that the folder of the database exists and that this account may write there.",
    ("full", "No space"): "Free some space on the disk, then try again.",
    ("locked", "busy"): "Another program is using the database: try again when it has ended.",
    ("malformed", "not a database", "disk I/O"): "The file is damaged: restore a backup with `speedboat restore`.",
    ("connection", "resolve", "password", "authentication", "role ", "database "): (
        "Check SPEEDBOAT_DATABASE_URL, and that the database server runs."
    ),
}


def read_config() -> Config:
    """Read the settings; end the program with a message if one is not valid."""
    try:
        return Config.from_environment()
    except ValueError as error:
        raise failure(str(error)) from None
    except OSError as error:
        raise failure(
            f"The data directory cannot be used: {file_sentence(error)} "
            "Give this account the right to write there, or set SPEEDBOAT_DATA_DIR to another folder."
        ) from None


def open_store() -> tuple[Config, Store]:
    """Read the settings, open the database and migrate it."""
    config = read_config()
    store = Store(config.database_url)
    store.migrate()
    return config, store


def find(store: Store, code: str) -> Workshop:
    """Return the workshop of a code; end the program with a message if there is none."""
    workshop = store.find(normal_code(code))
    if workshop is None:
        raise failure(f"There is no workshop with the code {code}: `speedboat list` prints all codes.")
    return workshop


def refusing(fn: Callable[..., T], *args: object) -> T:
    """Call `fn`; a refusal ends the command with its sentence, and with one for each bad row of a file."""
    from speedboat.i18n.error_messages import error_of

    try:
        return fn(*args)
    except Refused as refusal:
        lines = [f"{error_of(refusal, 'en')['message']} ({refusal.code})"]
        for row in refusal.details.get("rows", ()):
            sentence = error_of(Refused(row["code"], **row["details"]), "en")["message"]
            field = f", {row['field']}" if row["field"] else ""
            lines.append(f"  {row['row']}{field}: {sentence} ({row['code']})")
        raise failure("\n".join(lines)) from None
    except OSError as error:
        raise failure(file_sentence(error)) from None


def file_sentence(error: OSError) -> str:
    """Return what a file or the network refused, in one line."""
    return f"{error.strerror or type(error).__name__}: {error.filename or ''}".rstrip(": ") + "."


def database_sentence(error: SQLAlchemyError) -> str:
    """Return what is wrong with the database and what to do, in one line that quotes nothing a person wrote."""
    reason = str(getattr(error, "orig", None) or type(error).__name__).splitlines()[0]
    for words, advice in ADVICE.items():
        if any(word in reason for word in words):
            return f"The database refused: {reason}. {advice}"
    # Anything else may quote a row.
    return f"The database refused ({type(error).__name__}): check SPEEDBOAT_DATABASE_URL, and run `speedboat check`."


def now() -> int:
    """Return milliseconds since the epoch."""
    from speedboat.app import wall_clock

    return wall_clock()
