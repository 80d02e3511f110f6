"""Checks of a page's looks: accessibility rules with axe; text or controls that are cut off, covered or too small."""

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
    """Return the rules broken, each with its first places; all that axe checks by default, or only `rules`."""
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(Axe().axe_script)
    found: list[str] = page.evaluate(RUN, rules)
    return found


def eye_finds(page: Page, smallest: int = THUMB) -> list[str]:
    """Return texts that are cut off and controls that are too small or covered; 0 allows any size."""
    found: list[Any] = page.evaluate(INSPECT, smallest)
    return [str(fault) for fault in found]


def settle(page: Page, phase: str) -> None:
    """Wait until a page shows a phase, fully loaded, drawn and still."""
    page.locator(f'[data-phase="{phase}"]').wait_for(state="attached")
    page.wait_for_function("() => !document.querySelector('[data-part=coming]')")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
