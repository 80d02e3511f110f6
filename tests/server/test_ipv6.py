"""A server on an IPv6 address: pages, a workshop, people on sockets; and how such an address is written in links."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

import pytest

from speedboat.cli.serve import phone_url
from speedboat.config import Config
from tests.support.live_server import Person, Running

pytestmark = pytest.mark.skipif(
    not socket.has_dualstack_ipv6(), reason="this machine has no IPv6 beside IPv4: nothing can listen there"
)


@pytest.mark.parametrize("mode", ["eventlet", "gevent", "threading"])
@pytest.mark.parametrize(("host", "reached_at"), [("::1", "[::1]"), ("::", "[::1]"), ("::", "127.0.0.1")])
def test_people_come_in_over_ipv6(environment: dict[str, str], mode: str, host: str, reached_at: str) -> None:
    server = Running(environment | {"SPEEDBOAT_ASYNC": mode}, host=host, reached_at=reached_at)
    try:
        made = server.create()
        assert f"//{reached_at}:{server.port}/" in made["join_url"]
        alice = Person(server.url, made["code"], key=made["key"]).join()
        alice.leave()
        assert server.stop()[0] == 0
    finally:
        server.kill()


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("2001:db8::7", "http://[2001:db8::7]:8000"),
        ("192.0.2.7", "http://192.0.2.7:8000"),
        ("boat.test", "http://boat.test:8000"),
        ("::1", None),
        ("127.0.0.1", None),
        ("localhost", None),
    ],
)
def test_the_address_for_phones_is_written_as_urls_are(tmp_path: Path, host: str, url: str | None) -> None:
    config = Config.from_environment({"SPEEDBOAT_DATA_DIR": str(tmp_path)})
    assert phone_url(replace(config, host=host, port=8000)) == url
