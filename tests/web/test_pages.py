"""The pages: headers, weight of the first load, health checks."""

from __future__ import annotations

import gzip
import json
import re

import pytest

from tests.support.live_server import Running
from tests.support.translatable import in_scripts

# Bytes, compressed: page, scripts, styles and font of a first load.
BUDGETS = {"": 100_000, "/screen": 130_000, "/facilitate": 130_000}


@pytest.mark.parametrize(("accept", "word"), [("fr", "Rejoindre"), ("en-GB,en;q=0.9", "Join"), ("de", "Rejoindre")])
def test_the_front_page_speaks_the_language_of_the_browser(any_server: Running, accept: str, word: str) -> None:
    status, headers, body = any_server.request("GET", "/", **{"Accept-Language": accept})
    assert status == 200
    assert word in body.decode()
    assert headers["Content-Language"] == ("en" if word == "Join" else "fr")


def test_the_language_can_be_changed_and_is_kept(any_server: Running) -> None:
    _, headers, body = any_server.request("GET", "/?lang=en", **{"Accept-Language": "fr"})
    assert "Join" in body.decode()
    assert "language=en" in headers["Set-Cookie"]
    _, _, body = any_server.request("GET", "/", **{"Accept-Language": "fr", "Cookie": "language=en"})
    assert "Join" in body.decode()


@pytest.mark.parametrize("view", BUDGETS)
def test_a_first_load_stays_within_its_budget_and_asks_for_everything_at_once(any_server: Running, view: str) -> None:
    made = any_server.create()
    packing = {"Accept-Encoding": "gzip", "Accept-Language": "fr"}
    _, headers, packed = any_server.request("GET", f"/w/{made['code'].lower()}{view}", **packing)
    assert headers["Content-Encoding"] == "gzip"
    fetched = len(packed)
    named = set(re.findall(r"/static/dist/([\w.-]+\.(?:js|css))", gzip.decompress(packed).decode()))
    fonts: set[str] = set()
    for name in named:
        _, headers, packed = any_server.request("GET", f"/static/dist/{name}", **packing)
        fetched += len(packed)
        assert "immutable" in headers["Cache-Control"]
        text = gzip.decompress(packed).decode()
        # What a script imports at once stands in the page: on a slow line nothing waits for two round trips.
        assert set(re.findall(r'(?:from|import) ?"\./([\w.-]+\.js)"', text)) <= named
        fonts |= set(re.findall(r'url\("?\./([\w.-]+\.woff2)', text))
    fetched += sum(len(any_server.request("GET", f"/static/dist/{name}")[2]) for name in fonts)
    assert 4 <= len(named) <= 12
    assert fonts
    assert fetched <= BUDGETS[view]


def test_a_page_carries_only_the_sentences_that_its_scripts_may_say(any_server: Running) -> None:
    made = any_server.create()
    for path, says, says_not in [
        ("/", "A code has six characters.", "Keyboard shortcuts"),
        (f"/w/{made['code']}", "Add the card", "Keyboard shortcuts"),
        (f"/w/{made['code']}", "Add the card", "A code has six characters."),
    ]:
        _, _, body = any_server.request("GET", path, **{"Accept-Language": "fr"})
        known = json.loads(re.findall(r'id="page">(.*?)</script>', body.decode())[0])["messages"]
        assert says in known
        assert says_not not in known
        assert known.keys() <= in_scripts()


def test_what_later_parts_say_is_fetched_with_the_first_of_them_and_kept(any_server: Running) -> None:
    made = any_server.create()
    path = f"/w/{made['code']}"
    _, _, body = any_server.request("GET", path, **{"Accept-Language": "fr"})
    data = json.loads(re.findall(r'id="page">(.*?)</script>', body.decode())[0])
    status, headers, sentences = any_server.request("GET", data["later"])
    assert status == 200
    assert "immutable" in headers["Cache-Control"]
    later = json.loads(sentences)
    assert later["Keyboard shortcuts"] == "Raccourcis clavier"
    assert not later.keys() & data["messages"].keys()
    before_an_upgrade = re.sub(r"-\w+\.json", "-00000000.json", data["later"])
    _, headers, same = any_server.request("GET", before_an_upgrade)
    assert (headers["Cache-Control"], json.loads(same)) == ("no-store", later)
    assert any_server.request("GET", before_an_upgrade.replace("-fr-", "-xx-"))[0] == 404
    _, _, english = any_server.request("GET", path, **{"Accept-Language": "en"})
    assert '"later"' not in english.decode()


def test_nothing_on_a_page_is_run_or_fetched_from_elsewhere(any_server: Running) -> None:
    made = any_server.create("<script>alert(1)</script>", objective="</script><script>alert(2)</script>")
    _, headers, body = any_server.request("GET", f"/w/{made['code']}")
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "DENY"
    assert "<script>alert" not in body.decode()
    assert not re.search(r'(?:src|href)="(?:https?:)?//', body.decode())


def test_an_unknown_code_is_a_page_that_says_so(any_server: Running) -> None:
    status, _, body = any_server.request("GET", "/w/ZZZZZZ", **{"Accept-Language": "fr"})
    assert status == 404
    assert "Aucun atelier ne porte ce code" in body.decode()
    assert any_server.request("GET", "/nowhere")[0] == 404


def test_the_qr_code_is_a_picture_of_the_address(any_server: Running) -> None:
    made = any_server.create()
    status, headers, body = any_server.request("GET", f"/w/{made['code']}/qr.svg")
    assert status == 200
    assert headers["Content-Type"].startswith("image/svg+xml")
    assert made["join_url"] in body.decode()


def test_health_and_readiness(any_server: Running) -> None:
    assert any_server.request("GET", "/healthz")[0] == 200
    assert any_server.request("GET", "/readyz")[0] == 200
