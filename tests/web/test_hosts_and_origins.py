"""Which requests are served at all: host names, foreign pages, the polling cookie, guessable settings."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from speedboat.cli import logging_setup
from speedboat.config import Config
from speedboat.config.hosts import Hosts
from tests.support.live_server import Person, Running
from tests.support.raw_http import POLLING, exchange, handshake, status
from tests.support.raw_websocket import Raw

Start = Callable[..., Running]


# --- hosts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    ["localhost:5000", "127.0.0.1", "192.168.1.20:5000", "[fe80::1]:5000", "laptop", "Boat.local", "boat.home.arpa"],
)
def test_on_a_local_network_addresses_and_private_names_are_ours(host: str) -> None:
    assert Hosts().allows(host)


@pytest.mark.parametrize(
    "host",
    ["evil.example", "192.168.1.20.nip.io", "1.2.3", "evil.example:5000", "a b", "local.evil.example", "",
     "x@localhost", "localhost/evil.example", "localhost:port", "localhost, evil.example", "[evil]",
     "localhost'; script-src *"],
)  # fmt: skip
def test_a_name_that_others_can_point_here_is_not_ours(host: str) -> None:
    assert not Hosts().allows(host)


def test_once_a_name_is_set_only_that_and_this_machine_are_ours() -> None:
    hosts = Hosts("https://boat.example.org/", ("boat.example.net:8443",))
    for host in (
        "boat.example.org",
        "BOAT.example.org:443",
        "boat.example.net",
        "localhost:5001",
        "127.0.0.1",
        "[::1]",
    ):
        assert hosts.allows(host), host
    for host in (
        "evil.example",
        "10.0.0.1",
        "laptop",
        "boat.local",
        "x.boat.example.org",
        "boat.example.org.evil.example",
    ):
        assert not hosts.allows(host), host


def test_under_a_foreign_name_nothing_is_answered_but_whether_it_lives(start: Start) -> None:
    server = start(public_url="https://boat.example.org", allowed_hosts="boat.example.net")
    made = server.create()
    evil = {"Host": "evil.example", "Origin": "http://evil.example"}
    for path in ("/", f"/w/{made['code']}", "/metrics", "/library", "/synthesis", f"/s/{'x' * 22}", "/worker.js",
                 f"/api/v1/workshops/{made['code']}/replay", POLLING):  # fmt: skip
        code, headers, body = server.request("GET", path, **evil)
        assert code == 421, path
        assert b"SPEEDBOAT_ALLOWED_HOSTS" in body, path
        assert "evil" not in str(headers), path
        assert made["code"].encode() not in body
    assert server.request("POST", "/api/v1/workshops", {"title": "T"}, **evil)[0] == 421
    assert server.request("GET", "/healthz", Host="evil.example")[0] == 200
    for host in ("boat.example.org", "boat.example.net:1234", f"localhost:{server.port}"):
        assert server.request("GET", "/", Host=host)[0] == 200


def test_a_name_that_is_none_is_an_error_at_the_start(start: Start) -> None:
    with pytest.raises(RuntimeError, match="SPEEDBOAT_ALLOWED_HOSTS must be names of hosts"):
        start(allowed_hosts="boat.example.org, https://boat.example.net")


def test_a_page_opens_sockets_to_its_own_host_only(any_server: Running) -> None:
    _, headers, _ = any_server.request("GET", "/", Host="laptop.local:5000")
    policy = headers["Content-Security-Policy"]
    assert re.search(r"connect-src ([^;]+);", policy)[1] == "'self' ws://laptop.local:5000 wss://laptop.local:5000"  # type: ignore[index]
    assert "*" not in policy


# --- foreign pages --------------------------------------------------------------------------------------------------


def call(server: Running, body: bytes, **headers: str) -> tuple[int, str]:
    code, _, answer = server.request("POST", "/api/v1/workshops", body, **headers)
    return code, json.loads(answer).get("error", {}).get("code", "")


def test_a_call_that_changes_something_comes_as_json_and_from_no_foreign_page(any_server: Running) -> None:
    body, own = b'{"title": "T"}', f"http://127.0.0.1:{any_server.port}"
    for origin in ("https://evil.example", "null", own + "0", own.replace("http:", "https:")):
        assert call(any_server, body, Origin=origin) == (403, "foreign_origin")
    for site in ("cross-site", "same-site"):
        assert call(any_server, body, **{"Sec-Fetch-Site": site}) == (403, "foreign_origin")
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json"):
        assert call(any_server, body, **{"Content-Type": kind}) == (415, "wrong_content_type")
    assert call(any_server, body, Origin=own, **{"Content-Type": "application/json; charset=utf-8"})[0] == 201
    assert (
        call(any_server, body, **{"Content-Type": "application/merge-patch+json", "Sec-Fetch-Site": "same-origin"})[0]
        == 201
    )


def test_a_program_may_leave_the_type_out_and_a_browser_may_not(any_server: Running) -> None:
    def answer(more: str) -> int:
        head = f"POST /api/v1/workshops HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{more}"
        return status(exchange(any_server, head.encode() + b'Content-Length: 13\r\n\r\n{"title":"T"}'))

    assert answer("") == 201
    assert answer("Sec-Fetch-Site: same-origin\r\n") == 415
    assert answer("Origin: http://localhost\r\n") == 415


def test_forms_of_the_library_are_taken_from_its_own_pages_only(any_server: Running) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for path in ("/library/open", "/library/tag", "/synthesis/same"):
        for foreign in ({"Origin": "https://evil.example"}, {"Origin": "null", "Sec-Fetch-Site": "cross-site"}):
            assert any_server.request("POST", path, b"key=x", **form, **foreign)[0] == 403
        own = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
        assert any_server.request("POST", path, b"key=x", **form, **own)[0] == 400, "let in as far as the form's token"


# --- long polling ---------------------------------------------------------------------------------------------------


def test_the_address_of_a_polling_session_alone_opens_nothing(any_server: Running) -> None:
    made = any_server.create()
    sid, cookie = handshake(any_server)
    own, command = f"{POLLING}&sid={sid}", b'42["do",{"id":"12345678","name":"set_phase","phase":"write"}]'
    entering = b"40" + json.dumps({"code": made["code"], "key": made["key"]}).encode()
    assert any_server.request("POST", own, entering, Cookie=cookie)[0] == 200
    other = handshake(any_server)[1]
    for brought in ({}, {"Cookie": "polling="}, {"Cookie": other}, {"Cookie": cookie[:-1] + "!"}):
        for method, body in (("POST", command), ("GET", None), ("POST", b"1")):
            code, _, answer = any_server.request(method, own, body, **brought)
            assert (code, json.loads(answer)["code"]) == (400, 1)
        with Raw(any_server.port, f"EIO=4&transport=websocket&sid={sid}", **brought) as hijacker:
            # Gevent's library agrees to the upgrade before it asks us: then the websocket is closed at once.
            assert hijacker.status == 400 or hijacker.frame() in ((8, b""), None)
    code, _, answer = any_server.request("GET", own, Cookie=f"theme=day; {cookie}")
    assert (code, answer[:3]) == (200, b"40{")
    alice = Person(any_server.url, made["code"], key=made["key"]).join()
    assert alice.records["workshop"]["phase"] == "welcome"
    alice.leave()


def test_a_session_that_is_not_there_is_answered_like_one_of_somebody_else(any_server: Running) -> None:
    sid, _ = handshake(any_server)
    answers = [any_server.request("GET", f"{POLLING}&sid={one}")[2] for one in (sid, "A" * len(sid), "<script>")]
    assert len(set(answers)) == 1


def test_the_cookie_of_polling_is_for_polling_and_out_of_reach_of_scripts(any_server: Running) -> None:
    _, headers, _ = any_server.request("GET", POLLING)
    assert re.fullmatch(r"polling=[\w-]{43}; Path=/socket.io/; HttpOnly; SameSite=Strict", headers["Set-Cookie"])
    cookie = headers["Set-Cookie"].split(";")[0]
    assert any_server.request("GET", POLLING, Cookie=cookie)[1]["Set-Cookie"] is None, "tabs of a browser share one"
    weak = any_server.request("GET", POLLING, Cookie="polling=a")[1]["Set-Cookie"]
    assert re.match(r"polling=[\w-]{43};", weak)


def test_over_tls_the_cookie_of_polling_is_secure(start: Start) -> None:
    server = start(public_url="https://boat.example.org")
    assert "; Secure" in server.request("GET", POLLING)[1]["Set-Cookie"]


@pytest.mark.parametrize("origin", [True, False])
def test_every_answer_of_sockets_is_kept_by_nobody_and_read_by_no_other_site(any_server: Running, origin: bool) -> None:
    sid, cookie = handshake(any_server)
    given = {"Cookie": cookie, **({"Origin": f"http://127.0.0.1:{any_server.port}"} if origin else {})}
    for method, path, body in (
        ("GET", POLLING, None),
        ("POST", f"{POLLING}&sid={sid}", b"40"),
        ("GET", f"{POLLING}&sid={sid}", None),
        ("GET", f"{POLLING}&sid=nobody", None),
        ("GET", f"{POLLING}&j=0", None),
        ("OPTIONS", POLLING, None),
        ("DELETE", POLLING, None),
    ):
        _, headers, _ = any_server.request(method, path, body, **given)
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert not [name for name in headers if name.lower().startswith("access-control-")]


@pytest.mark.parametrize("query", ["&j=0", "&j=", "&transport=websocket", "&EIO=3", "&sid=a&sid=b"])
def test_jsonp_and_what_can_be_read_two_ways_is_refused(any_server: Running, query: str) -> None:
    assert any_server.request("GET", POLLING + query)[0] == 400


def test_unknown_transports_and_methods_are_refused(any_server: Running) -> None:
    assert any_server.request("GET", "/socket.io/?EIO=4&transport=webtransport")[0] == 400
    for method in ("OPTIONS", "PUT", "DELETE", "PATCH"):
        assert any_server.request(method, POLLING)[0] == 405


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", "boat.example.org"),
        ("PUBLIC_URL", "https://"),
        ("PUBLIC_URL", "https://alice@boat.example.org"),
        ("PUBLIC_URL", "ftp://boat.example.org"),
        ("ALLOWED_HOSTS", "boat.example.org,https://boat.example.net"),
        ("SECONDS_TO_JOIN", "soon"),
        ("SECONDS_FOR_BODY", "nan"),
        ("MOST_JOINING", "inf"),
        ("MOST_JOINING", "9" * 400),
        ("SECONDS_FOR_HEAD", "-1"),
    ],
)
def test_a_setting_that_is_not_what_it_should_be_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ValueError, match=f"SPEEDBOAT_{name} must"):
        Config.from_environment({"SPEEDBOAT_DATA_DIR": str(tmp_path), f"SPEEDBOAT_{name}": value})


def test_sessions_that_the_library_would_name_in_the_log_are_left_out() -> None:
    logging_setup.configure("DEBUG", "")
    logger = logging.getLogger("engineio.server")
    said = logger.makeRecord(logger.name, logging.ERROR, "", 0, "Invalid session abc", (), None, "_log_error_once")
    assert not logger.filter(said)
    assert not logger.isEnabledFor(logging.WARNING), "Cannot send to sid abc"


@pytest.mark.parametrize("form", ["", "json"])
def test_of_an_exception_its_place_is_logged_and_never_its_message(capsys: Any, form: str) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(logging_setup.JSONLines() if form else logging_setup.PlainLines())
    logger = logging.getLogger("speedboat.test")
    logger.addHandler(handler)
    cause, fault = "a first name", "a card"
    try:
        try:
            raise KeyError(cause)
        except KeyError as error:
            raise ValueError(fault) from error
    except ValueError:
        logger.exception("handling it failed")
    finally:
        logger.removeHandler(handler)
    logged = capsys.readouterr().err
    for part in (
        "handling it failed",
        "builtins.KeyError",
        "which led to",
        "builtins.ValueError",
        "test_hosts_and_origins.py",
    ):
        assert part in logged
    assert cause not in logged
    assert fault not in logged


# --- secrets ----------------------------------------------------------------------------------------------------------


def test_a_setting_that_is_easy_to_guess_is_refused_at_the_start(start: Start) -> None:
    easy: dict[str, Any] = {"secret_key": "x", "admin_key": "a" * 40, "metrics_token": "let-me-see"}
    for name, value in easy.items():
        with pytest.raises(RuntimeError, match=rf"SPEEDBOAT_{name.upper()} is too easy to guess.*openssl rand"):
            start(**{name: value})
