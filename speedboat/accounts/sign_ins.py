"""Signing in: passwords checked and guesses slowed, a row for each browser that is signed in. Blocks.

Guesses are counted for each address and for each account. A browser in which somebody has signed in before brings a
proof of it, and is counted apart: whoever guesses elsewhere, or beside them, does not lock them out.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, NamedTuple

from speedboat.access.addresses import address_key
from speedboat.access.guesses import GuessLimit, Rate
from speedboat.access.keys import secret_hash
from speedboat.accounts.passwords import check_password, hash_password, is_password
from speedboat.domain.messages import Refused
from speedboat.storage import account_queries
from speedboat.storage.account_queries import Account, SignIn
from speedboat.storage.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from speedboat.server import Waiter

LIFE = 12 * 3600 * 1000  # ms from signing in (ASVS 3.3.2)
SEEN_EVERY = 60_000  # ms: how exactly a row tells when its browser was last seen
LONGEST_DEVICE = 120  # characters
MOST_PROOFS = 5  # in one browser: of those who share it
# Wrong passwords: for one account at most 100 an hour (ASVS 2.2.1), from one address, from all together.
EACH_ACCOUNT, EACH_ADDRESS, TOGETHER = Rate(30, 1 / 60), Rate(60, 0.2), Rate(1000, 5.0)


class SignedIn(NamedTuple):
    """Who is signed in, and the row of the browser."""

    account: Account
    sign_in: SignIn


class PasswordGuesses:
    """The limits on wrong passwords in one process.

    Args:
        clock: milliseconds since the epoch, UTC.
        waiter: makes a waiter of the serving mode in use (see `server.Serving`).
        secret_key: signs the proofs that a browser is known.
    """

    def __init__(self, clock: Callable[[], int], waiter: Callable[[], Waiter], secret_key: str) -> None:
        self._secret = secret_key.encode()
        self._of_accounts = GuessLimit(clock, waiter, EACH_ACCOUNT, TOGETHER)
        self._of_addresses = GuessLimit(clock, waiter, EACH_ADDRESS, TOGETHER)

    def proofs(self, email: str, proofs: str) -> str:
        """Return the proofs a browser is to keep once somebody has signed in with an address in it.

        Args:
            proofs: those it keeps already, with spaces between; they name nobody.
        """
        remaining = proofs.split()[:MOST_PROOFS]
        if self.number(email, proofs):
            return " ".join(remaining)
        number = secrets.token_urlsafe(12)
        return " ".join([f"{number}.{self._sign(email, number)}", *remaining][:MOST_PROOFS])

    def number(self, email: str, proofs: str) -> str:
        """Return the number of a browser that brings a proof for this address, '' if it brings none."""
        for proof in proofs.split()[:MOST_PROOFS]:
            number, _, signature = proof.partition(".")
            if hmac.compare_digest(signature.encode("utf-8", "replace"), self._sign(email, number).encode()):
                return number
        return ""

    def _sign(self, email: str, number: str) -> str:
        return hmac.digest(self._secret, f"known:{email}:{number}".encode("utf-8", "replace"), "sha256").hex()[:32]

    @contextmanager
    def guess(self, email: str, address: str, number: str) -> Iterator[None]:
        """Count the body of the `with` as a guess of an account's password, wrong if it ends in `bad_password`.

        Args:
            number: that of a known browser, or ''.

        Raises:
            Refused: `slow_down` with `retry_at`.
        """
        place, whose = address_key(address), f"account {email}"
        with ExitStack() as stack:
            for limit, key in (
                (self._of_addresses, f"known {number} at {place}" if number else place),
                (self._of_accounts, f"known {number} for {whose}" if number else whose),
            ):
                guess = stack.enter_context(limit.guess(key))
                guess.is_proven = bool(number)
            yield


def check_sign_in(store: Store, email: str, password: str) -> Account:
    """Return the account that an address and a password open. Takes as long for an address that has none.

    Raises:
        Refused: `bad_password`, whatever is wrong.
    """
    with store.reading() as transaction:
        account = account_queries.find_account(transaction, email)
    is_right = is_password(password, account.password if account else None)
    if account is None or not is_right or account.disabled_at is not None:
        raise Refused("bad_password")
    return account


def begin_sign_in(store: Store, account: Account, device: str, now: int, before: str = "") -> str:
    """Sign an account in; return the secret for the browser's cookie.

    Args:
        device: what the browser is called in the list of those signed in.
        now: ms since the epoch.
        before: the secret the browser brought, which ends: a planted one opens nothing.

    Raises:
        Refused: `bad_password`: it was disabled meanwhile, or its password changed.
    """
    secret = secrets.token_urlsafe(32)
    with store.writing() as transaction:
        current = account_queries.get_account(transaction, account.id)
        if current is None or current.disabled_at is not None or current.password != account.password:
            raise Refused("bad_password")
        if before and (row := account_queries.find_sign_in(transaction, secret_hash(before))):
            account_queries.end_sign_ins(transaction, row.account, only=row.hash)
        account_queries.end_sign_ins(transaction, account.id, before=now - LIFE)
        row = SignIn(secret_hash(secret), account.id, device[:LONGEST_DEVICE], now, now, now)
        account_queries.add_sign_in(transaction, row)
    return secret


def find_sign_in(store: Store, secret: str, now: int) -> SignedIn | None:
    """Return who is signed in with a cookie's secret; note that the browser was seen."""
    with store.reading() as transaction:
        row = account_queries.find_sign_in(transaction, secret_hash(secret))
        account = account_queries.get_account(transaction, row.account) if row else None
    if row is None or account is None or account.disabled_at is not None or now - row.created_at >= LIFE:
        return None
    if now - row.seen_at >= SEEN_EVERY:
        with store.writing() as transaction:
            account_queries.touch_sign_in(transaction, row.hash, seen_at=now)
    return SignedIn(account, row)


def list_sign_ins(store: Store, account: str, now: int) -> list[SignIn]:
    """Return where an account is signed in, the latest seen first."""
    with store.reading() as transaction:
        return [row for row in account_queries.sign_ins_of(transaction, account) if now - row.created_at < LIFE]


def end_sign_ins(store: Store, account: str, *, only: str = "", but: str = "") -> None:
    """End the sign-ins of an account: all, `only` this one, or all `but` this one (each a hash)."""
    with store.writing() as transaction:
        account_queries.end_sign_ins(transaction, account, only=only, but=but)


def change_password(store: Store, who: SignedIn, current: str, new: str) -> None:
    """Change a password, which ends all other sign-ins and every invitation of the account.

    Raises:
        Refused: `bad_password`, or a refusal of the new one.
    """
    stored = hash_password(check_password(new, who.account.email))
    if not is_password(current, who.account.password):
        raise Refused("bad_password", "current")
    with store.writing() as transaction:
        account_queries.change_account(transaction, who.account.id, password=stored)
        account_queries.end_sign_ins(transaction, who.account.id, but=who.sign_in.hash)
        account_queries.replace_invitation(transaction, who.account.id, None)
