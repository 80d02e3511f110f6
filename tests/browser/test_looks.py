"""Every page in every phase, view, theme and language: axe finds nothing, nothing is cut off or too small."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LAPTOP, PHONE, WALL, Device
from tests.browser.staged_workshop import PHASES, Afternoon
from tests.browser.visual_checks import THEMES, THUMB, axe_finds, eye_finds, settle, wear
from tests.support.live_server import Running


class Faults:
    """What was found wrong, and where."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def look(self, page: Page, where: str, thumb: int = THUMB) -> None:
        """One page in all themes: everything in the first, then what may differ, its colours."""
        for theme in THEMES:
            wear(page, theme)
            told = axe_finds(page) if theme == THEMES[0] else []
            # A projector washes colours out: what a thumb comes near has 4.5 to 1, the wall 7 to 1.
            told += axe_finds(page, ["color-contrast" if thumb else "color-contrast-enhanced"])
            self.found += [f"{where}, {theme}: {fault}" for fault in told]
        self.found += [f"{where}: {fault}" for fault in eye_finds(page, thumb)]


@pytest.fixture
def faults() -> Iterator[Faults]:
    faults = Faults()
    yield faults
    assert not faults.found, "\n".join(faults.found)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_nothing_is_wrong_with_any_page_in_any_phase_and_theme(
    site: Running, device: Callable[..., Device], faults: Faults, language: str
) -> None:
    afternoon = Afternoon(site, 12, language)
    made = afternoon.made
    views = {
        "participant": device(PHONE, language).join(made["join_url"], "Bob"),
        "facilitator": device(LAPTOP, language).facilitate(made["facilitator_url"]),
        "remote": device(PHONE, language).facilitate(made["facilitator_url"]),
    }
    theo = device(WALL, language)
    theo.page.goto(f"{made['join_url']}/screen?lang={language}")
    for phase in PHASES:
        afternoon.go(phase)
        for view, one in {**views, "screen": theo}.items():
            settle(one.page, phase)
            faults.look(one.page, f"{view}, {phase}, {language}", 0 if view == "screen" else THUMB)
    afternoon.leave()


@pytest.mark.parametrize(("language", "size"), [("fr", PHONE), ("en", LAPTOP)])
def test_nothing_is_wrong_with_any_part_of_the_page_or_window_over_it(
    site: Running, device: Callable[..., Device], faults: Faults, language: str, size: dict[str, object]
) -> None:
    afternoon = Afternoon(site, 12, language)
    for phase in PHASES[:4]:
        afternoon.go(phase)
    visitor = device(size, language)
    for path in (site.url, f"{site.url}/w/ZZZZZZ", afternoon.made["join_url"]):
        visitor.page.goto(path)
        faults.look(visitor.page, f"{path.removeprefix(site.url)}, {language}")
    alice = device(size, language).facilitate(afternoon.made["facilitator_url"])
    tabs = alice.page.locator(".tabs button:visible")
    for i in range(tabs.count()):
        tabs.nth(i).click()
        settle(alice.page, "group")
        faults.look(alice.page, f"{tabs.nth(i).inner_text()}, {language}")
    tabs.nth(tabs.count() - 2).click()
    settle(alice.page, "group")
    lines = alice.page.locator("#list-title ~ section button")
    for i, window in ((0, "a card"), (lines.count() - 1, "another card")):
        lines.nth(i).click()
        dialog = alice.page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        settle(alice.page, "group")
        faults.look(alice.page, f"{window}, {language}")
        alice.page.keyboard.press("Escape")
    alice.page.locator("h3 ~ button").first.click()
    settle(alice.page, "group")
    faults.look(alice.page, f"a theme, {language}")
    alice.page.keyboard.press("Escape")
    alice.page.locator(".bar button").click()
    settle(alice.page, "group")
    faults.look(alice.page, f"help, {language}")
    afternoon.leave()


STAMP = """(stamp) => new Promise((done) => {
  const picture = new Image();
  picture.onload = () => {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = picture.width;
    const pen = canvas.getContext('2d');
    pen.drawImage(picture, 0, 0);
    const { data } = (pen.read || pen.getImageData).call(pen, 0, 0, picture.width, picture.width);
    const colours = new Set();
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 3] === 255) colours.add(`rgb(${data[i]}, ${data[i + 1]}, ${data[i + 2]})`);
    }
    done([...colours]);
  };
  picture.onerror = () => done([]);
  picture.src = getComputedStyle(stamp).backgroundImage.slice(5, -2);
})"""
COLOURS = """(stamp, names) => names.map((name) => {
  const probe = stamp.appendChild(document.createElement('i'));
  probe.style.color = `var(${name})`;
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
})"""


def test_a_note_bears_the_sign_of_its_kind_in_the_colours_of_the_theme(
    site: Running, device: Callable[..., Device]
) -> None:
    afternoon = Afternoon(site, 5)
    afternoon.go("welcome")
    afternoon.go("write")
    afternoon.go("share")
    bob = device(PHONE).join(afternoon.made["join_url"], "Bob")
    bob.tab("Plateau")
    stamps = {
        kind: bob.page.locator(f".note-{kind}").first.get_by_role("img", name=name)
        for kind, name in (("wind", "Vent"), ("anchor", "Ancre"), ("shark", "Requin"))
    }
    shown = "(stamp) => getComputedStyle(stamp).backgroundImage"
    for stamp in stamps.values():
        expect(stamp).not_to_have_css("background-image", "none")
    seen = set()
    for theme in (*THEMES[1:], THEMES[0]):  # the page begins in the first of them
        before = {kind: stamp.evaluate(shown) for kind, stamp in stamps.items()}
        wear(bob.page, theme)
        for kind, stamp in stamps.items():
            expect(stamp).not_to_have_css("background-image", before[kind])
            seen.add(stamp.evaluate(shown))
            ink, paper = stamp.evaluate(COLOURS, [f"--{kind}", "--paper"])
            assert {ink, paper} <= set(stamp.evaluate(STAMP)), f"{kind}, {theme}"
    assert len(seen) == 3 * len(THEMES)
    afternoon.leave()


SECRETIVE = """
  CanvasRenderingContext2D.prototype.read = CanvasRenderingContext2D.prototype.getImageData;
  CanvasRenderingContext2D.prototype.getImageData = (x, y, width, height) => {
    const white = new ImageData(width, height);
    white.data.fill(255);
    return white;
  };
"""


def test_a_browser_that_lets_nobody_read_a_canvas_shows_the_signs_all_the_same(
    site: Running, device: Callable[..., Device]
) -> None:
    afternoon = Afternoon(site, 5)
    for phase in ("welcome", "write", "share"):
        afternoon.go(phase)
    bob = device(PHONE)
    bob.page.add_init_script(SECRETIVE)
    bob.join(afternoon.made["join_url"], "Bob").tab("Plateau")
    stamp = bob.page.locator(".note-anchor .stamp").first
    expect(stamp).not_to_have_css("background-image", "none")
    ink, paper = stamp.evaluate(COLOURS, ["--anchor", "--paper"])
    assert {ink, paper} <= set(stamp.evaluate(STAMP))
    afternoon.leave()


@pytest.mark.parametrize("size", [PHONE, LAPTOP])
@pytest.mark.parametrize("path", ["/", "/w/ZZZZZZ"])
def test_white_links_lie_in_the_deep_of_the_picture(
    site: Running, device: Callable[..., Device], size: dict[str, object], path: str
) -> None:
    page = device(size).page
    page.goto(site.url + path)
    depth = page.evaluate(
        "() => (document.querySelector('footer a').getBoundingClientRect().top + scrollY) / document.body.offsetHeight"
    )
    assert depth > 0.70  # from there on white has 5.8 : 1 on the water, and more below


MEASURE = """() => {
  const stage = document.querySelector('.wall-board').getBoundingClientRect();
  const notes = [...document.querySelectorAll('.wall .note')].map((note) => {
    const box = note.getBoundingClientRect();
    const text = note.querySelector('.text');
    const pixels = (parseFloat(getComputedStyle(text).fontSize) * box.width) / note.offsetWidth;
    const isCut = text.scrollHeight > text.clientHeight + 1;
    return { says: text.textContent, isStack: note.matches('.stack'), box, pixels, isCut };
  });
  const meets = (one, other) => Math.min(one.right, other.right) - Math.max(one.left, other.left) > 2
    && Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 2;
  return {
    titles: notes.filter((note) => note.isStack).map((note) => note.pixels),
    cards: notes.filter((note) => !note.isStack).map((note) => note.pixels),
    cut: notes.filter((note) => note.isStack && note.isCut).map((note) => note.says),
    meeting: notes.flatMap((one, i) => notes.slice(i + 1).filter((other) => meets(one.box, other.box))
      .map((other) => `${one.says} / ${other.says}`)),
    outside: notes.filter(({ box }) => box.left < stage.left || box.right > stage.right || box.top < stage.top
      || box.bottom > stage.bottom).map((note) => note.says),
  };
}"""
# Whether the smallest letters of titles and of cards have so many pixels.
SMALLEST = f"""(least) => {{
  const {{ titles, cards }} = ({MEASURE})();
  return Math.min(...titles) >= least[0] && Math.min(...cards) >= least[1];
}}"""


SMALL_WALL = {"viewport": {"width": 1024, "height": 768}}


@pytest.mark.parametrize(
    ("size", "cards", "least"),
    [(WALL, 60, (23.9, 12, 22, 10)), (WALL, 300, (23.9, 5.5, 23.9, 3.2)), (SMALL_WALL, 300, (12.7, 4, 12.7, 3))],
)
def test_titles_are_read_across_the_room_however_many_cards_there_are(
    site: Running, device: Callable[..., Device], size: dict[str, object], cards: int, least: tuple[float, ...]
) -> None:
    afternoon = Afternoon(site, cards)
    theo = device(size)
    theo.page.goto(f"{afternoon.made['join_url']}/screen")
    for phase in ("welcome", "write", "share", "group"):
        afternoon.go(phase)
    settle(theo.page, "group")
    looks_right(theo.page, least[:2])
    for phase in ("vote", "cut"):
        afternoon.go(phase)
    settle(theo.page, "cut")
    expect(theo.page.locator(".wall-rope")).to_be_visible()
    looks_right(theo.page, least[2:])
    afternoon.leave()


def test_sixty_cards_have_letters_as_big_as_there_is_room_for(site: Running, device: Callable[..., Device]) -> None:
    afternoon = Afternoon(site, 60)
    theo = device(WALL)
    theo.page.goto(f"{afternoon.made['join_url']}/screen")
    for phase in ("welcome", "write", "share"):
        afternoon.go(phase)
    settle(theo.page, "share")
    looks_right(theo.page, (0, 13.5))
    afternoon.leave()


def looks_right(wall: Page, least: tuple[float, ...]) -> None:
    """Every title and card has letters of so many pixels, whole titles, and a place of its own in the picture."""
    wall.wait_for_function(SMALLEST, arg=list(least))
    wall.wait_for_function(f"() => !({MEASURE})().outside.length")
    found = wall.evaluate(MEASURE)
    assert not found["meeting"]
    assert not found["cut"]
