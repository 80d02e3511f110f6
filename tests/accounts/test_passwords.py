"""Which passwords are accepted, and how long a wrong one takes."""

from __future__ import annotations

import pytest

from speedboat.accounts import passwords
from speedboat.accounts.passwords import LONGEST, check_password, hash_password, is_password
from speedboat.domain.messages import Refused

GOOD = "quatre bateaux sous la pluie"


def refusal(password: str, email: str = "alice@mediatheque.example") -> str:
    try:
        check_password(password, email)
    except Refused as refused:
        return refused.code
    return ""


@pytest.mark.parametrize(
    "password", [GOOD, "correct horse battery staple", "密码密码一二三四五六七八", "x" * 40 + "yzabc", "éèàùç éèàùç ê"]
)
def test_a_long_password_of_any_characters_is_accepted(password: str) -> None:
    assert not refusal(password)
    assert is_password(password, hash_password(check_password(password)))


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("court", "password_short"),
        ("onze lettre", "password_short"),
        ("a" + "bcdefghijk" * 13, "password_long"),
        ("azertyuiop123", "password_common"),
        ("MotDePasse2026!", "password_common"),
        ("bonjourbonjour", "password_common"),
        ("12Soleil12Soleil", "password_common"),
        ("aaaaaaaaaaaaaaaa", "password_common"),
        ("abababababab", "password_common"),
        ("alice@mediatheque.example", "password_common"),
        ("mediatheque2026", "password_common"),
        ("speedboat1234", "password_common"),
        ("half a character \ud800", "text_malformed"),
    ],
)
def test_a_password_that_is_easily_guessed_is_refused(password: str, code: str) -> None:
    assert refusal(password) == code


def test_a_password_of_the_longest_kind_is_compared_to_its_end() -> None:
    password = ("phrase de passe " * 8)[:LONGEST]
    stored = hash_password(check_password(password))
    assert is_password(password, stored)
    assert not is_password(password[:-1] + "X", stored)
    assert not is_password(password + "X", stored)


def test_letters_composed_in_another_way_are_the_same_password() -> None:
    assert is_password("e\u0301te\u0301 a\u0300 Thiers", hash_password("été à Thiers"))


@pytest.mark.parametrize("posted", ["", "x" * 10_000, "\ud800", GOOD])
def test_without_an_account_a_hash_is_verified_all_the_same(posted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []

    class Hasher:
        def verify(self, stored: str, _password: bytes) -> bool:
            verified.append(stored)
            return True

    monkeypatch.setattr(passwords, "_hasher", Hasher())
    assert not is_password(posted, None)
    assert len(verified) == 1
    assert verified[0].startswith("$argon2id$")
