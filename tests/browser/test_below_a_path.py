"""Speedboat below a path of its host, as behind a proxy that serves other things too."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LAPTOP, PHONE, Device
from tests.browser.test_offline import until_kept
from tests.support.live_server import Person, Running

ADMIN_KEY = "a-key-for-the-library-of-tests"


class BelowAPath(Running):
    """A server whose public address has a path; the proxy passes it on."""

    def start(self) -> None:
        self.environment["SPEEDBOAT_PUBLIC_URL"] = f"{self.url}/boat"
        super().start()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BelowAPath]:
    folder: Path = tmp_path_factory.mktemp("below")
    server = BelowAPath({"SPEEDBOAT_DATA_DIR": str(folder), "SPEEDBOAT_ADMIN_KEY": ADMIN_KEY})
    yield server
    server.kill()


def requests_outside(server: BelowAPath, one: Device) -> list[str]:
    """Return a list that grows by each address outside the path that the page asks for."""
    outside: list[str] = []

    def note(address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme.startswith(("http", "ws")) and not parts.path.startswith("/boat/"):
            outside.append(address)

    one.page.on("request", lambda request: note(request.url))
    one.page.on("websocket", lambda websocket: note(websocket.url))
    return outside


def test_a_workshop_is_created_joined_played_and_shown(server: BelowAPath, device: Callable[..., Device]) -> None:
    host = device(LAPTOP, base_url=f"{server.url}/boat/")
    outside = requests_outside(server, host)
    host.page.goto("./")
    host.page.get_by_label("Titre").fill("Où en sommes-nous ?")
    host.page.get_by_role("button", name="Créer").click()
    host.page.wait_for_url("**/boat/w/*/facilitate*")
    code = urlsplit(host.page.url).path.split("/")[3]
    expect(host.page.locator(".shell")).to_be_visible()
    host.tab("Équipage")
    expect(host.page.locator("img.qr")).to_be_visible()
    assert host.page.locator("img.qr").evaluate("(image) => image.decode().then(() => image.naturalWidth > 0)")

    phone = device(PHONE)
    outside_phone = requests_outside(server, phone)
    phone.join(f"{server.url}/boat/w/{code}", "Bob")
    expect(phone.page.locator(".now")).to_be_visible()

    wall = device(LAPTOP)
    outside_wall = requests_outside(server, wall)
    wall.page.goto(f"{server.url}/boat/w/{code}/screen")
    expect(wall.page.locator(".wall")).to_be_visible()
    assert (outside, outside_phone, outside_wall) == ([], [], [])


def test_the_page_opens_without_a_network(server: BelowAPath, device: Callable[..., Device]) -> None:
    made = server.create()
    bob = device(PHONE).join(made["join_url"], "Bob")
    until_kept(bob)
    bob.context.set_offline(True)
    bob.page.reload()
    expect(bob.page.locator(".shell")).to_be_visible()


def test_the_library_is_opened_searched_and_left(server: BelowAPath, device: Callable[..., Device]) -> None:
    server.create("Budget")
    host = device(LAPTOP)
    outside = requests_outside(server, host)
    host.page.goto(f"{server.url}/boat/library#key={ADMIN_KEY}")
    expect(host.page.get_by_role("heading", name="Budget").first).to_be_visible()
    host.page.get_by_role("searchbox").fill("budget")
    host.page.keyboard.press("Enter")
    expect(host.page.get_by_role("heading", name="Budget").first).to_be_visible()
    host.page.get_by_role("link", name="Synthèse de tous les ateliers trouvés").click()
    host.page.wait_for_url("**/boat/synthesis*")
    host.page.get_by_role("link", name="Bibliothèque").first.click()
    host.page.wait_for_url("**/boat/library*")
    host.page.get_by_role("button", name="Fermer la bibliothèque").click()
    host.page.wait_for_url("**/boat/**")
    assert outside == []


@pytest.mark.parametrize("path", ["/boat/", "/"], ids=["the proxy passes the path on", "the proxy takes it off"])
def test_redirects_and_links_are_below_the_path(server: BelowAPath, path: str) -> None:
    connection = http.client.HTTPConnection(server.reached_at, server.port)
    connection.request("GET", f"{path}account")
    response = connection.getresponse()
    assert (response.status, response.headers["Location"]) == (303, "/boat/sign-in")
    connection.close()
    made = server.create()
    assert made["join_url"] == f"{server.url}/boat/w/{made['code']}"
    _, _, page = server.request("GET", f"{path}w/{made['code']}")
    assert b'href="/static' not in page and b'src="/static' not in page and b"/boat/static/dist/" in page
    _, _, manifest = server.request("GET", f"{path}w/{made['code']}/app.webmanifest")
    assert manifest.count(b'"/boat/') >= 4 and b'"/w/' not in manifest


def test_programs_reach_it_on_both_ways(server: BelowAPath) -> None:
    made = server.create()
    for path in ("/boat/socket.io", "/socket.io"):
        alice = Person(server.url, made["code"], name="Alice", key=made["key"])
        alice.client.connect(server.url, auth=alice.auth, transports=["websocket"], socketio_path=path)
        alice.until(lambda alice=alice: alice.connected)  # type: ignore[misc]
        alice.leave()
