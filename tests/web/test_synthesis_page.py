"""The page of the synthesis: what is counted together is tied by hand, named, parted and undone there."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest

from tests.conftest import SECRET
from tests.support.live_server import Running, card_id, command_id, running, theme_id
from tests.support.pages import Browser
from tests.web.test_library import ADMIN_KEY

TITLES = {"Thiers": ("Budget", "Réunions"), "Ambert": ("Les sous", "Parking"), "Billom": ("Impôts", "Météo")}


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    settings = {"SPEEDBOAT_SECRET_KEY": SECRET, "SPEEDBOAT_ADMIN_KEY": ADMIN_KEY}
    server = running({"SPEEDBOAT_DATA_DIR": str(tmp_path_factory.mktemp("synthesis")), **settings})
    yield server
    server.kill()


@pytest.fixture
def alice(server: Running) -> Browser:
    """An administrator on the synthesis of three workshops of two themes each."""
    for place, titles in TITLES.items():
        made = server.create(f"Atelier de {place}")
        _, joined = server.api("POST", f"/workshops/{made['code']}/people", {"key": made["key"]})
        cards = {title: card_id() for title in titles}
        commands: list[dict[str, object]] = [
            *(
                {"name": "add_card", "card": own, "kind": "anchor", "text": f"{title} à {place}", "weight": 0.5}
                for title, own in cards.items()
            ),
            {"name": "set_phase", "phase": "group"},
            *(
                {"name": "add_theme", "theme": theme_id(), "title": title, "cards": [own]}
                for title, own in cards.items()
            ),
        ]
        for command in commands:
            path = f"/workshops/{made['code']}/commands"
            assert server.api("POST", path, {"id": command_id(), **command}, joined["token"])[0] == 200
    browser = Browser(server)
    browser.get("/library")
    browser.post("/library/open", key=ADMIN_KEY, held="[]")
    return browser


def keys(page: str) -> dict[str, str]:
    """Return the keys of the themes that can be ticked, by title."""
    ticks = re.findall(r'name="theme" value="1:([^"]+)" aria-label="Tick ([^"]+)"', page)
    return {html.unescape(title): key for key, title in ticks}


def counted_together(page: str) -> dict[str, list[str]]:
    """Return what is counted together: the titles of its themes, by name."""
    sections = re.findall(
        r'<section class="leaf" id="strand-[^"]+"><h3 dir="auto">([^<]+)</h3>(.*?)</section>', page, re.S
    )
    titles = r'name="part" value="[^"]+"[^>]*> <span><span dir="auto">([^<]+)<'
    return {html.unescape(name): [html.unescape(one) for one in re.findall(titles, rest)] for name, rest in sections}


def undo(browser: Browser, page: str) -> str:
    (change,) = re.findall(r'name="change" value="([^"]+)"', page)
    return browser.post("/synthesis/revert", change=change, back="/synthesis?")[1]


def test_what_was_not_proposed_is_tied_by_hand_and_undone(alice: Browser) -> None:
    of = keys(alice.get("/synthesis?tag=")[1])
    assert len(of) == 6
    _, page = alice.post("/synthesis/same", theme=[f"1:{of['Budget']}", f"1:{of['Parking']}"], back="/synthesis?#tie-1")
    assert counted_together(page) == {"Budget": ["Budget", "Parking"]}
    assert "What is counted together has changed." in page
    page = undo(alice, page)
    assert counted_together(page) == {}
    assert "What is counted together has changed." not in page


def test_a_name_is_given_remembered_exported_and_undone(alice: Browser) -> None:
    of = keys(alice.get("/synthesis")[1])
    alice.post("/synthesis/same", theme=[f"1:{of['Budget']}", f"1:{of['Les sous']}"], back="/synthesis?")
    _, page = alice.post("/synthesis/rename", theme=of["Budget"], name="  L’argent\u202e ", back="/synthesis?")
    assert counted_together(page) == {"L’argent": ["Budget", "Les sous"]}
    assert "L’argent" in alice.get("/synthesis.json")[1]
    assert counted_together(alice.get("/synthesis")[1]) == {"L’argent": ["Budget", "Les sous"]}
    assert list(counted_together(undo(alice, page))) == ["Budget"]


def test_part_of_what_is_counted_together_becomes_another_theme(alice: Browser) -> None:
    of = keys(alice.get("/synthesis")[1])
    everything = [f"1:{of[title]}" for title in ("Budget", "Les sous", "Impôts")]
    _, page = alice.post("/synthesis/same", theme=everything, back="/synthesis?")
    assert counted_together(page) == {"Budget": ["Budget", "Les sous", "Impôts"]}
    _, page = alice.post("/synthesis/split", part=[of["Les sous"], of["Impôts"]], back="/synthesis?")
    assert counted_together(page) == {"Les sous": ["Les sous", "Impôts"]}
    assert counted_together(undo(alice, page)) == {"Budget": ["Budget", "Les sous", "Impôts"]}


def test_two_themes_of_one_workshop_are_refused_with_the_reason_and_a_way_back(alice: Browser) -> None:
    of = keys(alice.get("/synthesis")[1])
    status, page = alice.post(
        "/synthesis/same", theme=[f"1:{of['Budget']}", f"1:{of['Réunions']}"], back="/synthesis?a=b"
    )
    assert status == 403
    assert "two themes of one workshop" in page
    assert 'href="/synthesis?a=b"' in page
    assert counted_together(alice.get("/synthesis")[1]) == {}


def test_a_change_is_undone_only_by_whoever_sees_it_and_only_once(alice: Browser, server: Running) -> None:
    of = keys(alice.get("/synthesis")[1])
    _, page = alice.post("/synthesis/same", theme=[f"1:{of['Budget']}", f"1:{of['Parking']}"], back="/synthesis?")
    (change,) = re.findall(r'name="change" value="([^"]+)"', page)
    made = server.create("Atelier de Carol")
    carol = Browser(server)
    carol.get("/library")
    carol.post("/library/open", key="", held=f'[["{made["code"]}", "{made["key"]}"]]')
    assert carol.post("/synthesis/revert", change=change, back="/synthesis?")[0] == 403
    assert counted_together(alice.get("/synthesis")[1]) == {"Budget": ["Budget", "Parking"]}
    assert alice.post("/synthesis/revert", change=change, back="/synthesis?")[0] == 200
    assert alice.post("/synthesis/revert", change=change, back="/synthesis?")[0] == 403
    assert alice.post("/synthesis/revert", change="", back="/synthesis?")[0] == 403
