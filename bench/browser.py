"""An old phone: frame times in Chromium slowed six times, with 300 cards, ten of them moving; and a slow network.

`python -m bench.browser`, with the test requirements.
"""

from __future__ import annotations

import tempfile
import time
from typing import Any

from bench.slow_line import slow_line

FRAMES = 120  # of each gesture
SLOWER = 6
MEASURE = """({ gesture, frames, cards }) => new Promise((done) => {
  const board = document.querySelector('.stage').board;
  const window_ = document.querySelector('.board .window');
  const box = window_.getBoundingClientRect();
  const [cx, cy] = [box.left + box.width / 2, box.top + box.height / 2];
  const note = [...document.querySelectorAll('.note')].find((one) => {
    const at = one.getBoundingClientRect();
    return at.left > box.left + 20 && at.right < box.right - 80 && at.top > box.top && at.bottom < box.bottom - 20;
  });
  const grip = note.getBoundingClientRect();
  const from = gesture === 'dragging' ? [grip.left + grip.width / 2, grip.top + grip.height / 2] : [cx, box.top + 12];
  const touch = { bubbles: true, button: 0, buttons: 1, pointerType: 'touch' };
  const point = (type, pointerId, clientX, clientY, target) =>
    target.dispatchEvent(new PointerEvent(type, { ...touch, pointerId, clientX, clientY, isPrimary: pointerId === 1 }));
  window_.setPointerCapture = () => {};
  point('pointerdown', 1, ...from, gesture === 'dragging' ? note : window_);
  if (gesture === 'pinching') point('pointerdown', 2, cx, cy + 60, window_);
  const took = [];
  let last = performance.now();
  let frame = 0;
  const step = (now) => {
    took.push(now - last);
    last = now;
    if (++frame > frames) {
      point('pointerup', 1, ...from, window_);
      if (gesture === 'pinching') point('pointerup', 2, cx, cy + 60, window_);
      done(took.slice(5).sort((one, other) => one - other));
      return;
    }
    for (let i = 0; i < 10; i++) {
      const [x, y] = [150 + ((frame * 7 + i * 60) % 700), 600 + ((frame * 3) % 200)];
      board.applyDrag({ card: cards[(frame * 10 + i) % cards.length], x, y });
    }
    const swing = Math.sin(frame / 9) * 40;
    point('pointermove', 1, from[0] + swing, from[1] + swing / 2, window_);
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})"""


def frames() -> dict[str, dict[str, float]]:
    """Milliseconds from frame to frame, median and 95th percentile, of each gesture."""
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import PHONE, Device
    from tests.browser.staged_workshop import Afternoon
    from tests.support.browser_path import launch_options
    from tests.support.live_server import running

    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        site = running({"SPEEDBOAT_DATA_DIR": data, "SPEEDBOAT_MESSAGES_PER_SECOND": "0"})
        browser = playwright.chromium.launch(**launch_options())
        afternoon = Afternoon(site, 300)
        for phase in ("welcome", "write", "share"):
            afternoon.go(phase)
        phone = Device(browser.new_context(locale="fr", **PHONE)).join(afternoon.made["join_url"], "Bob")
        phone.tab("Plateau")
        phone.page.locator(".note").nth(299).wait_for(state="attached")
        phone.page.wait_for_timeout(2000)  # one looks before one touches; what is fetched for later comes meanwhile
        phone.context.new_cdp_session(phone.page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        cards = [card for cards in afternoon.cards.values() for card in cards]
        figures: dict[str, dict[str, float]] = {}
        for gesture in ("dragging", "panning", "pinching"):
            arguments: dict[str, Any] = {"gesture": gesture, "frames": FRAMES, "cards": cards}
            took = phone.page.evaluate(MEASURE, arguments)
            figures[gesture] = {"p50": took[len(took) // 2], "p95": took[len(took) * 95 // 100]}
        afternoon.leave()
        browser.close()
        site.kill()
    return figures


RATE, ROUND_TRIP = 50_000, 0.4  # bytes a second each way: 400 kbit/s; seconds


def slow_start() -> dict[str, float]:
    """Seconds at 400 kbit/s and 400 ms there and back, plain http, nothing kept from before: from asking for the page
    until a name can be typed (door); then, the name being typed within two seconds, from there until a card can be
    (typing), until it is kept on the phone (kept), and until the server has it (received)."""
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import PHONE, Device
    from tests.support.browser_path import launch_options
    from tests.support.live_server import running

    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        site = running({"SPEEDBOAT_DATA_DIR": data})
        browser = playwright.chromium.launch(**launch_options())
        phone = Device(browser.new_context(locale="fr", **PHONE))
        code = site.create("Où en sommes-nous ?")["code"]
        with slow_line(site.port, RATE, ROUND_TRIP) as line:
            started = time.monotonic()
            phone.page.goto(f"http://127.0.0.1:{line.port}/w/{code}", wait_until="commit")
            phone.page.locator("#name").fill("")
            door = time.monotonic()
            phone.page.locator("#name").press_sequentially("Ines", delay=500)
            named = time.monotonic()
            phone.page.locator("#name").press("Enter")
            phone.page.locator(".kinds .kind-anchor").first.click()
            phone.page.locator("#text").fill("Pas de budget")
            typing = time.monotonic()
            phone.page.locator("#text").press("Enter")
            phone.page.locator(".card", has_text="Pas de budget").wait_for()
            stored_at = time.monotonic()
            phone.page.locator(".card .received").wait_for()
            received = time.monotonic()
        browser.close()
        site.kill()
    return {"door": door - started, "typing": typing - named, "kept": stored_at - named, "received": received - named}


if __name__ == "__main__":
    line = slow_start()
    print(f"400 kbit/s, 400 ms: {line['door'] + line['kept']:.1f} s of waiting until a card is accepted, of which")
    print(f"{line['door']:.1f} s until the door; after the name {line['typing']:.1f} s until a card can be typed,")
    print(f"{line['kept']:.1f} s until it is kept on the phone, {line['received']:.1f} s until the server has it")
    for gesture, figures in frames().items():
        print(f"{gesture}: median {figures['p50']:.1f} ms, 95th percentile {figures['p95']:.1f} ms a frame")
