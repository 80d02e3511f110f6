"""The library's pages on a real server: who gets in, what they see, what is refused."""

from __future__ import annotations

import contextlib
import html
import http.cookiejar
import json
import os
import pty
import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator

import pytest

from speedboat.storage.store import Store
from tests.conftest import SECRET
from tests.support.live_server import PATIENCE, Running, card_id, command_id, running, theme_id

ADMIN_KEY = "an administrator's key for the tests"


class Visitor:
    """A browser without scripts: it keeps cookies, and posts the forms of the pages it read."""

    def __init__(self, server: Running) -> None:
        self.server = server
        self.jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        self.token = ""

    def get(self, path: str) -> tuple[int, str]:
        return self._ask(urllib.request.Request(self.server.url + path, headers={"Accept-Language": "en"}))

    def post(self, path: str, **fields: str | list[str]) -> tuple[int, str]:
        fields = {"csrf_token": self.token, **fields}
        body = urllib.parse.urlencode(fields, doseq=True).encode()
        return self._ask(urllib.request.Request(self.server.url + path, body, {"Accept-Language": "en"}))

    def _ask(self, request: urllib.request.Request) -> tuple[int, str]:
        try:
            with self._opener.open(request, timeout=60) as response:
                status, text = response.status, response.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as error:
            with error:
                status, text = error.code, error.read().decode()
        if found := re.search(r'name="csrf_token" value="([^"]+)"', text):
            self.token = found[1]
        return status, text

    def enter(self, key: str = "", held: list[list[str]] | None = None) -> tuple[int, str]:
        self.get("/library")
        return self.post("/library/open", key=key, held=json.dumps(held or []))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One server with two workshops of one theme each, which are alike."""
    settings = {"SPEEDBOAT_SECRET_KEY": SECRET, "SPEEDBOAT_ADMIN_KEY": ADMIN_KEY, "SPEEDBOAT_TRUSTED_PROXIES": "0"}
    server = running({"SPEEDBOAT_DATA_DIR": str(tmp_path_factory.mktemp("library")), **settings})
    yield server
    server.kill()


@pytest.fixture(scope="module")
def made(house: Running) -> list[dict[str, str]]:
    return [workshop(house, f"Atelier de {place}") for place in ("Thiers", "Ambert")]


def workshop(server: Running, title: str) -> dict[str, str]:
    made = server.create(title)
    _, joined = server.api("POST", f"/workshops/{made['code']}/people", {"key": made["key"]})
    card, theme = card_id(), theme_id()
    for command in (
        {"name": "add_card", "card": card, "kind": "anchor", "text": f"Pas de budget à {title}", "weight": 0.8},
        {"name": "set_phase", "phase": "group"},
        {"name": "add_theme", "theme": theme, "title": "Budget", "cards": [card]},
    ):
        path = f"/workshops/{made['code']}/commands"
        status, _ = server.api("POST", path, {"id": command_id(), **command}, joined["token"])
        assert status == 200
    return made


def test_an_outsider_sees_the_door_and_nothing_behind_it(house: Running, made: list[dict[str, str]]) -> None:
    carol = Visitor(house)
    code = made[0]["code"]
    for path in ("/library", "/library?q=budget", f"/synthesis?w={code}", "/synthesis", f"/synthesis.json?w={code}",
                 "/synthesis/cards?f=speedboat&v=1", f"/library/{code}/export.json"):  # fmt: skip
        status, text = carol.get(path)
        assert status == 403, path
        assert "Thiers" not in text
        assert "budget à" not in text
    assert carol.post("/library/tag", w=code, tag="x")[0] == 403


def test_whoever_is_in_is_told_what_was_refused_and_not_shown_the_door(
    start: Callable[..., Running], environment: dict[str, str]
) -> None:
    server = start(admin_key=ADMIN_KEY)
    database = Store(f"sqlite:///{environment['SPEEDBOAT_DATA_DIR']}/speedboat.db")
    with contextlib.closing(database), database.engine.begin() as connection:
        for number in range(501):
            connection.exec_driver_sql(
                "INSERT INTO workshops (code, title, language, format, format_version, created_at, key_hash)"
                f" VALUES ('{number:06d}', 'x', 'fr', 'speedboat', 1, 1, '')"
            )
    visitor = Visitor(server)
    visitor.enter(ADMIN_KEY)
    for path, status, sentence in (
        ("/synthesis", 403, "These are too many workshops at once: 500 at most."),
        ("/synthesis.pdf", 403, "These are too many workshops at once: 500 at most."),
        ("/library/ZZZZZZ/export.json", 404, "There is no workshop with this code."),
    ):
        told, page = visitor.get(path)
        assert (told, sentence in html.unescape(page)) == (status, True), path
        assert 'name="key"' not in page
    visitor.get("/library")
    told, page = visitor.post("/synthesis/same", theme=["1:nonsense", "1:none"], back="/synthesis?tag=a")
    assert told == 403
    assert 'href="/synthesis?tag=a"' in page
    assert 'name="key"' not in page
    assert 'name="key"' in Visitor(server).get("/synthesis")[1]


def test_a_synthesis_of_those_ticked_with_none_ticked_asks_for_them(house: Running, made: list[dict[str, str]]) -> None:
    visitor = Visitor(house)
    visitor.enter(ADMIN_KEY)
    shelf = visitor.get("/library")[1]
    assert '<input type="hidden" name="ticked" value="1">' in shelf[shelf.index('<form id="choose"') :][:140]
    asks = "Tick the workshops of which you want a synthesis."
    assert asks in visitor.get("/synthesis?ticked=1")[1]
    ticked = visitor.get(f"/synthesis?ticked=1&w={made[0]['code']}")[1]
    assert asks not in ticked
    assert "Atelier de Thiers" in ticked
    assert "Atelier de Ambert" not in ticked


def test_a_wrong_key_is_refused_and_guessing_is_slowed_until_the_right_one_is_too(
    made: list[dict[str, str]], start: object
) -> None:
    server = start(admin_key=ADMIN_KEY)  # type: ignore[operator]
    carol = Visitor(server)
    assert [carol.enter(f"wrong {n}")[0] for n in range(11)] == [403] * 10 + [429]
    assert carol.enter(ADMIN_KEY)[0] == 429


def test_opening_many_workshops_gives_nobody_more_guesses(made: list[dict[str, str]], start: object) -> None:
    server = start(admin_key=ADMIN_KEY)  # type: ignore[operator]
    answers = []
    for title in ("A", "B", "C"):
        mallory, mine = Visitor(server), server.create(title)
        assert mallory.enter(held=[[mine["code"], mine["key"]]])[0] == 200
        answers += [mallory.enter(f"wrong {n}")[0] for n in range(5)]
    assert answers == [403] * 10 + [429] * 5


def test_the_administrator_sees_all_workshops_finds_them_and_tags_them(
    house: Running, made: list[dict[str, str]]
) -> None:
    alice = Visitor(house)
    status, text = alice.enter(ADMIN_KEY)
    assert status == 200
    assert "Atelier de Thiers" in text
    assert f"/w/{made[0]['code']}/facilitate#key={made[0]['key']}" in text
    (cookie,) = [cookie for cookie in alice.jar if cookie.name == "library"]
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "Strict"
    assert cookie.expires
    assert ADMIN_KEY not in str(cookie.value)
    found = alice.get("/library?q=" + urllib.parse.quote("BUDGET a thiers"))[1]
    assert "Atelier de Thiers" in found
    assert "Atelier de Ambert" not in found
    assert alice.post("/library/tag", w=made[0]["code"], tag=" Été  2026 ", back="/library?tag=été 2026")[0] == 200
    assert "Atelier de Ambert" not in alice.get("/library?tag=" + urllib.parse.quote("été 2026"))[1]
    for words in ("ete", "ÉTÉ", "été 2026", "e\u0301te\u0301"):
        found = alice.get("/library?q=" + urllib.parse.quote(words))[1]
        assert "Atelier de Thiers" in found
        assert "Atelier de Ambert" not in found
    alice.post("/library/untag", w=made[0]["code"], tag="été 2026")
    assert "été 2026" not in alice.get("/library")[1]
    alice.post("/library/archive", w=made[0]["code"], archive="1")
    assert "Atelier de Thiers" not in alice.get("/library")[1]
    alice.post("/library/archive", w=made[0]["code"])
    assert "Atelier de Thiers" in alice.get("/library")[1]
    export = f"/library/{made[0]['code']}/export.json"
    assert "person:" not in alice.get(export)[1]
    assert "person:" in alice.get(f"{export}?names=1")[1]
    alice.post("/library/leave")
    assert alice.get("/library")[0] == 403


def test_a_facilitator_sees_the_workshops_whose_keys_they_hold_and_no_other(
    house: Running, made: list[dict[str, str]]
) -> None:
    bob = Visitor(house)
    held = [[made[0]["code"], made[0]["key"]], [made[1]["code"], "not its key"]]
    status, text = bob.enter(held=held)
    assert status == 200
    assert "Atelier de Thiers" in text
    assert "Atelier de Ambert" not in text
    assert "Atelier de Ambert" not in bob.get(f"/synthesis?w={made[0]['code']}&w={made[1]['code']}")[1]
    assert bob.post("/library/tag", w=made[1]["code"], tag="x")[0] == 404
    assert bob.get(f"/library/{made[1]['code']}/export.json")[0] == 404
    assert bob.post("/synthesis/apart", theme="2.theme:0")[0] == 404


def test_a_form_that_is_not_ours_is_refused(house: Running, made: list[dict[str, str]]) -> None:
    alice = Visitor(house)
    alice.enter(ADMIN_KEY)
    alice.token = "forged"
    for path in ("/library/tag", "/library/archive", "/synthesis/same", "/library/open"):
        assert alice.post(path, w=made[0]["code"], tag="x", key=ADMIN_KEY)[0] == 400, path
    assert ">x</a>" not in alice.get("/library")[1]


def test_nobody_is_sent_elsewhere_from_the_door(house: Running) -> None:
    alice = Visitor(house)
    alice.get("/library")
    status, text = alice.post("/library/open", key=ADMIN_KEY, back="//evil.example/library?")
    assert status == 200
    assert 'action="/library"' in text


def test_alike_themes_count_together_once_confirmed_and_apart_again_once_undone(
    house: Running, made: list[dict[str, str]]
) -> None:
    alice = Visitor(house)
    alice.enter(ADMIN_KEY)
    here = f"/synthesis?w={made[0]['code']}&w={made[1]['code']}"
    status, text = alice.get(here)
    assert status == 200
    assert "Perhaps the same" in text
    themes = re.findall(r'name="theme" value="(1:[^"]+)"', text)
    status, text = alice.post("/synthesis/same", theme=sorted(set(themes)), back=here)
    assert status == 200
    assert "Perhaps the same" not in text
    assert "2 workshops" in text
    cards = re.search(r'href="(/synthesis/cards\?[^"]+)"', text)
    assert cards
    assert "Pas de budget à Atelier de Ambert" in alice.get(cards[1].replace("&amp;", "&"))[1]
    for form in ("pdf", "xlsx", "json"):
        assert alice.get(here.replace("/synthesis", f"/synthesis.{form}"))[0] == 200
    member = re.search(r'<button class="plain" name="theme" value="([^"]+)"', text)
    assert member
    assert "Perhaps the same" in alice.post("/synthesis/apart", theme=member[1], back=here)[1]


def test_the_day_an_action_is_due_is_said_in_words(house: Running) -> None:
    made = workshop(house, "Atelier de Billom")
    _, joined = house.api("POST", f"/workshops/{made['code']}/people", {"key": made["key"]})
    todo = {"action": theme_id().replace("theme:", "action:"), "text": "Demander", "due": "2027-01-31"}
    command = {"id": command_id(), "name": "add_action", **todo}
    assert house.api("POST", f"/workshops/{made['code']}/commands", command, joined["token"])[0] == 200
    alice = Visitor(house)
    alice.enter(ADMIN_KEY)
    assert "31 January 2027" in alice.get(f"/synthesis?w={made['code']}")[1]


def test_the_key_of_the_library_is_printed_on_demand_and_never_into_a_log(server: Running) -> None:
    link = server.speedboat("admin-key").strip()
    assert re.fullmatch(r"http://localhost:\d+/library#key=[\w-]{20,}", link)
    key = link.partition("=")[2]
    assert Visitor(server).enter(key)[0] == 200
    code, said = server.stop()
    assert code == 0
    assert "speedboat admin-key" in said
    assert key not in said


def test_in_a_terminal_the_key_of_the_library_is_printed_at_the_first_start(environment: dict[str, str]) -> None:
    assert [in_a_terminal(environment).count("/library#key=") for _ in range(2)] == [1, 0]


def in_a_terminal(environment: dict[str, str]) -> str:
    """What a server prints to somebody who watches it start, and stops it."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "speedboat", "serve", "--host", "127.0.0.1", "--port", "0"]
    serving = subprocess.Popen(command, env=os.environ | environment, stdout=theirs, stderr=theirs)
    os.close(theirs)
    said = b""
    with open(ours, "rb", buffering=0) as terminal, contextlib.suppress(OSError):  # its end is an error on Linux
        while more := terminal.read(4096):
            said += more
            if b"Ctrl+C" in said:
                serving.terminate()
    serving.wait(PATIENCE)
    return said.decode()


def test_the_command_line_writes_a_synthesis(house: Running, made: list[dict[str, str]]) -> None:
    told = json.loads(house.speedboat("synthesis", *(one["code"] for one in made), "--format", "json"))
    assert [one["title"] for one in told["formats"][0]["workshops"]] == ["Atelier de Thiers", "Atelier de Ambert"]
