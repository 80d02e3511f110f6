"""What docs/security.md promises about headers, cookies, origins, guesses, logs and metrics."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from speedboat.access.codes import new_code
from speedboat.access.guesses import EACH
from tests.support.live_server import Person, Running, card_id

Start = Callable[..., Running]
THROUGH_TLS = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A server that believes one proxy."""
    server = Running({"SPEEDBOAT_DATA_DIR": str(tmp_path_factory.mktemp("proxied")), "SPEEDBOAT_TRUSTED_PROXIES": "1"})
    yield server
    server.kill()


# --- headers and cookies --------------------------------------------------------------------------------------------


def test_every_page_runs_only_our_files_and_no_script_stands_in_it(proxied: Running) -> None:
    made = proxied.create("<b>Titre</b>")
    code = made["code"]
    for path in ("/", f"/w/{code}", f"/w/{code}/screen", f"/w/{code}/facilitate", f"/w/{code}/replay", "/w/ZZZZZZ"):
        _, headers, body = proxied.request("GET", path)
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        text = body.decode()
        inline = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", text)
        assert all('type="application/json"' in attributes for attributes in inline), path
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", text), path


def test_every_answer_says_how_it_may_be_used(proxied: Running) -> None:
    made = proxied.create()
    for path in ("/", f"/w/{made['code']}/qr.svg", "/healthz", "/api/v1/workshops/ZZZZZZ/changes"):
        _, headers, _ = proxied.request("GET", path)
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_what_is_no_page_runs_nothing_even_opened_by_itself(proxied: Running) -> None:
    made = proxied.create()
    _, headers, _ = proxied.request("GET", f"/w/{made['code']}/qr.svg")
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    _, token = proxied.api("POST", f"/workshops/{made['code']}/people")
    _, headers, _ = proxied.request(
        "GET", f"/api/v1/workshops/{made['code']}/changes", Authorization=f"Bearer {token['token']}"
    )
    assert headers["Cache-Control"] == "no-store"
    assert "sandbox" in headers["Content-Security-Policy"]


def test_over_tls_cookies_are_secure_and_browsers_are_told_to_stay_with_it(proxied: Running) -> None:
    _, headers, _ = proxied.request("GET", "/?lang=en", **THROUGH_TLS)
    assert "Secure" in headers["Set-Cookie"]
    assert "SameSite=Lax" in headers["Set-Cookie"]
    assert headers["Strict-Transport-Security"].startswith("max-age=")
    _, headers, _ = proxied.request("GET", "/?lang=en")
    assert "Secure" not in headers["Set-Cookie"]
    assert headers["Strict-Transport-Security"] is None


def test_an_error_shows_nothing_of_the_inside(proxied: Running) -> None:
    for path in ("/nowhere", "/w/%00", "/api/v1/nowhere", "/static/dist/../../app.py"):
        status, _, body = proxied.request("GET", path)
        assert 400 <= status < 500
        assert not re.search(rb"Traceback|File \"|werkzeug|speedboat/", body)


# --- behind a proxy -------------------------------------------------------------------------------------------------


def handshake(server: Running, origin: str | None, **headers: str) -> int:
    given = {**headers, **({"Origin": origin} if origin else {})}
    return server.request("GET", "/socket.io/?EIO=4&transport=polling", **given)[0]


def test_a_socket_is_opened_for_our_own_pages_only_also_behind_a_proxy(proxied: Running) -> None:
    own = f"127.0.0.1:{proxied.port}"
    assert handshake(proxied, None) == 200
    assert handshake(proxied, f"http://{own}") == 200
    assert handshake(proxied, f"https://{own}", **THROUGH_TLS) == 200
    for foreign in (f"https://{own}", "http://127.0.0.1", f"http://{own}.example.org", "null", f"http://{own}/"):
        assert handshake(proxied, foreign) == 400, foreign
    assert handshake(proxied, "http://example.org", **{"X-Forwarded-Host": "example.org"}) == 400


def test_without_trust_in_proxies_nobody_is_believed_about_where_they_are(start: Start) -> None:
    server = start(public_url="https://boat.example.org")
    own = f"127.0.0.1:{server.port}"
    assert handshake(server, f"https://{own}", **THROUGH_TLS) == 400
    assert handshake(server, "https://boat.example.org") == 200
    wrong = [server.api("GET", f"/workshops/{new_code()}/changes", None)[0] for _ in range(EACH.burst)]
    assert set(wrong) == {404}
    status, _, _ = server.request("GET", f"/w/{new_code()}", **{"X-Forwarded-For": "203.0.113.9"})
    assert status == 429


def test_links_are_made_for_the_address_behind_the_proxy(proxied: Running) -> None:
    _, _, body = proxied.request("POST", "/api/v1/workshops", {"title": "T"}, **THROUGH_TLS)
    assert json.loads(body)["join_url"].startswith(f"https://127.0.0.1:{proxied.port}/w/")


# --- guesses --------------------------------------------------------------------------------------------------------


def test_guesses_are_slowed_for_each_address_and_not_for_its_neighbour(proxied: Running) -> None:
    made = proxied.create()

    def status(path: str, address: str) -> int:
        return proxied.request("GET", path, **{"X-Forwarded-For": address})[0]

    guesses = [status(f"/w/{new_code()}", "198.51.100.1") for _ in range(EACH.burst + 5)]
    assert guesses[: EACH.burst - 5] == [404] * (EACH.burst - 5)
    assert guesses[-1] == 429
    assert status(f"/w/{made['code']}", "198.51.100.1") == 429, "a right guess is not told from a wrong one"
    assert status(f"/w/{made['code']}", "198.51.100.2") == 200


def test_keys_tokens_and_summaries_cannot_be_tried_at_speed_either(start: Start) -> None:
    for wrong in ("key", "token"):
        server = start()
        made = server.create()
        codes = set()
        for n in range(EACH.burst + 2):
            if wrong == "key":
                _, said = server.api("POST", f"/workshops/{made['code']}/people", {"key": f"guess-{n}"})
            else:
                _, said = server.api("GET", f"/workshops/{made['code']}/changes", token=f"guess-{n}")
            codes.add(said["error"]["code"])
        assert codes == {f"bad_{wrong}", "slow_down"}
        assert Person(server.url, made["code"], name="Bob").refused() == "slow_down"
        server.kill()


def test_what_is_right_is_never_slowed_however_many_come_from_one_address(start: Start) -> None:
    server = start()
    made = server.create()
    for _ in range(3 * EACH.burst):
        status, _ = server.api("POST", f"/workshops/{made['code']}/people", {})
        assert status == 201


def test_keys_are_kept_as_hashes_only(start: Start, environment: dict[str, str]) -> None:
    server = start()
    made = server.create()
    alice = Person(server.url, made["code"], key=made["key"]).join()
    key = alice.do("renew_key")["key"]
    alice.leave()
    server.kill()
    with sqlite3.connect(Path(environment["SPEEDBOAT_DATA_DIR"]) / "speedboat.db") as database:
        dumped = "\n".join(database.iterdump())
    assert key not in dumped
    assert made["key"] not in dumped


# --- the log and the figures ----------------------------------------------------------------------------------------

CANARIES = ("canari-titre", "canari-nom", "canari-carte", "canari-thème", "canari-note", "canari-action")


@pytest.mark.parametrize("mode", ["eventlet", "gevent", "threading"])
def test_nothing_that_a_person_wrote_is_logged_even_when_everything_is(start: Start, mode: str) -> None:
    server = start(log_level="DEBUG", log_format="json", **{"async": mode})
    made = server.create(CANARIES[0], objective=CANARIES[0])
    alice = Person(server.url, made["code"], name=CANARIES[1], key=made["key"]).join()
    alice.do("set_phase", phase="group")
    card = alice.add(CANARIES[2])
    alice.do("add_theme", theme="theme:" + "t" * 16, title=CANARIES[3], cards=[card])
    alice.do("note", target="theme:" + "t" * 16, text=CANARIES[4])
    alice.do("add_action", action="action:" + "a" * 16, text=CANARIES[5])
    alice.ask("add_card", card=card_id(), kind=CANARIES[2], text=CANARIES[2], weight=0.5)
    alice.send(CANARIES[2])
    alice.client.emit("canari-message", CANARIES[2])
    alice.client.emit("drag", {"card": CANARIES[2]})
    server.request("POST", f"/api/v1/workshops/{made['code']}/people", b'{"name": "canari-nom"')
    server.request("GET", "/w/canari-carte?name=canari-nom")
    alice.leave()
    code, said = server.stop()
    assert code == 0
    logged = [line for line in said.splitlines() if line.startswith("{")]
    assert all({"time", "level", "logger", "message"} <= json.loads(line).keys() for line in logged)
    assert "canari" not in said
    assert made["key"] not in said
    assert alice.auth["token"] not in said


def test_the_figures_are_for_this_machine_or_whoever_brings_the_token(start: Start, proxied: Running) -> None:
    assert proxied.request("GET", "/metrics")[0] == 200
    assert proxied.request("GET", "/metrics", **THROUGH_TLS)[0] == 404
    server = start(metrics_token="let me see the figures")
    assert server.request("GET", "/metrics")[0] == 404
    assert server.request("GET", "/metrics", Authorization="Bearer no")[0] == 404
    bearer = {"Authorization": "Bearer let me see the figures", **THROUGH_TLS}
    assert server.request("GET", "/metrics", **bearer)[0] == 200


def test_the_figures_count_what_happens(start: Start) -> None:
    server = start()
    made = server.create()
    bob = Person(server.url, made["code"], name="Bob").join()
    bob.add(kind="wind")
    bob.refusal_of("set_phase", phase="write")

    def figure(name: str) -> float:
        page = urllib.request.urlopen(f"{server.url}/metrics").read().decode()
        found = re.search(rf"^{re.escape(name)} (\S+)$", page, re.M)
        return float(found[1]) if found else 0.0

    assert figure("speedboat_connections") == 1
    assert figure("speedboat_workshops_live") == 1
    assert figure('speedboat_refusals_total{code="facilitators_only"}') == 1
    assert figure("speedboat_commit_seconds_count") >= 3
    assert figure("speedboat_group_requests_sum") >= figure("speedboat_group_requests_count") >= 3
    assert figure("speedboat_flush_seconds_count") >= 3
    bob.leave()


def test_a_wrong_log_setting_is_named(server: Running) -> None:
    for setting, value in (("SPEEDBOAT_LOG_FORMAT", "xml"), ("SPEEDBOAT_LOG_LEVEL", "LOUD")):
        done = subprocess.run(
            [sys.executable, "-m", "speedboat", "list"],
            env={**os.environ, setting: value},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 1
        assert setting in done.stderr
