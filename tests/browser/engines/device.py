"""What a test does with a browser, in the words that W3C WebDriver and WebDriver BiDi share."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from typing import Any

PATIENCE = 30.0  # seconds for anything that must happen
PHONE, WALL = (360, 740), (1920, 1080)
ENTER = "\ue007"
FOUND = """const found = [...document.querySelectorAll(selector)].filter((one) => one.getClientRects().length &&
    [one.textContent, one.getAttribute('aria-label') || ''].some((words) => words.includes(text)));"""
SHOWN = f"(selector, text = '') => {{ {FOUND} return found.length; }}"
MIDDLE = f"""async (selector, text = '') => {{
  {FOUND}
  if (!found.length) return null;
  found[0].scrollIntoView({{ block: 'center', inline: 'center' }});
  await new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then)));
  const box = found[0].getBoundingClientRect();
  return [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)];
}}"""
LISTEN = """() => {
  if (window.faults) return;
  window.faults = [];
  const keep = (...parts) => window.faults.push(parts.map(String).join(' ').slice(0, 200));
  addEventListener('error', (event) => keep('error', event.message || event.target.src || event.target.href), true);
  addEventListener('unhandledrejection', (event) => keep('rejected', event.reason));
  addEventListener('securitypolicyviolation', (event) => keep('policy', event.violatedDirective, event.blockedURI));
}"""


class Device(ABC):
    """Somebody's browser, with storage of its own."""

    @abstractmethod
    def open(self, url: str) -> None:
        """Load a page."""

    @abstractmethod
    def call(self, function: str, *arguments: object) -> Any:
        """Call a JavaScript function, which may be async, in the page; return what it returns."""

    @abstractmethod
    def act(self, sources: list[dict[str, object]]) -> None:
        """Perform actions of pointers and keys, as W3C WebDriver writes them."""

    @abstractmethod
    def close(self) -> None:
        """End the browser."""

    def goto(self, url: str) -> None:
        self.open(url)
        self.call(LISTEN)

    def shows(self, selector: str, text: str = "", count: int = 1) -> None:
        """Wait until at least so many elements are shown."""
        deadline = time.monotonic() + PATIENCE
        while self.call(SHOWN, selector, text) < count:
            assert time.monotonic() < deadline, f"{selector!r} {text!r}: not {count}"
            time.sleep(0.05)

    def tap(self, selector: str, text: str = "") -> None:
        self.shows(selector, text)
        x, y = self.call(MIDDLE, selector, text)
        self.act([_pointer([_move(x, y), {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}])])

    def drag(self, selector: str, by_x: int, by_y: int) -> None:
        """Drag with the mouse."""
        self.shows(selector)
        x, y = self.call(MIDDLE, selector)
        steps = [_move(x + by_x * step // 5, y + by_y * step // 5, 50) for step in range(1, 6)]
        down, up = {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}
        self.act([_pointer([_move(x, y), down, *steps, up])])

    def write(self, selector: str, text: str) -> None:
        """Type into a field."""
        self.tap(selector)
        keys = [{"type": kind, "value": letter} for letter in text for kind in ("keyDown", "keyUp")]
        self.act([{"type": "key", "id": "keys", "actions": keys}])


def _pointer(actions: list[dict[str, object]]) -> dict[str, object]:
    return {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": actions}


def _move(x: int, y: int, duration: int = 0) -> dict[str, object]:
    return {"type": "pointerMove", "x": x, "y": y, "duration": duration, "origin": "viewport"}
