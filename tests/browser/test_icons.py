"""The app icons as PNG, for phones that accept no SVG: the declared size, drawn to the corners."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from tests.browser.conftest import PHONE, Device
from tests.support.live_server import Running

LOOK = """async (address) => {
  const answer = await fetch(address);
  const picture = await createImageBitmap(await answer.blob());
  const { width, height } = picture;
  const paper = new OffscreenCanvas(width, height).getContext('2d');
  paper.drawImage(picture, 0, 0);
  const at = (x, y) => [...paper.getImageData(x * (width - 1), y * (height - 1), 1, 1).data];
  return { type: answer.headers.get('Content-Type'), size: `${width}x${height}`, corner: at(0, 0), sky: at(0.5, 0.1),
    sail: at(0.58, 0.5), hull: at(0.5, 0.71), sea: at(0.5, 0.95) };
}"""
SKY, SAIL, HULL, SEA = (191, 224, 242), (255, 253, 244), (184, 65, 46), (88, 169, 189)


def assert_a_boat(seen: dict[str, Any], size: str, to_the_corners: bool) -> None:
    assert (seen["type"], seen["size"]) == ("image/png", size)
    assert seen["corner"][3] == (255 if to_the_corners else 0)
    for part, colour in (("sky", SKY), ("sail", SAIL), ("hull", HULL), ("sea", SEA)):
        assert all(abs(one - other) < 8 for one, other in zip(seen[part], colour, strict=False)), (part, seen)


def look(page: Page, address: str) -> dict[str, Any]:
    seen: dict[str, Any] = page.evaluate(LOOK, address)
    return seen


def test_phones_that_take_no_svg_find_the_boat_in_pixels(site: Running, device: Callable[..., Device]) -> None:
    made = site.create()
    bob = device(PHONE).join(made["join_url"], "Bob")
    manifest = json.loads(site.request("GET", f"/w/{made['code']}/app.webmanifest")[2])
    drawn = [icon for icon in manifest["icons"] if icon["type"] == "image/png"]
    assert [(icon["sizes"], icon["purpose"]) for icon in drawn] == [
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    ]
    for icon in drawn:
        assert_a_boat(look(bob.page, icon["src"]), icon["sizes"], to_the_corners=icon["purpose"] == "maskable")
    held = bob.page.locator("link[rel=apple-touch-icon]").get_attribute("href")
    assert held
    assert_a_boat(look(bob.page, held), "180x180", to_the_corners=True)


def test_no_page_waits_for_them(site: Running, device: Callable[..., Device]) -> None:
    bob = device(PHONE).join(site.create()["join_url"], "Bob")
    fetched = bob.page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    assert fetched
    assert not [name for name in fetched if name.endswith(".png")]
