"""Contact sheets: every phase and view on a phone, a laptop and a projector, in both languages, few cards and many.

`python -m tests.browser.contact_sheets [FOLDER]`, or `make screenshots`. Prints what the visual checks find, and exits
with 1 if they found anything.
"""

from __future__ import annotations

import html
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import LAPTOP, PHONE, WALL, Device
from tests.browser.staged_workshop import PHASES, Afternoon
from tests.browser.visual_checks import THUMB, axe_finds, eye_finds, settle
from tests.support.browser_path import launch_options
from tests.support.live_server import Running, running

COUNTS = (5, 60, 300)
LANGUAGES = ("fr", "en")
WIDTH = 300  # of a picture on a sheet, in pixels


def main(folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        site = running({"SPEEDBOAT_DATA_DIR": data, "SPEEDBOAT_MESSAGES_PER_SECOND": "0"})
        browser = playwright.chromium.launch(**launch_options())
        for cards in COUNTS:
            for language in LANGUAGES:
                faults += take(site, browser, folder, cards, language)
        sheets(browser, folder)
        browser.close()
        site.kill()
    print("\n".join(faults) or "nothing cut off, covered, too small or too faint")
    return 1 if faults else 0


def take(site: Running, browser: Browser, folder: Path, cards: int, language: str) -> list[str]:
    """Play a workshop from first phase to last, take the screenshots, and return the faults found on the way."""
    afternoon = Afternoon(site, cards, language)
    url = afternoon.made["join_url"]
    phone, laptop, remote, wall = (
        Device(browser.new_context(locale=language, **size)) for size in (PHONE, LAPTOP, PHONE, WALL)
    )
    phone.join(url, "Bob")
    for one in (laptop, remote):
        one.facilitate(afternoon.made["facilitator_url"])
    wall.page.goto(f"{url}/screen?lang={language}")
    faults = []
    for phase in PHASES:
        afternoon.go(phase)
        for view, page, tab in (
            ("phone-participant", phone.page, 0),
            ("phone-board", phone.page, 1),
            ("phone-list", phone.page, 2),
            ("phone-remote", remote.page, None),
            ("laptop-facilitator", laptop.page, None),
            ("projector-screen", wall.page, None),
        ):
            if tab is not None:
                page.locator(".tabs button").nth(tab).click()
            settle(page, phase)
            name = f"{view}.{language}.{cards:03}.{PHASES.index(phase)}-{phase}.png"
            page.screenshot(path=folder / name, animations="disabled")
            faults += [f"{name}: {fault}" for fault in wrong(page, 0 if view.startswith("projector") else THUMB)]
    for one in (phone, laptop, remote, wall):
        faults += [f"{cards} {language}: {fault}" for fault in one.faults]
        one.context.close()
    afternoon.leave()
    return faults


def wrong(page: Page, thumb: int) -> list[str]:
    return eye_finds(page, thumb) + axe_finds(page, ["color-contrast" if thumb else "color-contrast-enhanced"])


def sheets(browser: Browser, folder: Path) -> None:
    """Assemble a sheet for each view and language: a row for each number of cards, a column for each phase."""
    page = browser.new_page(viewport={"width": WIDTH * len(PHASES) + 40, "height": 800})
    pictures = sorted(path.name for path in folder.glob("*.png") if path.name.count(".") == 4)
    for kind in sorted({".".join(name.split(".")[:2]) for name in pictures}):
        shown = [name for name in pictures if name.startswith(f"{kind}.")]
        figures = "".join(
            f'<figure><img src="{name}"><figcaption>{html.escape(name)}</figcaption></figure>' for name in shown
        )
        style = f"body{{display:flex;flex-wrap:wrap}} figure{{margin:2px;width:{WIDTH - 4}px}} img{{width:100%}}"
        (folder / f"{kind}.html").write_text(f"<style>{style}</style>{figures}", encoding="utf-8")
        page.goto((folder / f"{kind}.html").resolve().as_uri())
        page.screenshot(path=folder / f"sheet-{kind.replace('.', '-')}.png", full_page=True)
    page.close()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots")))
