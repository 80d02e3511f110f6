"""The command for the audit log: `speedboat audit`; and how other commands write into it."""

from __future__ import annotations

import datetime
import logging

import click

from speedboat.cli.opening import now, open_store
from speedboat.cli.terminal import say, say_json
from speedboat.storage.audit_queries import COMMAND_LINE, Act, AuditEntry, list_entries, write_entry
from speedboat.storage.store import UNAVAILABLE, Store

log = logging.getLogger(__name__)
PAGE = 1000  # entries read at once


def note(store: Store, act: Act, about: str = "", detail: str = "") -> None:
    """Write down what a command has just done; where the database can only be read, say that it is not."""
    try:
        write_entry(store, now(), act, COMMAND_LINE, about, detail)
    except UNAVAILABLE as error:
        log.warning("the audit log could not be written (%s): %s is not in it", type(error).__name__, act)


@click.command()
@click.option("--limit", type=click.IntRange(1), help="Only so many, the latest.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def audit(limit: int | None, as_json: bool) -> None:
    """Print who did what to accounts, teams and workshops over the last year, the latest first."""
    _, store = open_store()
    rows: list[AuditEntry] = []
    before: tuple[int, str] | None = None
    with store.reading() as transaction:
        while entries := list_entries(transaction, min(PAGE, (limit or PAGE + len(rows)) - len(rows)), before):
            rows += entries
            before = (entries[-1].at, entries[-1].id)
            if limit and len(rows) >= limit:
                break
    if as_json:
        fields = ("at", "act", "who", "about", "detail")
        say_json([{name: getattr(row, name) for name in fields} for row in rows], indent=2)
        return
    for row in rows:
        moment = datetime.datetime.fromtimestamp(row.at // 1000, datetime.UTC)
        say("  ".join(part for part in (f"{moment:%Y-%m-%d %H:%M}", row.who, row.act, row.about, row.detail) if part))
