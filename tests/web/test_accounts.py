"""Accounts on a real server: the first administrator, invitations, signing in and out, what guessers get."""

from __future__ import annotations

import http.client
import json
import re
import sqlite3
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import SECRET
from tests.support.live_server import Running, running
from tests.support.pages import PASSWORD, Browser, invite

ALICE = "alice@mediatheque.example"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    settings = {"SPEEDBOAT_SECRET_KEY": SECRET, "SPEEDBOAT_TRUSTED_PROXIES": "0"}
    server = running({"SPEEDBOAT_DATA_DIR": str(tmp_path_factory.mktemp("accounts")), **settings})
    yield server
    server.kill()


def member(server: Running, email: str, *more: str, **headers: str) -> Browser:
    """A browser in which a new account is signed in."""
    browser = Browser(server, **headers)
    status, _ = browser.accept(invite(server, email, *more))
    assert status == 200
    assert browser.url.endswith("/account")
    return browser


def rows(server: Running, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(Path(server.environment["SPEEDBOAT_DATA_DIR"]) / "speedboat.db") as database:
        return database.execute(query).fetchall()


def test_without_accounts_the_page_says_how_to_begin_and_nothing_else_has_changed(
    start: Callable[..., Running],
) -> None:
    server = start()
    carol = Browser(server)
    status, text = carol.get("/sign-in")
    assert status == 200
    assert "speedboat user add" in text
    assert 'name="password"' not in text
    assert server.api("POST", "/workshops", {"title": "Sans compte"})[0] == 201
    assert carol.get("/account")[0] == 200
    assert carol.url.endswith("/sign-in")
    assert carol.get("/library")[0] == 403


def test_the_first_administrator_chooses_a_password_and_the_library_is_open(house: Running) -> None:
    made = house.create("Atelier de Thiers")
    alice = Browser(house, **{"User-Agent": FIREFOX})
    url = invite(house, "Alice@Mediatheque.example", "--role", "admin", "--name", "Alice")
    status, text = alice.accept(url, name="Alice Martin")
    assert status == 200
    assert "Firefox, Windows" in text
    assert "Alice Martin" in text
    status, text = alice.get("/library")
    assert status == 200
    assert f"/w/{made['code']}/facilitate#key={made['key']}" in text
    listed = json.loads(house.speedboat("user", "list", "--json"))
    assert [(row["email"], row["role"], row["state"]) for row in listed] == [(ALICE, "admin", "active")]


def test_a_member_signs_in_and_the_library_of_others_stays_closed(house: Running) -> None:
    made, bob = house.create("Atelier des autres"), member(house, "bob@mediatheque.example")
    status, text = bob.get("/library")
    assert status == 200
    assert made["code"] not in text
    assert bob.get("/sign-in")[0] == 200
    assert bob.url.endswith("/account"), "whoever is signed in is not asked again"


def test_an_invitation_is_used_once_and_a_newer_one_ends_it(house: Running) -> None:
    first = invite(house, "carol@mediatheque.example")
    second = json.loads(house.speedboat("user", "reset", "carol@mediatheque.example", "--json"))["invitation_url"]
    carol = Browser(house)
    assert carol.accept(first)[0] == 404
    assert carol.accept(second)[0] == 200
    other = Browser(house)
    assert other.accept(second, "another good password")[0] == 404
    assert other.sign_in("carol@mediatheque.example", "another good password")[0] == 403
    assert other.sign_in("carol@mediatheque.example")[0] == 200


def test_an_invitation_ends_after_seven_days(house: Running) -> None:
    url = invite(house, "late@mediatheque.example")
    with sqlite3.connect(Path(house.environment["SPEEDBOAT_DATA_DIR"]) / "speedboat.db") as database:
        assert database.execute(
            "UPDATE invitations SET expires_at = expires_at - 7 * 86400000 WHERE account IN"
            " (SELECT id FROM accounts WHERE email LIKE 'late@%')"
        ).rowcount
    assert Browser(house).accept(url)[0] == 404


def test_a_password_that_is_refused_leaves_the_invitation_as_it_was(house: Running) -> None:
    url, dora = invite(house, "dora@mediatheque.example"), Browser(house)
    status, text = dora.accept(url, "azertyuiop123", name="Dora")
    assert status == 422
    assert "Choose another one" in text
    assert 'value="Dora"' in text
    assert "azertyuiop123" not in text
    assert dora.accept(url)[0] == 200


def test_signing_in_changes_the_cookie_and_ends_the_one_that_was_brought(house: Running) -> None:
    eve = member(house, "eve@mediatheque.example")
    first = eve.cookie("sign_in")
    assert eve.post("/sign-in", email="eve@mediatheque.example", password=PASSWORD)[0] == 200
    assert eve.cookie("sign_in") not in ("", first)
    thief = Browser(house, Cookie=f"sign_in={first}")
    thief.get("/account")
    assert thief.url.endswith("/sign-in")
    planted = Browser(house, Cookie="sign_in=chosen-by-somebody-else")
    planted.get("/account")
    assert planted.url.endswith("/sign-in")


def test_cookies_are_out_of_reach_of_scripts_and_only_their_hashes_are_stored(house: Running) -> None:
    fay = member(house, "fay@mediatheque.example")
    for cookie in fay.jar:
        assert cookie.has_nonstandard_attr("HttpOnly"), cookie.name
        assert cookie.get_nonstandard_attr("SameSite") in ("Lax", "Strict"), cookie.name
    stored = json.dumps(rows(house, "SELECT * FROM sign_ins") + rows(house, "SELECT * FROM accounts"))
    assert fay.cookie("sign_in") not in stored
    assert PASSWORD not in stored
    assert "$argon2id$" in stored


def test_over_tls_the_cookie_is_secure_and_of_this_host_alone(start: Callable[..., Running]) -> None:
    server = start(trusted_proxies=1)
    url = invite(server, ALICE)
    path = "/" + url.split("/", 3)[3]
    tls = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}
    _, headers, body = server.request("GET", path, **tls)
    token = re.search(r'name="csrf_token" value="([^"]+)"', body.decode())
    assert token
    form = urllib.parse.urlencode({"csrf_token": token[1], "password": PASSWORD}).encode()
    form_type = {"Content-Type": "application/x-www-form-urlencoded"}
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("POST", path, form, {**tls, **form_type, "Cookie": headers["Set-Cookie"].split(";")[0]})
    response = connection.getresponse()
    assert response.status == 303
    (cookie,) = [each for each in response.headers.get_all("Set-Cookie") or () if "sign_in" in each]
    connection.close()
    assert cookie.startswith("__Host-sign_in=")
    for attribute in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=43200"):
        assert attribute in cookie
    assert "Domain" not in cookie


def test_sign_ins_are_listed_and_ended_one_by_one_and_all_at_once(house: Running) -> None:
    gina = member(house, "gina@mediatheque.example", **{"User-Agent": FIREFOX})
    phone, tablet = (Browser(house, **{"User-Agent": agent}) for agent in ("Android Chrome/140 Safari/5", "unheard of"))
    for each in (phone, tablet):
        assert each.sign_in("gina@mediatheque.example")[0] == 200
    _, text = gina.get("/account")
    assert text.count("last seen") == 3
    assert "Chrome, Android" in text
    assert "An unknown browser" in text
    of_the_phone = re.search(r'Chrome, Android.*?name="w" value="(\w+)"', text, re.S)
    assert of_the_phone
    gina.post("/account/end", w=of_the_phone[1])
    phone.get("/account")
    assert phone.url.endswith("/sign-in")
    assert tablet.get("/account")[1].count("last seen") == 2
    gina.post("/account/end")
    tablet.get("/account")
    assert tablet.url.endswith("/sign-in")
    assert gina.get("/account")[1].count("last seen") == 1


def test_nobody_ends_the_sign_in_of_somebody_else(house: Running) -> None:
    hugo, iris = (member(house, f"{name}@mediatheque.example") for name in ("hugo", "iris"))
    ((theirs,),) = rows(
        house, "SELECT hash FROM sign_ins, accounts WHERE account = accounts.id AND email LIKE 'iris@%'"
    )
    hugo.get("/account")
    hugo.post("/account/end", w=str(theirs))
    iris.get("/account")
    assert iris.url.endswith("/account")


def test_signing_out_ends_the_row_and_not_only_the_cookie(house: Running) -> None:
    jana = member(house, "jana@mediatheque.example")
    kept = jana.cookie("sign_in")
    jana.post("/sign-out")
    assert not jana.cookie("sign_in")
    thief = Browser(house, Cookie=f"sign_in={kept}")
    thief.get("/account")
    assert thief.url.endswith("/sign-in")


def test_closing_the_library_signs_out_too(house: Running) -> None:
    karl = member(house, "karl@mediatheque.example", "--role", "admin")
    assert karl.get("/library")[0] == 200
    karl.post("/library/leave")
    assert karl.get("/library")[0] == 403


def test_a_sign_in_ends_after_twelve_hours(house: Running) -> None:
    lena = member(house, "lena@mediatheque.example")
    with sqlite3.connect(Path(house.environment["SPEEDBOAT_DATA_DIR"]) / "speedboat.db") as database:
        database.execute(
            "UPDATE sign_ins SET created_at = created_at - 12 * 3600000 WHERE account IN"
            " (SELECT id FROM accounts WHERE email LIKE 'lena@%')"
        )
    lena.get("/account")
    assert lena.url.endswith("/sign-in")


def test_changing_the_password_asks_for_the_old_one_and_signs_the_others_out(house: Running) -> None:
    mona, other = member(house, "mona@mediatheque.example"), Browser(house)
    other.sign_in("mona@mediatheque.example")
    link = json.loads(house.speedboat("user", "reset", "mona@mediatheque.example", "--json"))["invitation_url"]
    mona.get("/account")
    assert mona.post("/account/password", current="not this one", password="une autre longue phrase")[0] == 403
    assert other.get("/account")[0] == 200
    status, text = mona.post("/account/password", current=PASSWORD, password="une autre longue phrase")
    assert status == 200
    assert "Your password is changed" in text
    other.get("/account")
    assert other.url.endswith("/sign-in")
    assert other.sign_in("mona@mediatheque.example")[0] == 403
    assert other.sign_in("mona@mediatheque.example", "une autre longue phrase")[0] == 200
    assert Browser(house).accept(link)[0] == 404, "an invitation from before is one more way in"


def test_a_reset_signs_everybody_out_once_it_is_used(house: Running) -> None:
    nora = member(house, "nora@mediatheque.example")
    link = json.loads(house.speedboat("user", "reset", "nora@mediatheque.example", "--json"))["invitation_url"]
    assert nora.get("/account")[0] == 200
    assert nora.url.endswith("/account")
    assert Browser(house).accept(link, "toute autre chose encore")[0] == 200
    nora.get("/account")
    assert nora.url.endswith("/sign-in")


def test_a_disabled_account_is_out_at_once_by_every_way(house: Running) -> None:
    olga = member(house, "olga@mediatheque.example")
    link = json.loads(house.speedboat("user", "reset", "olga@mediatheque.example", "--json"))["invitation_url"]
    house.speedboat("user", "disable", "olga@mediatheque.example")
    olga.get("/account")
    assert olga.url.endswith("/sign-in")
    assert olga.sign_in("olga@mediatheque.example")[0] == 403
    assert Browser(house).accept(link)[0] == 404
    house.speedboat("user", "enable", "olga@mediatheque.example")
    assert olga.sign_in("olga@mediatheque.example")[0] == 200


def test_what_is_wrong_is_not_told_and_an_unknown_address_looks_the_same(house: Running) -> None:
    member(house, "paul@mediatheque.example")
    answers = []
    for email in ("paul@mediatheque.example", "nobody@mediatheque.example", "not an address", ""):
        status, text = Browser(house).sign_in(email, "a wrong password")
        answers.append((status, re.search(r'role="alert">([^<]*)', text)))
    assert {(status, found and found[1]) for status, found in answers} == {
        (403, "This address and this password do not go together.")
    }


def test_a_form_without_our_token_signs_nobody_in(house: Running) -> None:
    member(house, "rita@mediatheque.example")
    mallory = Browser(house)
    mallory.get("/sign-in")
    mallory.token = "made up"
    assert mallory.post("/sign-in", email="rita@mediatheque.example", password=PASSWORD)[0] == 400
    assert not mallory.cookie("sign_in")


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/library?x\r\nSet-Cookie: a=b", "javascript:1"]
)
def test_after_signing_in_one_stays_on_this_site(back: str, house: Running) -> None:
    email = f"sam{abs(hash(back))}@mediatheque.example"
    member(house, email)
    sam = Browser(house)
    sam.get("/sign-in")
    sam.post("/sign-in", email=email, password=PASSWORD, back=back)
    assert sam.url == f"{house.url}/account"
    assert sam.get("/account")[0] == 200


# --- guessing -------------------------------------------------------------------------------------------------------


def test_guessing_one_account_is_slowed_from_many_addresses_and_its_owner_still_comes_in(
    start: Callable[..., Running],
) -> None:
    server = start(trusted_proxies=1)
    alice = member(server, ALICE, **{"X-Forwarded-For": "198.51.100.1"})
    codes = []
    for n in range(32):
        mallory = Browser(server, **{"X-Forwarded-For": f"203.0.113.{n}"})
        codes.append(mallory.sign_in(ALICE, f"guess number {n}")[0])
    assert codes == [403] * 30 + [429] * 2
    assert Browser(server, **{"X-Forwarded-For": "203.0.113.99"}).sign_in(ALICE)[0] == 429, "right or wrong alike"
    alice.post("/sign-out")
    assert alice.sign_in(ALICE)[0] == 200, "a browser that was in before is counted apart"


def test_guessing_many_accounts_from_one_address_is_slowed_and_the_neighbour_is_not(
    start: Callable[..., Running],
) -> None:
    server = start(trusted_proxies=1)
    member(server, ALICE, **{"X-Forwarded-For": "198.51.100.1"})
    mallory = Browser(server, **{"X-Forwarded-For": "203.0.113.7"})
    mallory.get("/sign-in")
    codes = [mallory.post("/sign-in", email=f"a{n}@b.example", password="guess")[0] for n in range(62)]
    assert codes == [403] * 60 + [429] * 2
    assert Browser(server, **{"X-Forwarded-For": "198.51.100.2"}).sign_in(ALICE)[0] == 200


def test_the_proof_of_a_known_browser_is_of_one_account(house: Running) -> None:
    tess, uma = (member(house, f"{name}@mediatheque.example") for name in ("tess", "uma"))
    assert tess.cookie("known") != uma.cookie("known")
    assert "tess" not in tess.cookie("known")
