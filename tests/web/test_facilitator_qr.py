"""The facilitator link as a QR code: for those who facilitate, and for nobody else."""

from __future__ import annotations

import io
import json

import segno

from tests.support.live_server import Person, Running


def ask(server: Running, code: str, person: Person | None) -> tuple[int, dict[str, str], bytes]:
    headers = {"Authorization": f"Bearer {person.auth['token']}"} if person else {}
    return server.request("GET", f"/api/v1/workshops/{code}/facilitator-qr.svg", None, **headers)


def picture_of(url: str, title: str) -> bytes:
    svg = io.BytesIO()
    segno.make(url, error="m").save(svg, kind="svg", border=2, xmldecl=False, svgns=True, omitsize=True, title=title)
    return svg.getvalue()


def test_a_facilitator_gets_the_link_that_holds_now_and_nobody_else_gets_any(server: Running) -> None:
    made = server.create("Où en sommes-nous ?")
    code = made["code"]
    alice = Person(server.url, code, name="Alice", key=made["key"]).join()
    bob = Person(server.url, code, name="Bob").join()
    theo = Person(server.url, code, view="screen").join()
    status, headers, body = ask(server, code, alice)
    assert (status, headers["Content-Type"].split(";")[0]) == (200, "image/svg+xml")
    assert headers["Cache-Control"] == "no-store"
    assert body == picture_of(made["facilitator_url"], "Où en sommes-nous ?")
    key = alice.do("renew_key")["key"]
    renewed = made["facilitator_url"].replace(made["key"], key)
    assert ask(server, code, alice)[2] == picture_of(renewed, "Où en sommes-nous ?")
    refusals = [json.loads(ask(server, code, person)[2])["error"]["code"] for person in (bob, theo, None)]
    assert refusals == ["facilitators_only", "only_watching", "no_token"]
    for person in (alice, bob, theo):
        person.leave()
