"""Accounts in the database, of both kinds: migration with data, backups, two who use one invitation at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from speedboat.accounts import invitations, sign_ins
from speedboat.accounts.invitations import LIFE, accept_invitation, add_account
from speedboat.cli.maintenance import backup, restore
from speedboat.domain.messages import Refused
from speedboat.storage import account_queries
from speedboat.storage.store import Store
from tests.support.pages import PASSWORD

NOW = 1_764_000_000_000
ALICE = "alice@mediatheque.example"


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = Store(database_url)
    store.migrate()
    yield store
    store.close()


def refusal(call: object, *arguments: object) -> str:
    try:
        call(*arguments)  # type: ignore[operator]
    except Refused as refused:
        return refused.code
    return ""


def test_a_database_of_the_version_before_goes_on_with_what_is_in_it(another_url: str) -> None:
    store = Store(another_url)
    store.migrate("0007")
    with store.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO workshops (code, title, language, format, format_version, created_at, key_hash)"
                " VALUES ('ABCDEF', 'x', 'fr', 'speedboat', 1, 1, '')"
            )
        )
    store.migrate()
    assert store.find("ABCDEF") is not None
    assert add_account(store, ALICE, "", "admin", NOW)
    store.close()


def test_a_backup_holds_accounts_but_nothing_that_opens_one_without_the_password(
    store: Store, another_url: str, tmp_path: Path
) -> None:
    account = accept_invitation(store, add_account(store, ALICE, "Alice", "admin", NOW), "Alice", PASSWORD, NOW)
    cookie = sign_ins.begin_sign_in(store, account, "Firefox", NOW)
    link = add_account(store, "bob@mediatheque.example", "", "member", NOW)
    assert backup(store, tmp_path / "backup") == 0
    other = Store(another_url)
    other.migrate()
    assert restore(other, tmp_path / "backup") == 0
    assert sign_ins.check_sign_in(other, ALICE, PASSWORD).name == "Alice"
    assert sign_ins.find_sign_in(other, cookie, NOW) is None
    assert refusal(invitations.find_invited, other, link, NOW) == "unknown_invitation"
    assert refusal(restore, other, tmp_path / "backup") == "not_empty", "there are accounts, if no workshops"
    other.close()


def test_of_two_who_use_an_invitation_at_once_one_gets_it(store: Store) -> None:
    secret = add_account(store, ALICE, "", "member", NOW)
    meeting, codes = threading.Barrier(2), []

    def accept(password: str) -> None:
        meeting.wait()
        codes.append(refusal(accept_invitation, store, secret, "", password, NOW))

    threads = [threading.Thread(target=accept, args=(f"{word} {PASSWORD}",)) for word in ("vert", "rouge")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == ["", "unknown_invitation"]


def test_an_address_has_one_account_whatever_its_capitals(store: Store) -> None:
    add_account(store, ALICE, "", "member", NOW)
    assert refusal(add_account, store, f" {ALICE.upper()} ", "", "member", NOW) == "account_exists"
    for email in ("alice", "alice@", "@example", "a b@example", "a" * 250 + "@b.fr", "a@b\nc@d"):
        assert refusal(add_account, store, email, "", "member", NOW) == "bad_email", email


def test_an_invitation_lasts_until_its_last_moment_and_not_beyond(store: Store) -> None:
    secret = add_account(store, ALICE, "", "member", NOW)
    assert invitations.find_invited(store, secret, NOW + LIFE - 1).email == ALICE
    assert refusal(invitations.find_invited, store, secret, NOW + LIFE) == "unknown_invitation"


def test_whoever_is_disabled_between_the_password_and_the_cookie_is_not_signed_in(store: Store) -> None:
    account = accept_invitation(store, add_account(store, ALICE, "", "member", NOW), "", PASSWORD, NOW)
    invitations.disable_account(store, ALICE, NOW)
    assert refusal(sign_ins.begin_sign_in, store, account, "", NOW) == "bad_password"


def test_sign_ins_that_are_over_leave_no_rows_and_the_last_time_seen_is_kept_to_the_minute(store: Store) -> None:
    account = accept_invitation(store, add_account(store, ALICE, "", "member", NOW), "", PASSWORD, NOW)
    old = sign_ins.begin_sign_in(store, account, "old", NOW)
    later = NOW + sign_ins.LIFE + 1
    new = sign_ins.begin_sign_in(store, account, "new", later)
    assert sign_ins.find_sign_in(store, old, later) is None
    for after, seen in ((59_999, later), (60_000, later + 60_000)):
        assert sign_ins.find_sign_in(store, new, later + after)
        with store.reading() as transaction:
            (row,) = account_queries.sign_ins_of(transaction, account.id)
        assert (row.device, row.seen_at) == ("new", seen)
