"""Fixtures for real browsers: each person has a browser context of their own, as if on a device of their own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.support.browser_path import launch_options
from tests.support.browser_watchdog import limited
from tests.support.live_server import Running

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
LAPTOP = {"viewport": {"width": 1366, "height": 768}}
WALL = {"viewport": {"width": 1920, "height": 1080}}

expect.set_options(timeout=15_000)


# Only our own browsers have this in their command line.
MARK = f"--speedboat-tests={os.getpid()}"


@pytest.fixture(scope="session")
def start_browser() -> Iterator[Callable[[], Browser]]:
    """Return a function that gives the browser of all these tests: another one where the last one was killed."""
    options = launch_options()
    started: list[Browser] = []
    with sync_playwright() as playwright:

        def start() -> Browser:
            if not started or not started[-1].is_connected():
                started.append(playwright.chromium.launch(**{**options, "args": [*options["args"], MARK]}))
            return started[-1]

        yield start
        for one in started:
            one.close()


@pytest.fixture
def browser(start_browser: Callable[[], Browser]) -> Iterator[Browser]:
    started = start_browser()
    with limited(MARK):
        yield started


class Device:
    """One device: a page, and the errors it met."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.page: Page = context.new_page()
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.set_default_timeout(15_000)

    def join(self, url: str, name: str = "") -> Device:
        self.page.goto(url)
        self.page.locator("#name").fill(name)
        self.page.locator("form button.primary").click()
        self.page.locator(".shell").wait_for()
        return self

    def facilitate(self, url: str) -> Device:
        self.page.goto(url)
        self.page.locator(".shell").wait_for()
        return self

    def write(self, text: str, kind: str = "anchor") -> None:
        """Write a card with the form, as a thumb would."""
        self.page.locator(f".kinds .kind-{kind}").first.click()
        self.page.locator("#text").fill(text)
        self.page.locator("#text").press("Enter")

    def card(self, text: str) -> Any:
        """Return the note on the board with this text."""
        return self.page.locator(".notes .note", has_text=text)

    def tab(self, name: str) -> None:
        self.page.locator(".tabs button", has_text=name).click()


@pytest.fixture
def device(browser: Browser) -> Iterator[Callable[..., Device]]:
    """Return a function that opens devices; at the end none may have met an error."""
    made: list[Device] = []

    def make(size: dict[str, Any] = LAPTOP, language: str = "fr", **more: Any) -> Device:
        context = browser.new_context(locale=language, **{**size, **more})
        made.append(Device(context))
        return made[-1]

    yield make
    faults = [fault for one in made for fault in one.faults]
    for one in made:
        one.context.close()
    assert not faults


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One server for all browser tests."""
    from tests.conftest import SECRET
    from tests.support.live_server import running

    data = tmp_path_factory.mktemp("site")
    started = running({"SPEEDBOAT_DATA_DIR": str(data), "SPEEDBOAT_SECRET_KEY": SECRET})
    yield started
    started.kill()
