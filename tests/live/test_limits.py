"""Limits of a workshop: each refusal is named, tells the limit, and leaves what is there alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from speedboat.access.addresses import AddressLimit, address_key
from speedboat.config import Config
from speedboat.domain.limits import Limits
from speedboat.domain.messages import Refused
from tests.support.boards import ALICE, BOB, CAROL, DAN, Table, action, card, theme
from tests.support.live_server import Person, Running, card_id

HOUR = 3_600_000


@pytest.fixture
def table() -> Table:
    """A workshop that holds little."""
    table = Table()
    table.board.limits = Limits(cards=4, cards_each=2, people=4, themes=1, actions=1, links=1)
    return table


def refused(table: Table, who: str, name: str, **arguments: object) -> tuple[str, int]:
    refusal = table.ask(who, name, **arguments)
    assert isinstance(refusal, Refused)
    return refusal.code, refusal.details["limit"]


def adding(n: int) -> dict[str, object]:
    return {"card": card(n), "kind": "wind", "text": "Encore", "weight": 0.5}


def test_a_person_writes_so_many_cards_and_no_more_erased_ones_included(table: Table) -> None:
    table.add(BOB, 1)
    table.add(BOB, 2)
    assert refused(table, BOB, "add_card", **adding(3)) == ("too_many_own_cards", 2)
    table.do(BOB, "take_back")
    assert refused(table, BOB, "add_card", **adding(3)) == ("too_many_own_cards", 2)
    table.add(DAN, 3)


def test_a_workshop_holds_so_many_cards_and_a_facilitator_may_write_the_rest(table: Table) -> None:
    for n in range(1, 5):
        table.add(ALICE, n)
    assert refused(table, ALICE, "add_card", **adding(5)) == ("too_many_cards", 4)
    assert refused(table, BOB, "add_card", **adding(5)) == ("too_many_cards", 4)
    table.do(ALICE, "edit_card", card=card(1), text="Autrement")
    table.do(ALICE, "take_back")
    assert refused(table, ALICE, "add_card", **adding(5)) == ("too_many_cards", 4), "erased cards left their trace"


def test_a_workshop_holds_so_many_people_and_those_who_wait_count(table: Table) -> None:
    table.do(ALICE, "set_door", door="approve")
    assert table.knock(CAROL, "Carol") == "waiting"
    assert table.knock("person:eve_____________", "Eve") == "full"
    table.do(ALICE, "refuse_person", person=CAROL)
    assert table.knock("person:eve_____________", "Eve") == "waiting"
    assert refused(table, ALICE, "admit_person", person=CAROL) == ("full", 4)
    assert table.knock(BOB) == ""
    table.join("person:flo_____________", "facilitator", "Flo")


def test_a_workshop_holds_so_many_themes_however_they_are_made(table: Table) -> None:
    table.add(BOB, 1)
    table.do(ALICE, "set_phase", phase="group")
    table.do(BOB, "add_theme", theme=theme(1), title="Budget", cards=[card(1)])
    assert refused(table, BOB, "add_theme", theme=theme(2), title="Temps", cards=[]) == ("too_many_themes", 1)
    split = {"theme": theme(1), "new": theme(2), "title": "Temps", "cards": [card(1)]}
    assert refused(table, BOB, "split_theme", **split) == ("too_many_themes", 1)


def test_a_workshop_holds_so_many_actions_and_links(table: Table) -> None:
    table.add(BOB, 1, kind="wind")
    table.add(BOB, 2)
    table.add(DAN, 3)
    table.do(ALICE, "set_phase", phase="act")
    table.do(BOB, "add_action", action=action(1), text="Demander")
    assert refused(table, BOB, "add_action", action=action(2), text="Encore") == ("too_many_actions", 1)
    table.do(BOB, "link", wind=card(1), brake=card(2))
    assert refused(table, BOB, "link", wind=card(1), brake=card(3)) == ("too_many_links", 1)
    table.do(BOB, "unlink", wind=card(1), brake=card(2))
    table.do(BOB, "link", wind=card(1), brake=card(3))


def test_nought_means_no_limit(table: Table) -> None:
    table.board.limits = Limits(cards=0, cards_each=0, people=0, themes=0, actions=0, links=0)
    for n in range(1, 8):
        table.add(BOB, n)
    assert table.knock(CAROL, "Carol") == ""


def test_ceilings_are_settings_and_nonsense_is_named(tmp_path: object) -> None:
    given = {"SPEEDBOAT_DATA_DIR": str(tmp_path), "SPEEDBOAT_MOST_CARDS": "7", "SPEEDBOAT_MOST_LINKS": "0"}
    assert Config.from_environment(given).limits == Limits(cards=7, links=0)
    for nonsense in ("-1", "1.5", "many"):
        with pytest.raises(ValueError, match="SPEEDBOAT_MOST_PEOPLE"):
            Config.from_environment({**given, "SPEEDBOAT_MOST_PEOPLE": nonsense})


def test_an_address_creates_so_many_workshops_within_any_hour() -> None:
    now = [HOUR]
    limit = AddressLimit(2, HOUR, lambda: now[0])
    assert limit.acquire("192.0.2.1") is None
    now[0] += 1000
    assert limit.acquire("192.0.2.1") is None
    assert limit.acquire("192.0.2.1") == 2 * HOUR
    assert limit.acquire("192.0.2.2") is None, "the limit of one address is not that of another"
    now[0] = 2 * HOUR
    assert limit.acquire("192.0.2.1") is None
    assert limit.acquire("192.0.2.1") == 2 * HOUR + 1000


def test_what_came_to_nothing_does_not_count() -> None:
    limit = AddressLimit(1, HOUR, lambda: HOUR)
    assert limit.acquire("192.0.2.1") is None
    limit.give_back("192.0.2.1")
    assert limit.acquire("192.0.2.1") is None


def test_a_clock_set_back_shuts_nobody_out() -> None:
    now = [10 * HOUR]
    limit = AddressLimit(1, HOUR, lambda: now[0])
    assert limit.acquire("192.0.2.1") is None
    now[0] = HOUR
    assert limit.acquire("192.0.2.1") is None


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unix:", "unix:"),
    ],
)
def test_an_address_counts_as_the_line_it_comes_from(address: str, key: str) -> None:
    assert address_key(address) == key


def test_workshops_from_one_address_are_counted_by_the_hour_and_those_that_were_not_made_are_not(
    start: Callable[..., Running],
) -> None:
    server = start(most_workshops_per_hour=2)
    assert server.api("POST", "/workshops", {"title": " "})[1]["error"]["code"] == "text_empty"
    for _ in range(2):
        server.create()
    status, headers, _ = server.request("POST", "/api/v1/workshops", {"title": "Encore un"})
    assert status == 429
    assert 3500 < int(headers["Retry-After"]) <= 3600
    status, answer = server.api("POST", "/workshops", {"title": "Encore un"})
    assert (answer["error"]["code"], answer["error"]["limit"]) == ("too_many_new_workshops", 2)
    assert "facilitate" in server.speedboat("create", "Sur place"), "the command line is not counted"


def test_ceilings_hold_over_socket_and_rest(start: Callable[..., Running]) -> None:
    server = start(most_cards_each=1, most_people=2)
    made = server.create()
    bob = Person(server.url, made["code"], name="Bob").join()
    bob.add()
    command = {"id": "one-too-many", "name": "add_card", "card": card_id(), "kind": "wind", "text": "t", "weight": 0.5}
    path, token = f"/workshops/{made['code']}", bob.welcomes[0]["token"]
    status, answer = server.api("POST", f"{path}/commands", command, token)
    assert (status, answer["error"]["code"], answer["error"]["limit"]) == (422, "too_many_own_cards", 1)
    assert bob.refusal_of("add_card", card=card_id(), kind="wind", text="t", weight=0.5) == "too_many_own_cards"
    Person(server.url, made["code"], name="Carol").join()
    assert Person(server.url, made["code"], name="Dan").refused() == "full"
    status, answer = server.api("POST", f"{path}/people", {})
    assert (status, answer["error"]["code"]) == (403, "full")
    Person(server.url, made["code"], key=made["key"], name="Alice").join()


def test_thirty_phones_behind_one_address_join_at_once(start: Callable[..., Running]) -> None:
    server = start()
    made = server.create()
    alice = Person(server.url, made["code"], key=made["key"], name="Alice").join()
    alice.do("set_door", door="passphrase", passphrase="sésame")
    for n in range(30):
        knock = {"name": f"Bob {n}"}
        assert server.api("POST", f"/workshops/{made['code']}/people", knock)[1]["error"]["code"] == "wrong_passphrase"
        assert server.api("POST", f"/workshops/{made['code']}/people", {**knock, "passphrase": "sésame"})[0] == 201
    status, _ = server.api("POST", f"/workshops/{made['code']}/people", {"name": "Bob 31", "passphrase": "sésame"})
    assert status == 201, "asking for the passphrase is no wrong guess"


def test_asking_for_the_board_over_rest_is_slowed_like_any_message(start: Callable[..., Running]) -> None:
    server = start(messages_per_second=0.01)
    made = server.create()
    bob, theo = (Person(server.url, made["code"], **who).join() for who in ({"name": "Bob"}, {"view": "screen"}))
    path = f"/workshops/{made['code']}/changes?since=0"
    for person in (bob, theo):
        answers = [server.api("GET", path, token=person.auth["token"])[0] for _ in range(301)]
        assert answers == [200] * 300 + [429]


def test_passphrases_are_guessed_no_faster_than_codes(start: Callable[..., Running]) -> None:
    server = start()
    made = server.create()
    alice = Person(server.url, made["code"], key=made["key"], name="Alice").join()
    alice.do("set_door", door="passphrase", passphrase="sésame")
    guesses = (
        server.api("POST", f"/workshops/{made['code']}/people", {"passphrase": f"mot {n}"})[1]["error"]["code"]
        for n in range(200)
    )
    assert "slow_down" in guesses
