"""Summary link, replay, suggestions and the next workshop of a series, over HTTP."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.support.live_server import Person, Running, command_id, theme_id


def facilitator(server: Running, made: dict[str, str]) -> str:
    """The token of a facilitator over REST."""
    status, joined = server.api("POST", f"/workshops/{made['code']}/people", {"key": made["key"]})
    assert status == 201
    return str(joined["token"])


def do(server: Running, made: dict[str, str], token: str, name: str, **arguments: Any) -> dict[str, Any]:
    command = {"id": command_id(), "name": name, **arguments}
    status, answer = server.api("POST", f"/workshops/{made['code']}/commands", command, token)
    assert status == 200, answer
    return dict(answer)


def action(n: int) -> str:
    return f"action:{n:016d}"


# --- series ---------------------------------------------------------------------------------------------------------


def test_the_next_workshop_opens_on_what_became_of_the_last_ones_actions(any_server: Running) -> None:
    first = any_server.create("Premier")
    token = facilitator(any_server, first)
    for n, text in enumerate(("Écrire une fiche", "Créer un agenda", "Rien"), 1):
        do(any_server, first, token, "add_action", action=action(n), text=text, owner="Camille", due="2027-01-31")
    do(any_server, first, token, "edit_action", action=action(1), state="done")
    do(any_server, first, token, "delete_action", action=action(3))
    second = any_server.create("Deuxième", follows=first["code"].lower(), key=first["key"])
    alice = Person(any_server.url, second["code"], key=second["key"]).join()
    carried = {record["id"]: record for record in alice.records.values() if record["type"] == "action"}
    assert carried.keys() == {action(1), action(2)}
    assert carried[action(1)]["state"] == "done"
    assert {name: carried[action(2)][name] for name in ("text", "state", "owner", "due", "from")} == {
        "text": "Créer un agenda",
        "state": "accepted",
        "owner": "Camille",
        "due": "2027-01-31",
        "from": "Premier",
    }
    # In welcome already, a facilitator says what became of it; where it came from stays.
    alice.do("edit_action", action=action(2), state="done")
    assert alice.sees(action(2), state="done")["from"] == "Premier"
    # Shown as done once; the third workshop is not told again, and knows whom the action came from.
    third = any_server.create("Troisième", follows=second["code"], key=second["key"])
    later = Person(any_server.url, third["code"]).join()
    assert {r["id"]: r["from"] for r in later.records.values() if r["type"] == "action"} == {action(2): "Premier"}
    for person in (alice, later):
        person.leave()


def test_only_who_holds_its_key_makes_the_next_of_a_series(any_server: Running) -> None:
    made, other = any_server.create(), any_server.create()

    def refused(**more: str) -> tuple[int, str]:
        status, answer = any_server.api("POST", "/workshops", {"title": "Suite", **more})
        return status, answer["error"]["code"]

    assert refused(follows=made["code"]) == (401, "bad_key")
    assert refused(follows=made["code"], key=other["key"]) == (401, "bad_key")
    assert refused(follows="ZZZZZZ", key=made["key"]) == (404, "unknown_workshop")


def test_the_command_line_makes_the_next_of_a_series(server: Running) -> None:
    made = server.create("Premier")
    token = facilitator(server, made)
    do(server, made, token, "add_action", action=action(1), text="Écrire une fiche")
    following = json.loads(server.speedboat("create", "Deuxième", "--follows", made["code"], "--json"))
    bob = Person(server.url, following["code"]).join()
    assert bob.records[action(1)]["from"] == "Premier"
    bob.leave()
    # What came over is in its own log: it can be taken elsewhere, and everything is in order.
    assert "Premier" in server.speedboat("export", following["code"])
    assert "0 faults" in server.speedboat("check")


# --- the shared summary ---------------------------------------------------------------------------------------------


def test_a_summary_is_shared_by_a_link_and_ended(any_server: Running) -> None:
    made = any_server.create("Où en sommes-nous ?", objective="Une île", language="fr")
    token = facilitator(any_server, made)
    bob = Person(any_server.url, made["code"], name="Bob").join()
    bob.add("<b>Pas de budget</b>", weight=0.9)
    assert bob.refusal_of("share_summary", shared=True) == "facilitators_only"
    secret = do(any_server, made, token, "share_summary", shared=True)["secret"]
    assert len(secret) == 22
    # Another facilitator, or the same who has lost it, has the same link again.
    assert do(any_server, made, token, "share_summary", shared=True)["secret"] == secret
    assert bob.sees("workshop", shared=True)
    status, headers, body = any_server.request("GET", f"/s/{secret}", **{"Accept-Language": "en"})
    page = body.decode()
    assert status == 200
    assert "&lt;b&gt;Pas de budget&lt;/b&gt;" in page
    assert "<script" not in page
    assert "Une île" in page
    assert "Freins lourds" in page
    assert "Bob" not in page
    assert made["code"] not in page
    assert headers["Cache-Control"] == "private, no-store"
    assert "noindex" in headers["X-Robots-Tag"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Heavy brakes" in any_server.request("GET", f"/s/{secret}?lang=en")[2].decode()
    assert "secret" not in do(any_server, made, token, "share_summary", shared=False)
    status, headers, body = any_server.request("GET", f"/s/{secret}", **{"Accept-Language": "fr"})
    assert (status, headers["Cache-Control"]) == (404, "private, no-store")
    assert "n’est plus partagé" in body.decode()
    again = do(any_server, made, token, "share_summary", shared=True)["secret"]
    assert again != secret
    assert any_server.request("GET", f"/s/{secret}")[0] == 404
    assert any_server.request("GET", f"/s/{again}")[0] == 200
    bob.leave()


def test_an_imported_workshop_has_a_link_of_its_own(server: Running, tmp_path: Path) -> None:
    made = server.create()
    token = facilitator(server, made)
    secret = do(server, made, token, "share_summary", shared=True)["secret"]
    file = tmp_path / "workshop.json"
    exported = server.speedboat("export", made["code"], "--format", "archive")
    assert secret not in exported
    file.write_text(exported)
    copy = json.loads(server.speedboat("import", str(file), "--json"))
    other = do(server, copy, facilitator(server, copy), "share_summary", shared=True)["secret"]
    assert other != secret
    assert server.request("GET", f"/s/{other}")[0] == server.request("GET", f"/s/{secret}")[0] == 200


# --- suggestions ----------------------------------------------------------------------------------------------------


def test_proposals_are_asked_for_and_taken_by_people(any_server: Running) -> None:
    made = any_server.create()
    bob = Person(any_server.url, made["code"]).join()
    alice = Person(any_server.url, made["code"], key=made["key"]).join()
    alike = [bob.add(text) for text in ("Pas de budget pour le matériel", "Le budget du matériel est trop petit")]
    path = f"/workshops/{made['code']}/suggestions"
    assert any_server.api("GET", path)[0] == 401
    assert any_server.api("GET", path, token=bob.auth["token"])[1]["error"]["code"] == "wrong_phase"
    alice.do("set_phase", phase="group")
    status, told = any_server.api("GET", path, token=bob.auth["token"])
    assert status == 200
    assert [set(group["cards"]) for group in told["themes"]] == [set(alike)]
    theme = theme_id()
    bob.do("add_theme", theme=theme, title=told["themes"][0]["title"], cards=[alike[0]])
    _, told = any_server.api("GET", path, token=bob.auth["token"])
    assert [(proposal["card"], proposal["theme"]) for proposal in told["cards"]] == [(alike[1], theme)]
    for person in (alice, bob):
        person.leave()


# --- the replay -----------------------------------------------------------------------------------------------------


def test_the_replay_is_the_screens_and_the_code_opens_it(any_server: Running) -> None:
    made = any_server.create()
    bob = Person(any_server.url, made["code"]).join()
    card = bob.add("Pas de budget")
    bob.do("delete_card", card=card)
    kept = bob.add("Du temps")
    status, told = any_server.api("GET", f"/workshops/{made['code']}/replay")
    assert status == 200
    assert told["next"] is None
    put = [record for frame in told["frames"] for record in frame["put"]]
    assert [record.get("text") for record in put if record["id"] in (card, kept)] == [None, "Du temps"]
    assert any_server.api("GET", "/workshops/ZZZZZZ/replay")[0] == 404
    assert any_server.api("GET", f"/workshops/{made['code']}/replay?after=x")[0] == 400
    assert any_server.request("GET", f"/w/{made['code']}/replay")[0] == 200
    bob.leave()
