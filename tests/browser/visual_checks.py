"""What may be wrong with a page that is looked at: what axe finds, and what an eye finds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

INSPECT = (Path(__file__).parent / "inspect.js").read_text(encoding="utf-8")
THUMB = 44  # CSS pixels
RUN = """async (rules) => {
  const found = await axe.run(document, { resultTypes: ['violations'], ...(rules ? { runOnly: rules } : {}) });
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.target.join(' ') + ' ' +
    [...node.any, ...node.all].map((one) => one.message).join(' ')).join(' | ')}`);
}"""
THEMES = ("day", "night", "contrast")


def wear(page: Page, theme: str) -> None:
    page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)


def axe_finds(page: Page, rules: list[str] | None = None) -> list[str]:
    """The rules broken, with the first places. All that axe knows by default, or only some."""
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(Axe().axe_script)
    found: list[str] = page.evaluate(RUN, rules)
    return found


def eye_finds(page: Page, smallest: int = THUMB) -> list[str]:
    """Text that is cut off, controls under a thumb's size or under something else. 0: no thumb comes near this page."""
    found: list[Any] = page.evaluate(INSPECT, smallest)
    return [str(fault) for fault in found]


def settle(page: Page, phase: str) -> None:
    """Until the page shows a phase, with all its parts there, drawn and still."""
    page.locator(f'[data-phase="{phase}"]').wait_for(state="attached")
    page.wait_for_function("() => !document.querySelector('[data-part=coming]')")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
