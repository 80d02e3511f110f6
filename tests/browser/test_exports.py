"""Exports from the pages: every format, in every phase, for every role."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LAPTOP, PHONE, Device
from tests.browser.visual_checks import axe_finds, eye_finds
from tests.support.live_server import Person, Running

BEGINNINGS = {
    "PDF": b"%PDF-",
    "Word": b"PK",
    "PNG": b"\x89PNG",
    "SVG": b"<svg",
    "Excel": b"PK",
    "CSV": b"\xef\xbb\xbf",
    "Markdown": b"# ",
    "JSON": b"{",
}


def test_a_participant_takes_every_kind_of_file_away_while_people_still_write(
    site: Running, device: Callable[..., Device]
) -> None:
    made = site.create()
    alice = Person(site.url, made["code"], name="Alice", key=made["key"]).join()
    alice.do("set_phase", phase="write")
    alice.add("Encore secret")
    bob = device(PHONE).join(f"{site.url}/w/{made['code']}", "Bob")
    bob.tab("Équipage")
    for name, beginning in BEGINNINGS.items():
        with bob.page.expect_download() as saving:
            bob.page.get_by_role("button", name=name, exact=True).click()
        written = Path(saving.value.path()).read_bytes()
        assert written.startswith(beginning), name
        assert b"Encore secret" not in written
    alice.leave()


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_what_can_be_taken_away_can_be_read_and_touched(
    site: Running, device: Callable[..., Device], size: dict[str, int]
) -> None:
    made = site.create()
    bob = device(size).join(f"{site.url}/w/{made['code']}", "Bob")
    bob.tab("Équipage")
    expect(bob.page.get_by_role("button", name="PDF")).to_be_visible()
    assert not axe_finds(bob.page)
    assert not eye_finds(bob.page)


def test_a_facilitator_takes_names_away_where_there_are_names_to_take(
    site: Running, device: Callable[..., Device]
) -> None:
    made = site.create()
    bob = Person(site.url, made["code"], name="Bob").join()
    bob.add("Pas de budget")
    alice = device(LAPTOP).facilitate(made["facilitator_url"])
    alice.tab("Équipage")
    box = alice.page.get_by_label("Avec le prénom de qui a écrit quoi")

    def csv() -> bytes:
        with alice.page.expect_download() as saving:
            alice.page.get_by_role("button", name="CSV", exact=True).click()
        return Path(saving.value.path()).read_bytes()

    assert b"Bob" not in csv()
    box.check()
    assert b"Bob" in csv()
    phone = device(PHONE).join(f"{site.url}/w/{made['code']}", "Dan")
    phone.tab("Équipage")
    expect(phone.page.get_by_role("button", name="CSV", exact=True)).to_be_visible()
    expect(phone.page.get_by_label("Avec le prénom de qui a écrit quoi")).to_have_count(0)
    facilitator = Person(site.url, made["code"], key=made["key"]).join()
    facilitator.do("change_settings", anonymous=True)
    expect(box).to_have_count(0)
    assert b"Bob" not in csv()
    for person in (bob, facilitator):
        person.leave()
