"""Facilitators are told what it means that phones come over http; nobody else is, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LAPTOP, PHONE, Device
from tests.browser.visual_checks import axe_finds, eye_finds
from tests.support.live_server import Running

SENTENCE = {"fr": "n’est pas chiffrée", "en": "is not encrypted"}


def room_of(device: Device, server: Running, made: dict[str, str]) -> Device:
    """Open the part about the room on the facilitator's page, by the address of this machine."""
    device.facilitate(f"{server.url}/w/{made['code']}/facilitate#key={made['key']}")
    device.page.locator(".tabs button").last.click()
    expect(device.page.locator("#room-title")).to_be_visible()
    return device


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_facilitator_is_told_that_phones_come_unencrypted(
    start: Callable[..., Running], device: Callable[..., Device], language: str
) -> None:
    server = start(public_url="http://192.168.1.20:5000", allowed_hosts="127.0.0.1")
    made = server.create()
    alice = room_of(device(LAPTOP, language), server, made)
    expect(alice.page.get_by_role("note").filter(has_text=SENTENCE[language])).to_be_visible()
    assert eye_finds(alice.page) == []
    assert axe_finds(alice.page) == []
    bob = device(PHONE, language).join(f"{server.url}/w/{made['code']}", "Bob")
    bob.page.locator(".tabs button").last.click()
    expect(bob.page.locator("#room-title")).to_be_visible()
    assert bob.page.get_by_text(SENTENCE[language]).count() == 0


@pytest.mark.parametrize("url", ["https://boat.example.org", ""])
def test_nothing_is_said_with_tls_or_on_the_laptop_itself(
    start: Callable[..., Running], device: Callable[..., Device], url: str
) -> None:
    server = start(public_url=url, allowed_hosts="127.0.0.1")
    alice = room_of(device(LAPTOP, "en"), server, server.create())
    assert alice.page.get_by_text(SENTENCE["en"]).count() == 0
