"""The commands for teams: `speedboat team …`."""

from __future__ import annotations

import click

from speedboat.cli.audit_commands import note
from speedboat.cli.opening import now, open_store, refusing
from speedboat.cli.terminal import say, say_json
from speedboat.storage import team_queries

AS = click.Choice(["organiser", "facilitator"])


@click.group()
def team() -> None:
    """Teams: people with accounts who share workshops."""


@team.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def add(name: str, as_json: bool) -> None:
    """Make a team, and print its name in addresses."""
    from speedboat.accounts.teams import add_team

    _, store = open_store()
    row = refusing(add_team, store, name, now())
    note(store, "team_created", row.slug)
    if as_json:
        say_json({"slug": row.slug})
    else:
        say(f"{row.slug}  {row.name}")


@team.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_teams(as_json: bool) -> None:
    """List the teams with their members."""
    _, store = open_store()
    with store.reading() as transaction:
        rows = [(each, team_queries.members(transaction, each.id)) for each in team_queries.all_teams(transaction)]
    if as_json:
        say_json(
            [
                {
                    "slug": each.slug,
                    "name": each.name,
                    "created_at": each.created_at,
                    "members": [{"email": member.account.email, "role": member.role} for member in members],
                }
                for each, members in rows
            ],
            indent=2,
        )
        return
    for each, members in rows:
        say(f"{each.slug}  {each.name}")
        for member in members:
            say(f"  {member.account.email}  {member.role}")


@team.command()
@click.argument("slug")
@click.argument("email")
@click.option("--as", "role", type=AS, required=True, help="What they are in the team.")
def member(slug: str, email: str, role: str) -> None:
    """Let an account into a team, or change its role there."""
    from speedboat.accounts.teams import put_in_team

    _, store = open_store()
    refusing(put_in_team, store, slug, email, role)
    note(store, "role_changed", email, f"{slug} · {role}")
    say(f"{email} is {role} of {slug}.")
