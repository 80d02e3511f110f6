"""The commands for accounts: `speedboat user …`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from speedboat.cli.audit_commands import note
from speedboat.cli.opening import now, open_store, refusing
from speedboat.cli.team_commands import AS
from speedboat.cli.terminal import say, say_json
from speedboat.config import Config
from speedboat.storage.account_queries import Account, all_accounts

if TYPE_CHECKING:
    from speedboat.accounts.invitations import AccountRole


@click.group()
def user() -> None:
    """Accounts of those who organise. Nobody needs one to take part in a workshop, or to facilitate one."""


@user.command()
@click.argument("email")
@click.option("--name", default="", help="Their name; they can change it.")
@click.option("--role", type=click.Choice(["admin", "member"]), default="member", show_default=True)
@click.option("--team", "slug", default="", help="The team they come into, by its name in addresses.")
@click.option("--as", "place", type=AS, default="facilitator", show_default=True, help="What they are in that team.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def add(email: str, name: str, role: AccountRole, slug: str, place: str, as_json: bool) -> None:
    """Make an account, and print the link with which its owner chooses a password."""
    from speedboat.accounts.invitations import add_account, clean_email
    from speedboat.accounts.teams import find_team, put_in_team

    config, store = open_store()
    if slug:
        refusing(find_team, store, slug)
    secret = refusing(add_account, store, email, name, role, now())
    note(store, "account_invited", clean_email(email), role)
    if slug:
        refusing(put_in_team, store, slug, email, place)
        note(store, "role_changed", clean_email(email), f"{slug} · {place}")
    print_invitation(config, clean_email(email), secret, as_json)


@user.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_users(as_json: bool) -> None:
    """List the accounts."""
    _, store = open_store()
    with store.reading() as transaction:
        accounts = all_accounts(transaction)
    if as_json:
        say_json([public_row(account) for account in accounts], indent=2)
        return
    for account in accounts:
        say(f"{account.email}  {account.role}  {state(account)}  {account.name}")


@user.command()
@click.argument("email")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def reset(email: str, as_json: bool) -> None:
    """Print a new link for choosing a password; earlier links end, and the old password once it is used."""
    from speedboat.accounts.invitations import clean_email, reset_account

    config, store = open_store()
    secret = refusing(reset_account, store, email, now())
    note(store, "account_reset", clean_email(email))
    print_invitation(config, clean_email(email), secret, as_json)


@user.command()
@click.argument("email")
def disable(email: str) -> None:
    """Sign somebody out everywhere, and let them sign in no more."""
    from speedboat.accounts.invitations import clean_email, disable_account

    _, store = open_store()
    refusing(disable_account, store, email, now())
    note(store, "account_disabled", clean_email(email))
    say(f"{email} cannot sign in any more.")


@user.command()
@click.argument("email")
def enable(email: str) -> None:
    """Let somebody sign in again, with the password they had."""
    from speedboat.accounts.invitations import clean_email, enable_account

    _, store = open_store()
    refusing(enable_account, store, email)
    note(store, "account_enabled", clean_email(email))
    say(f"{email} can sign in again.")


def state(account: Account) -> str:
    """Return whether an account can be signed in to: active, invited or disabled."""
    if account.disabled_at is not None:
        return "disabled"
    return "active" if account.password else "invited"


def public_row(account: Account) -> dict[str, object]:
    """Return what a list tells of an account."""
    return {
        "email": account.email,
        "name": account.name,
        "role": account.role,
        "state": state(account),
        "created_at": account.created_at,
    }


def print_invitation(config: Config, email: str, secret: str, as_json: bool) -> None:
    """Print the link of an invitation, as lines or as JSON."""
    base = config.public_url or f"http://localhost:{config.port}"
    url = f"{base}/invitation/{secret}"
    if as_json:
        say_json({"email": email, "invitation_url": url})
        return
    say(f"Invitation   {url}")
    say(f"For {email} alone: it works once, within seven days.")
