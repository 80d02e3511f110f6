"""Teams on a real server: who may what, played cell by cell with real requests; sharing, handing over, leaving."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from speedboat.accounts.rights import TEAM_RIGHTS, WORKSHOP_RIGHTS
from tests.conftest import SECRET
from tests.support.live_server import Running, running
from tests.support.pages import Browser, invite

ADMIN_KEY = "a key of the library for these tests"
# Who plays which relation, to a workshop and to a team.
RELATION = {
    "owner": "owner",
    "shared": "guest",
    "colleague": "",
    "organiser": "organiser",
    "facilitator of another team": "",
    "organiser of another team": "",
    "administrator": "administrator",
    "holder of the administrator's key": "administrator",
    "holder of the facilitator's key": "keyholder",
    "participant": "",
    "nobody": "",
}
IN_TEAM = {
    "owner": "facilitator",
    "shared": "facilitator",
    "colleague": "facilitator",
    "organiser": "organiser",
    "administrator": "administrator",
    "holder of the administrator's key": "administrator",
}
STRANGERS = (
    "participant",
    "nobody",
)  # to whom the library is closed: they are asked to sign in, not told what there is


class House(NamedTuple):
    """A server with two teams, everybody in their browsers, and a workshop of the first team's."""

    server: Running
    browsers: dict[str, Browser]
    ids: dict[str, str]
    slug: str
    other: str


def member(server: Running, name: str, *more: str) -> Browser:
    browser = Browser(server)
    assert browser.accept(invite(server, f"{name}@mediatheque.example", "--name", name.title(), *more))[0] == 200
    return browser


def accounts(server: Running) -> list[tuple[str, str]]:
    """Return the address and the id of every account."""
    with sqlite3.connect(Path(server.environment["SPEEDBOAT_DATA_DIR"]) / "speedboat.db") as database:
        return database.execute("SELECT email, id FROM accounts").fetchall()


def create(browser: Browser, title: str, **fields: str) -> dict[str, str]:
    """Create a workshop as whoever is signed in in a browser."""
    status, made = browser.call("POST", "/api/v1/workshops", {"title": title, **fields})
    assert status == 201, made
    return made


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    settings = {"SPEEDBOAT_SECRET_KEY": SECRET, "SPEEDBOAT_ADMIN_KEY": ADMIN_KEY, "SPEEDBOAT_TRUSTED_PROXIES": "0"}
    settings |= {"SPEEDBOAT_MOST_WORKSHOPS_PER_HOUR": "1000"}
    server = running({"SPEEDBOAT_DATA_DIR": str(tmp_path_factory.mktemp("teams")), **settings})
    slug, other = (
        json.loads(server.speedboat("team", "add", name, "--json"))["slug"] for name in ("Éducation", "Mobilités")
    )
    place = {"owner": slug, "shared": slug, "colleague": slug, "organiser": slug}
    browsers = {
        name: member(server, name, "--team", team, "--as", "organiser" if name == "organiser" else "facilitator")
        for name, team in place.items()
    }
    for role in ("facilitator", "organiser"):
        browsers[f"{role} of another team"] = member(server, f"other-{role}", "--team", other, "--as", role)
    browsers["administrator"] = member(server, "administrator", "--role", "admin")
    for name in ("holder of the administrator's key", "holder of the facilitator's key", *STRANGERS):
        browsers[name] = Browser(server)
        browsers[name].get("/library")
    browsers["holder of the administrator's key"].post("/library/open", key=ADMIN_KEY)
    yield House(server, browsers, {name.partition("@")[0]: number for name, number in accounts(server)}, slug, other)
    server.kill()


@pytest.fixture
def workshop(house: House) -> dict[str, str]:
    """A new workshop of the owner's, shared with one colleague; its key is held in one browser, another takes part."""
    made = create(house.browsers["owner"], "Atelier de Thiers")
    code = made["code"]
    house.browsers["owner"].get(f"/library/{code}/people")
    assert house.browsers["owner"].post(f"/library/{code}/share", account=house.ids["shared"])[0] == 200
    held = house.browsers["holder of the facilitator's key"]
    held.get("/library")
    assert held.post("/library/open", held=json.dumps([[code, made["key"]]]))[0] == 200
    assert house.browsers["participant"].call("POST", f"/api/v1/workshops/{code}/people", {"name": "Bob"})[0] == 201
    return made


def on_workshop(house: House, act: str, browser: Browser, made: dict[str, str]) -> tuple[int, str]:
    """Do something with a workshop; return the status and the text."""
    code = made["code"]
    browser.get("/library")
    calls: dict[str, Callable[[], tuple[int, str]]] = {
        "see": lambda: browser.get(f"/library/{code}/people"),
        "facilitate": lambda: browser.get("/library"),
        "export": lambda: browser.get(f"/library/{code}/export.md"),
        "tag": lambda: browser.post("/library/tag", w=code, tag="année"),
        "archive": lambda: browser.post("/library/archive", w=code, archive="1"),
        "share": lambda: browser.post(f"/library/{code}/share", account=house.ids["colleague"]),
        "transfer": lambda: browser.post(f"/library/{code}/owner", account=house.ids["colleague"]),
        "renew_key": lambda: browser.post(f"/library/{code}/key"),
        "look_after": lambda: browser.get(f"/library/{code}/participants"),
        "move": lambda: browser.post(f"/library/{code}/team", team=house.other),
    }
    return calls[act]()


def on_team(house: House, act: str, browser: Browser, subject: str) -> tuple[int, str]:
    """Do something with the first team; return the status and the text."""
    browser.get("/library")
    calls: dict[str, Callable[[], tuple[int, str]]] = {
        "see_team": lambda: browser.get(f"/team/{house.slug}"),
        "create": lambda: browser.call("POST", "/api/v1/workshops", {"title": "Nouveau", "team": house.slug}),  # type: ignore[dict-item]
        "invite": lambda: browser.post(f"/team/{house.slug}/invite", email="new@b.example", role="facilitator"),
        "change_role": lambda: browser.post(f"/team/{house.slug}/role", account=subject, role="facilitator"),
        "remove": lambda: browser.post(f"/team/{house.slug}/remove", account=subject),
    }
    return calls[act]()


@pytest.mark.parametrize("who", RELATION)
@pytest.mark.parametrize("act", WORKSHOP_RIGHTS)
def test_every_cell_of_the_table_of_workshops_holds(act: str, who: str, house: House, workshop: dict[str, str]) -> None:
    relation, browser = RELATION[who], house.browsers[who]
    status, text = on_workshop(house, act, browser, workshop)
    if act == "facilitate":
        may = relation in WORKSHOP_RIGHTS["facilitate"]
        assert (f"/w/{workshop['code']}/facilitate#key={workshop['key']}" in text) == may
        assert status == (403 if who in STRANGERS else 200)
    elif who in STRANGERS:
        assert status == 403
        assert 'name="key"' in text, "the door of the library"
    elif not relation:
        assert status == 404
        assert "Thiers" not in text
    elif act == "move" and relation in ("owner", "keyholder"):
        assert status == 403, "the workshops of a team stay with it"
    else:
        assert status == (200 if relation in WORKSHOP_RIGHTS[act] else 403), text  # type: ignore[index]


@pytest.mark.parametrize("who", RELATION)
@pytest.mark.usefixtures("workshop")
@pytest.mark.parametrize("act", TEAM_RIGHTS)
def test_every_cell_of_the_table_of_teams_holds(act: str, who: str, house: House) -> None:
    email = f"subject{abs(hash((act, who)))}@b.example"
    house.server.speedboat("user", "add", email, "--team", house.slug)
    subject = dict(accounts(house.server))[email]
    relation = IN_TEAM.get(who, "")
    status, text = on_team(house, act, house.browsers[who], subject)
    if act == "create":
        assert status == (201 if relation in TEAM_RIGHTS["create"] else 404)
    elif who in STRANGERS or who == "holder of the facilitator's key":
        assert status == (404 if "holder" in who else 403)
        assert "Éducation" not in text
    elif not relation:
        assert status == 404
        assert "Éducation" not in text
    else:
        assert status == (200 if relation in TEAM_RIGHTS[act] else 403)  # type: ignore[index]


def titles(browser: Browser) -> set[str]:
    """Return the titles in somebody's library."""
    status, text = browser.get("/library")
    assert status == 200
    return set(re.findall(r'<h2 dir="auto">([^<]*)</h2>', text))


def test_each_finds_their_own_and_an_organiser_all_of_the_team(house: House) -> None:
    mine = create(house.browsers["owner"], "Atelier de l’école")
    theirs = create(house.browsers["colleague"], "Atelier du collège")
    elsewhere = create(house.browsers["facilitator of another team"], "Atelier du tram")
    nobodys = house.server.create("Atelier sans compte")
    wanted = {"Atelier de l’école", "Atelier du collège", "Atelier du tram", "Atelier sans compte"}
    expected = {
        "owner": {"Atelier de l’école"},
        "colleague": {"Atelier du collège"},
        "organiser": {"Atelier de l’école", "Atelier du collège"},
        "organiser of another team": {"Atelier du tram"},
        "administrator": wanted,
    }
    for name, found in expected.items():
        assert titles(house.browsers[name]) & wanted == found, name
    _, text = house.browsers["owner"].get("/library?q=college")
    assert "Nothing was found" in text, "a search finds no more than the shelf holds"
    for made in (theirs, elsewhere, nobodys):
        _, text = house.browsers["owner"].get(f"/synthesis?w={mine['code']}&w={made['code']}")
        assert "Atelier de l’école" in text
        assert not any(f"Atelier {rest}" in text for rest in ("du", "sans"))


def test_a_workshop_is_handed_over_and_taken_back_by_an_organiser(house: House) -> None:
    code = create(house.browsers["owner"], "À transmettre")["code"]
    house.browsers["owner"].get("/library")
    assert house.browsers["owner"].post(f"/library/{code}/owner", account=house.ids["colleague"])[0] == 200
    assert "À transmettre" in titles(house.browsers["colleague"]) - titles(house.browsers["owner"])
    organiser = house.browsers["organiser"]
    organiser.get("/library")
    assert organiser.post(f"/library/{code}/owner", account=house.ids["organiser"])[0] == 200
    assert "À transmettre" not in titles(house.browsers["colleague"])
    organiser.get("/library")
    assert organiser.post(f"/library/{code}/owner", account=house.ids["other-facilitator"])[0] == 404


def test_who_leaves_a_team_leaves_their_workshops_and_what_was_shared(house: House) -> None:
    leaver = member(house.server, "leaver", "--team", house.slug)
    number = dict(accounts(house.server))["leaver@mediatheque.example"]
    mine, theirs = create(leaver, "Atelier laissé"), create(house.browsers["owner"], "Atelier partagé")
    house.browsers["owner"].get("/library")
    house.browsers["owner"].post(f"/library/{theirs['code']}/share", account=number)
    assert titles(leaver) == {"Atelier laissé", "Atelier partagé"}
    organiser = house.browsers["organiser"]
    organiser.get(f"/team/{house.slug}")
    assert organiser.post(f"/team/{house.slug}/remove", account=number)[0] == 200
    assert titles(leaver) == set()
    assert leaver.get(f"/library/{mine['code']}/export.md")[0] == 404
    assert leaver.get(f"/team/{house.slug}")[0] == 404
    assert "Atelier laissé" in titles(organiser)
    assert organiser.post(f"/library/{mine['code']}/owner", account=house.ids["colleague"])[0] == 200
    assert "Atelier laissé" in titles(house.browsers["colleague"])


def test_a_team_keeps_an_organiser(house: House) -> None:
    organiser = house.browsers["organiser of another team"]
    organiser.get(f"/team/{house.other}")
    own = house.ids["other-organiser"]
    for act, fields in (("role", {"role": "facilitator"}), ("remove", {})):
        status, text = organiser.post(f"/team/{house.other}/{act}", account=own, **fields)
        assert status == 403
        assert "needs an organiser" in text


def test_an_organiser_invites_and_gets_no_link_to_the_account_of_somebody_else(house: House) -> None:
    organiser = house.browsers["organiser"]
    organiser.get(f"/team/{house.slug}")
    _, text = organiser.post(f"/team/{house.slug}/invite", email="Zoe@mediatheque.example", role="facilitator")
    link = re.search(r"http://[^<]*/invitation/[\w-]+", text)
    assert link
    zoe = Browser(house.server)
    assert zoe.accept(link[0], name="Zoé")[0] == 200
    assert titles(zoe) == set()
    assert zoe.get(f"/team/{house.slug}")[0] == 200
    # Neither of who is in already, nor of an administrator to be, nor of whom another team has invited.
    house.server.speedboat("user", "add", "boss@mediatheque.example", "--role", "admin")
    other = house.browsers["organiser of another team"]
    other.get(f"/team/{house.other}")
    other.post(f"/team/{house.other}/invite", email="pending@mediatheque.example", role="facilitator")
    organiser.get(f"/team/{house.slug}")
    for name in ("zoe", "boss", "pending", "colleague"):
        _, text = organiser.post(f"/team/{house.slug}/invite", email=f"{name}@mediatheque.example", role="facilitator")
        assert "/invitation/" not in text, name
        assert "is in the team now" in text


def test_whoever_holds_the_key_of_nobodys_workshop_takes_it_into_their_team(house: House) -> None:
    made, browser = house.server.create("Atelier d’avant"), house.browsers["colleague"]
    browser.get("/library")
    browser.post("/library/open", held=json.dumps([[made["code"], made["key"]]]))
    assert "Atelier d’avant" in titles(browser)
    assert browser.post(f"/library/{made['code']}/team", team=house.other)[0] == 404
    assert browser.post(f"/library/{made['code']}/team", team=house.slug)[0] == 200
    assert "Atelier d’avant" in titles(house.browsers["organiser"])
    _, text = house.browsers["organiser"].get(f"/library/{made['code']}/people")
    assert "Colleague" in text


def test_an_organiser_renews_a_lost_key_and_the_old_one_opens_nothing(house: House) -> None:
    made = create(house.browsers["owner"], "Clé perdue")
    organiser = house.browsers["organiser"]
    organiser.get("/library")
    assert organiser.post(f"/library/{made['code']}/key")[0] == 200
    _, text = house.browsers["owner"].get("/library")
    link = re.search(rf"/w/{made['code']}/facilitate#key=([\w-]+)", text)
    assert link
    assert link[1] != made["key"]
    people = f"/workshops/{made['code']}/people"
    assert house.server.api("POST", people, {"name": "Bob", "key": made["key"]})[0] == 401
    status, answer = house.server.api("POST", people, {"name": "Alice", "key": link[1]})
    assert (status, answer["me"]["role"]) == (201, "facilitator")


def test_the_next_one_of_a_series_stays_in_the_team_whoever_makes_it(house: House) -> None:
    first = create(house.browsers["owner"], "Série, un")
    body = {"title": "Série, deux", "follows": first["code"], "key": first["key"]}
    assert house.server.api("POST", "/workshops", body)[0] == 201
    assert {"Série, un", "Série, deux"} <= titles(house.browsers["owner"])


def test_where_only_accounts_create_others_are_sent_to_sign_in(start: Callable[..., Running]) -> None:
    server = start(open_creation="accounts")
    carol = Browser(server)
    status, text = carol.get("/")
    assert status == 200
    assert 'id="create"' not in text
    assert "/sign-in?back=/" in text
    assert server.api("POST", "/workshops", {"title": "x"})[0] == 401
    alice = member(server, "alice")
    assert 'id="create"' in alice.get("/")[1]
    assert titles(alice) == set()
    create(alice, "Sans équipe")
    assert titles(alice) == {"Sans équipe"}


def test_the_command_line_lists_teams_and_their_members(house: House) -> None:
    listed = json.loads(house.server.speedboat("team", "list", "--json"))
    assert {each["slug"] for each in listed} == {house.slug, house.other}
    members = next(each["members"] for each in listed if each["slug"] == house.slug)
    assert {"email": "organiser@mediatheque.example", "role": "organiser"} in members
