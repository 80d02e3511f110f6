"""Making accounts, inviting to them, resetting and disabling them. An invitation is a link for one person, used once.

Whoever has the link chooses the password: it is also how a lost one is replaced. Blocks, so it runs in native threads.
"""

from __future__ import annotations

import re
import secrets
from typing import Literal

from speedboat.access.keys import secret_hash
from speedboat.accounts.passwords import check_password, hash_password
from speedboat.domain.messages import Refused
from speedboat.domain.validation import clean_name, one_line
from speedboat.storage import account_queries
from speedboat.storage.account_queries import Account, new_id
from speedboat.storage.store import Store, Transaction

AccountRole = Literal["admin", "member"]
ACCOUNT_ROLES: tuple[AccountRole, ...] = ("admin", "member")
LIFE = 7 * 24 * 3600 * 1000  # ms
LONGEST_EMAIL = 254  # characters (RFC 5321)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


def clean_email(email: str) -> str:
    """Return an address as it is stored: in lower case. Raises Refused: `bad_email`."""
    email = one_line(email).lower()
    if not _EMAIL.fullmatch(email) or len(email) > LONGEST_EMAIL:
        raise Refused("bad_email", "email")
    return email


def add_account(store: Store, email: str, name: str, role: AccountRole, now: int) -> str:
    """Make an account and invite to it; return the secret of the link.

    Args:
        now: ms since the epoch.

    Raises:
        Refused: `bad_email`, `account_exists`, or a refusal of the name.
    """
    account = Account(new_id(), clean_email(email), clean_name(name, "name"), role, None, now, None)
    with store.writing() as transaction:
        if account_queries.find_account(transaction, account.email):
            raise Refused("account_exists", "email")
        account_queries.add_account(transaction, account)
        return invite(transaction, account, now)


def reset_account(store: Store, email: str, now: int) -> str:
    """Invite to an account anew, which ends earlier invitations; return the secret of the link.

    The old password and the sign-ins end when the invitation is used, so that nobody is locked out by a link that never
    arrives. Whoever must be out at once is disabled.

    Raises:
        Refused: `unknown_account`, `account_disabled`.
    """
    with store.writing() as transaction:
        account = _find(transaction, email)
        if account.disabled_at is not None:
            raise Refused("account_disabled", "email")
        return invite(transaction, account, now)


def disable_account(store: Store, email: str, now: int) -> None:
    """Let nobody sign in to an account any more, and end its sign-ins and invitations. Raises Refused."""
    with store.writing() as transaction:
        account = _find(transaction, email)
        account_queries.change_account(transaction, account.id, disabled_at=account.disabled_at or now)
        account_queries.end_sign_ins(transaction, account.id)
        account_queries.replace_invitation(transaction, account.id, None)


def enable_account(store: Store, email: str) -> None:
    """Let somebody sign in to an account again. Raises Refused: `unknown_account`."""
    with store.writing() as transaction:
        account_queries.change_account(transaction, _find(transaction, email).id, disabled_at=None)


def find_invited(store: Store, secret: str, now: int) -> Account:
    """Return whose account a link invites to. Raises Refused: `unknown_invitation`, used and expired ones too."""
    with store.reading() as transaction:
        return _invited(transaction, secret, now)


def accept_invitation(store: Store, secret: str, name: str, password: str, now: int) -> Account:
    """Set the name and password of an invited account, and end its sign-ins; the link is used up.

    Raises:
        Refused: `unknown_invitation`, or a refusal of the name or the password.
    """
    account = find_invited(store, secret, now)
    name = clean_name(name, "name")
    stored = hash_password(check_password(password, account.email))
    with store.writing() as transaction:
        account = _invited(transaction, secret, now)
        if not account_queries.take_invitation(transaction, secret_hash(secret)):
            raise Refused("unknown_invitation")
        account_queries.end_sign_ins(transaction, account.id)
        account_queries.change_account(transaction, account.id, name=name, password=stored)
    return account._replace(name=name, password=stored)


def _find(transaction: Transaction, email: str) -> Account:
    account = account_queries.find_account(transaction, clean_email(email))
    if account is None:
        raise Refused("unknown_account", "email")
    return account


def invite(transaction: Transaction, account: Account, now: int) -> str:
    """Make an invitation to an account, which ends earlier ones; return the secret of the link."""
    secret = secrets.token_urlsafe(32)
    account_queries.replace_invitation(transaction, account.id, secret_hash(secret), now + LIFE)
    return secret


def _invited(transaction: Transaction, secret: str, now: int) -> Account:
    account = account_queries.find_invited(transaction, secret_hash(secret), now)
    if account is None or account.disabled_at is not None:
        raise Refused("unknown_invitation")
    return account
