"""The command line: `speedboat …`. Thin: each reads its arguments, calls one function, prints the result."""

from __future__ import annotations

import math
import os
import sys
from pathlib import Path
from typing import Any

import click

from speedboat.access.entry import create_workshop
from speedboat.access.keys import KeyMaker
from speedboat.cli import logging_setup
from speedboat.cli.account_commands import user
from speedboat.cli.audit_commands import audit, note
from speedboat.cli.backup_commands import backup, backup_key, restore
from speedboat.cli.opening import database_sentence, file_sentence, find, now, open_store, read_config, refusing
from speedboat.cli.team_commands import team
from speedboat.cli.terminal import allow_all_characters, failure, put_out, say, say_json
from speedboat.config import Config
from speedboat.config.instance import load_instance
from speedboat.config.private_files import write_privately
from speedboat.config.settings import MOST_DAYS
from speedboat.domain.features.purge_date import default_purge_day
from speedboat.domain.messages import Viewer
from speedboat.storage.audit_queries import subject
from speedboat.storage.deletion_file import DeletionFile
from speedboat.storage.store import SQLAlchemyError, Workshop
from speedboat.version import __version__
from speedboat.writing.creation import NewWorkshop


def a_number(_context: click.Context, _option: click.Parameter, value: float) -> float:
    """Return the value of an option unless it is `nan`, which passes every range check of click."""
    if math.isnan(value):
        raise click.BadParameter("nan is not a number.")
    return value


class Commands(click.Group):
    """All commands; whatever goes wrong outside this program ends them with one line, not a traceback."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().main(*args, **kwargs)
        except OSError as error:
            sentence = file_sentence(error)
        except SQLAlchemyError as error:
            sentence = database_sentence(error)
        failure(sentence).show()
        sys.exit(1)


@click.group(cls=Commands)
@click.version_option(__version__)
def main() -> None:
    """Speed-boat workshops, live."""
    allow_all_characters()
    try:
        logging_setup.configure(
            os.environ.get("SPEEDBOAT_LOG_LEVEL") or "WARNING", os.environ.get("SPEEDBOAT_LOG_FORMAT") or ""
        )
    except ValueError as error:
        raise failure(str(error)) from None


@main.command()
@click.option("--host", help="Address to listen on.  [default: all of this machine]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on, 0 for any free one.  [default: 5000]")
def serve(host: str | None, port: int | None) -> None:
    """Serve workshops until interrupted."""
    from speedboat.cli.serve import serve as run

    run(read_config(), host, port)


@main.command()
@click.argument("title")
@click.option("--objective", default="", help="What the island stands for: where the group wants to get.")
@click.option("--language", type=click.Choice(["fr", "en"]), default="fr", show_default=True)
@click.option(
    "--follows", metavar="CODE", help="Code of the workshop before it in a series; its actions are carried over."
)
@click.option("--time-zone", default="", help="Where it takes place.  [default: SPEEDBOAT_TIME_ZONE]")
@click.option(
    "--keep-days",
    type=click.IntRange(0, MOST_DAYS),
    help="Days after which it is erased, 0 for never.  [default: SPEEDBOAT_KEEP_DAYS]",
)
@click.option("--keep-figures", is_flag=True, help="Keep figures, theme titles and accepted actions then, nameless.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def create(
    title: str,
    objective: str,
    language: str,
    follows: str | None,
    time_zone: str,
    keep_days: int | None,
    keep_figures: bool,
    as_json: bool,
) -> None:
    """Create a workshop and print its code and links."""
    config, store = open_store()
    before = find(store, follows) if follows else None
    keys = KeyMaker(config.secret_key)
    zone = time_zone or (before.time_zone if before else "") or config.time_zone
    at, days = now(), config.keep_days if keep_days is None else keep_days
    purge_on = default_purge_day(zone, at, days)
    new = NewWorkshop(title, objective, language, before, zone, purge_on, keep_figures)
    workshop, key = refusing(create_workshop, store, keys, at, new)
    print_links(config, workshop, key, as_json)


@main.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--tag", help="List only workshops with this tag.")
def list_workshops(as_json: bool, tag: str | None) -> None:
    """List the workshops, the newest first."""
    from speedboat.library.library_tags import clean_tag
    from speedboat.library.search import tagged

    _, store = open_store()
    if tag is None:
        with store.reading() as transaction:
            workshops = transaction.all_workshops()
    else:
        workshops = tagged(store, refusing(clean_tag, tag))
    rows = [
        {"code": row.code, "title": row.title, "objective": row.objective, "created_at": row.created_at, "seq": row.seq}
        for row in workshops
    ]
    if as_json:
        say_json(rows, indent=2)
    else:
        for row in rows:
            say(f"{row['code']}  {row['title']}")


@main.command()
@click.argument("code")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def key(code: str, as_json: bool) -> None:
    """Make a new facilitator link; the old one stops working, and those who came by it become participants."""
    from speedboat.writing.key_renewal import renew_key

    config, store = open_store()
    workshop = find(store, code)
    renewed = renew_key(store, KeyMaker(config.secret_key), workshop.id, now())
    note(store, "key_renewed", subject(workshop.id))
    print_links(config, workshop, renewed, as_json)


@main.command("admin-key")
def admin_key() -> None:
    """Print the link that opens the library of all workshops."""
    from speedboat.cli.serve import library_url

    say(library_url(read_config()))


@main.command()
@click.argument("codes", nargs=-1, required=True, metavar="CODE…")
@click.option("--format", "form", type=click.Choice(["pdf", "xlsx", "json"]), default="json", show_default=True)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Output file.  [default: standard output]"
)
@click.option("--language", type=click.Choice(["fr", "en"]), default="fr", show_default=True)
def synthesis(codes: tuple[str, ...], form: str, output: Path | None, language: str) -> None:
    """Write a synthesis: what several workshops have in common."""
    from speedboat.exports import House
    from speedboat.library.selection import write_synthesis
    from speedboat.storage.library_queries import LibraryQuery

    config, store = open_store()
    query = LibraryQuery(codes=tuple(find(store, code).code for code in codes))
    house = House(config.organisation, config.logo)
    give(refusing(write_synthesis, store, query, form, language, house), output)
    note(store, "exported", "synthesis", f"{form} · {len(codes)}")


@main.command()
@click.argument("code")
@click.option(
    "--format", "form", default="json", show_default=True, help="json, csv, xlsx, md, docx, pdf, png, svg or archive."
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Output file.  [default: standard output]"
)
@click.option(
    "--language", type=click.Choice(["fr", "en"]), help="Language of the file.  [default: that of the workshop]"
)
@click.option(
    "--names", is_flag=True, help="Include the names of participants. Has no effect in an anonymous workshop."
)
def export(code: str, form: str, output: Path | None, language: str | None, names: bool) -> None:
    """Export a workshop as its facilitator sees it, or its whole log (archive), which can be imported again."""
    from speedboat.exports import House
    from speedboat.exports import export as write
    from speedboat.exports.archive import archive

    config, store = open_store()
    workshop = find(store, code)
    if form == "archive":
        give(refusing(archive, store, workshop.id), output)
        note(store, "exported", subject(workshop.id), form)
        return
    facilitator, house = Viewer(None, "facilitator"), House(config.organisation, config.logo)
    chosen = language or workshop.language
    give(refusing(write, store, workshop.id, form, facilitator, chosen, house, names), output)
    note(store, "exported", subject(workshop.id), f"{form} · names" if names else form)


@main.command("import")
@click.argument("file", type=click.Path(exists=True, path_type=Path, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Check the file and print what it holds, without importing it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def import_workshop(file: Path, dry_run: bool, as_json: bool) -> None:
    """Import an archive, or a JSON export of version 0.1, under a new code. A file with errors changes nothing."""
    from speedboat.cli.maintenance import import_workshop as write
    from speedboat.cli.maintenance import preview_import, read_file

    data = refusing(read_file, file)
    if dry_run:
        print_preview(refusing(preview_import, data), as_json)
        return
    config, store = open_store()
    workshop, key = refusing(write, store, KeyMaker(config.secret_key), data, now())
    note(store, "workshop_imported", subject(workshop.id))
    print_links(config, workshop, key, as_json)


@main.command()
@click.option("--people", type=click.IntRange(1, 1000), default=30, show_default=True)
@click.option(
    "--speed",
    type=click.FloatRange(0.1, 1000),
    callback=a_number,
    default=1.0,
    show_default=True,
    help="How many times faster than real people.",
)
@click.option("--language", type=click.Choice(["fr", "en"]), default="fr", show_default=True)
@click.option("--host", help="Address to listen on.  [default: all of this machine]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on, 0 for any free one.  [default: 5000]")
@click.option("--leave", is_flag=True, help="Stop the server when the workshop is over.")
def demo(people: int, speed: float, language: str, host: str | None, port: int | None, leave: bool) -> None:
    """Run a live workshop with simulated people in it."""
    from speedboat.cli.demo import run

    run(read_config(), people=people, speed=speed, language=language, host=host, port=port, leave=leave)


@main.command()
@click.argument("code")
@click.confirmation_option(prompt="Delete this workshop for good, with everything that was written in it?")
def delete(code: str) -> None:
    """Delete a workshop for good and disconnect everybody in it."""
    from speedboat.cli.maintenance import delete_workshop

    config, store = open_store()
    workshop = find(store, code)
    is_wiped = delete_workshop(store, workshop.id, now())
    refusing(DeletionFile(config.data_dir).update, store)
    note(store, "workshop_deleted", subject(workshop.id))
    if is_wiped:
        click.echo(f"{workshop.code} is deleted.")
    else:
        click.echo(
            f"{workshop.code} is deleted. Another process was reading the database, so traces of its texts are still "
            "in the database files: a running server overwrites them, or else the next one that starts."
        )


@main.command()
@click.option("--dry-run", is_flag=True, help="Print what would be erased, without erasing it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def purge(dry_run: bool, as_json: bool) -> None:
    """Erase the workshops whose day has come, as a running server does by itself."""
    from speedboat.cli.maintenance import purge_workshops
    from speedboat.writing.purge import due_workshops

    config, store = open_store()
    keys, at = KeyMaker(config.secret_key), now()
    workshops = due_workshops(store, at) if dry_run else purge_workshops(store, keys, at)
    refusing(DeletionFile(config.data_dir).update, store)
    rows = [{"code": row.code, "title": row.title, "purge_on": row.purge_on} for row in workshops]
    if as_json:
        say_json({"dry_run": dry_run, "workshops": rows}, indent=2)
        return
    for row in rows:
        say(f"{row['code']}  {row['purge_on']}  {row['title']}")
    say(f"{len(rows)} workshops {'would be' if dry_run else 'are'} erased.")


@main.command()
@click.option("--language", type=click.Choice(["fr", "en"]), default="fr", show_default=True)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Output file.  [default: standard output]"
)
def papers(language: str, output: Path | None) -> None:
    """Write what data protection asks for: an entry for the record of processing, an outline of an assessment."""
    from speedboat.cli.papers import papers as write

    config = read_config()
    instance = load_instance(config.instance_file)
    give(write(instance, config.organisation, config.keep_days, language).encode(), output)


@main.command()
@click.option("--settings", "only_settings", is_flag=True, help="Check only the settings, without the database.")
def check(only_settings: bool) -> None:
    """Check settings, database and the log of every workshop; exits with 1 if anything is wrong."""
    from speedboat.cli.maintenance import check as look

    if only_settings:
        read_config()
        say("All settings are valid.")
        return
    _, store = open_store()
    checked, faults = look(store)
    for fault in faults:
        say(fault, err=True)
    say(f"{checked} workshops checked, {len(faults)} faults")
    sys.exit(1 if faults else 0)


for command in (backup, restore, backup_key):
    main.add_command(command)
main.add_command(audit)
main.add_command(user)
main.add_command(team)


# --- shared ---------------------------------------------------------------------------------------------------------


def give(content: bytes, output: Path | None) -> None:
    """Write content to a file, readable by its owner only, or to standard output."""
    if output:
        refusing(write_privately, output, content)
    else:
        put_out(content)


def print_preview(preview: dict[str, object], as_json: bool) -> None:
    """Print what an import found, as lines or as JSON."""
    if as_json:
        say_json(preview)
    else:
        for name, value in preview.items():
            say(f"{name.capitalize():<12} {value}")


def print_links(config: Config, workshop: Workshop, key: str, as_json: bool) -> None:
    """Print the code, links and key of a new workshop, as lines or as JSON."""
    base = config.public_url or f"http://localhost:{config.port}"
    links = {
        "code": workshop.code,
        "join_url": f"{base}/w/{workshop.code}",
        "facilitator_url": f"{base}/w/{workshop.code}/facilitate#key={key}",
        "key": key,
    }
    if as_json:
        say_json(links)
    else:
        say(f"Code         {links['code']}")
        say(f"Join         {links['join_url']}")
        say(f"Facilitate   {links['facilitator_url']}")
