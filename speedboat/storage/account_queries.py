"""The SQL of accounts: who they are, where they are signed in, their invitations. Blocks."""

from __future__ import annotations

import secrets
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Select, Table, delete, insert, select, update

from speedboat.storage.store import Transaction
from speedboat.storage.tables import accounts, invitations, sign_ins

Row = TypeVar("Row", bound=tuple[Any, ...])


class Account(NamedTuple):
    """The row of an account; times in ms since the epoch, `password` its hash, `role` admin or member."""

    id: str
    email: str
    name: str
    role: str
    password: str | None
    created_at: int
    disabled_at: int | None


class SignIn(NamedTuple):
    """A browser in which an account is signed in; times in ms since the epoch."""

    hash: str
    account: str
    device: str
    created_at: int
    seen_at: int
    confirmed_at: int


def new_id() -> str:
    """Return a random identifier for a row."""
    return secrets.token_hex(16)


def _all(transaction: Transaction, kind: type[Row], query: Select[Any]) -> list[Row]:
    return [kind(*row) for row in transaction.connection.execute(query)]


def _columns(table: Table, kind: Any) -> Select[Any]:
    return select(*(table.c[name] for name in kind._fields))


# --- accounts -------------------------------------------------------------------------------------------------------


def find_account(transaction: Transaction, email: str) -> Account | None:
    """Return the account of an address, which is written in lower case."""
    rows = _all(transaction, Account, _columns(accounts, Account).where(accounts.c.email == email))
    return rows[0] if rows else None


def get_account(transaction: Transaction, account: str) -> Account | None:
    """Return an account by its id."""
    rows = _all(transaction, Account, _columns(accounts, Account).where(accounts.c.id == account))
    return rows[0] if rows else None


def all_accounts(transaction: Transaction) -> list[Account]:
    """Return all accounts by address."""
    return _all(transaction, Account, _columns(accounts, Account).order_by(accounts.c.email))


def has_accounts(transaction: Transaction) -> bool:
    """Whether anybody has an account here."""
    return transaction.connection.execute(select(accounts.c.id).limit(1)).first() is not None


def add_account(transaction: Transaction, account: Account) -> None:
    """Insert an account."""
    transaction.connection.execute(insert(accounts).values(**account._asdict()))


def change_account(transaction: Transaction, account: str, **columns: object) -> None:
    """Update columns of an account."""
    transaction.connection.execute(update(accounts).where(accounts.c.id == account).values(**columns))


# --- sign-ins and invitations ---------------------------------------------------------------------------------------


def add_sign_in(transaction: Transaction, row: SignIn) -> None:
    """Insert a sign-in."""
    transaction.connection.execute(insert(sign_ins).values(**row._asdict()))


def find_sign_in(transaction: Transaction, digest: str) -> SignIn | None:
    """Return the sign-in of a cookie's hash."""
    rows = _all(transaction, SignIn, _columns(sign_ins, SignIn).where(sign_ins.c.hash == digest))
    return rows[0] if rows else None


def sign_ins_of(transaction: Transaction, account: str) -> list[SignIn]:
    """Return where an account is signed in, the latest seen first."""
    query = _columns(sign_ins, SignIn).where(sign_ins.c.account == account)
    return _all(transaction, SignIn, query.order_by(sign_ins.c.seen_at.desc(), sign_ins.c.hash))


def touch_sign_in(transaction: Transaction, digest: str, **columns: int) -> None:
    """Update when a browser was last seen, or the password last given."""
    transaction.connection.execute(update(sign_ins).where(sign_ins.c.hash == digest).values(**columns))


def end_sign_ins(
    transaction: Transaction, account: str, *, only: str = "", but: str = "", before: int | None = None
) -> None:
    """End the sign-ins of an account: all, `only` this one, all `but` this one (hashes), or those from `before`."""
    conditions = [sign_ins.c.account == account]
    if only:
        conditions.append(sign_ins.c.hash == only)
    if but:
        conditions.append(sign_ins.c.hash != but)
    if before is not None:
        conditions.append(sign_ins.c.created_at < before)
    transaction.connection.execute(delete(sign_ins).where(*conditions))


def replace_invitation(transaction: Transaction, account: str, digest: str | None, expires_at: int = 0) -> None:
    """End the invitations of an account, and store a new one if a hash is given."""
    transaction.connection.execute(delete(invitations).where(invitations.c.account == account))
    if digest:
        row = {"hash": digest, "account": account, "expires_at": expires_at}
        transaction.connection.execute(insert(invitations).values(**row))


def find_invited(transaction: Transaction, digest: str, now: int) -> Account | None:
    """Return the account of an invitation that has not expired."""
    query = _columns(accounts, Account).where(
        accounts.c.id == invitations.c.account, invitations.c.hash == digest, invitations.c.expires_at > now
    )
    rows = _all(transaction, Account, query)
    return rows[0] if rows else None


def take_invitation(transaction: Transaction, digest: str) -> bool:
    """Delete an invitation; return whether it was still there: of two who use one at once, one gets it."""
    return transaction.connection.execute(delete(invitations).where(invitations.c.hash == digest)).rowcount > 0
