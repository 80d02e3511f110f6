"""What a public service must say of itself: from one file, in two languages, on every page; and nothing is invented."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from speedboat.config import Config
from speedboat.config.instance import load_instance, text_in
from speedboat.web.weights import VIEWS, weight_of
from tests.support.live_server import Person, Running
from tests.web.test_library import ADMIN_KEY, Visitor

Start = Callable[..., Running]
PAGES = ("/accessibility", "/legal", "/privacy", "/eco-design")
EXAMPLE = Path(__file__).parents[2] / "deploy" / "instance.toml"
MISSING = {"en": "To be filled in by whoever runs this server", "fr": "À compléter par qui exploite ce serveur"}


def read(server: Running, path: str, language: str) -> str:
    status, _, body = server.request("GET", f"{path}?lang={language}")
    assert status == 200
    return html.unescape(body.decode()).replace("\xa0", " ")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_nobody_has_filled_in_is_said_to_be_missing_and_by_which_entry(server: Running, language: str) -> None:
    missing = {path: re.findall(rf"{MISSING[language]} ?: (\S+)</p>", read(server, path, language)) for path in PAGES}
    assert missing == {
        "/accessibility": ["accessibility.contact", "accessibility.recourse"],
        "/legal": [
            *("publisher.name", "publisher.address", "publisher.contact", "publisher.director"),
            *("host.name", "host.address", "host.contact"),
        ],
        "/privacy": ["privacy.controller", "privacy.legal_basis", "privacy.contact", "privacy.authority"],
        "/eco-design": [],
    }
    said = read(server, "/accessibility", language)
    assert ("non auditée" if language == "fr" else "not audited") in said


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_the_file_says_stands_on_the_pages_in_both_languages(start: Start, tmp_path: Path, language: str) -> None:
    file = tmp_path / "instance.toml"
    file.write_text(
        """
        [publisher]
        name = "Une médiathèque"
        [privacy]
        legal_basis = { fr = "Mission d’intérêt public", en = "A task in the public interest" }
        [accessibility]
        state = "partially"
        rate = 72
        audited_on = "2026-01-01"
        auditor = "Un cabinet"
        not_accessible = ["<b>Le plateau</b>"]
        """,
        encoding="utf-8",
    )
    server = start(instance_file=file, keep_days=30)
    assert "Une médiathèque" in read(server, "/legal", language)
    privacy = read(server, "/privacy", language)
    assert ("Mission d’intérêt public" if language == "fr" else "A task in the public interest") in privacy
    assert ("30 jours" if language == "fr" else "30 days") in privacy
    declaration = server.request("GET", f"/accessibility?lang={language}")[2].decode()
    assert "&lt;b&gt;Le plateau" in declaration
    for words in ("72", "1er janvier 2026" if language == "fr" else "1 January 2026", "Un cabinet"):
        assert words in html.unescape(declaration)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[publisher]\nnom = 'x'", "nom"),
        ("[accessibility]\nstate = 'parfait'", "parfait"),
        ("[publisher", "does not describe an instance"),
        ("[publisher]\nname = { de = 'x' }", "name"),
    ],
)
def test_a_file_that_makes_no_sense_ends_the_start_with_what_is_wrong(tmp_path: Path, content: str, words: str) -> None:
    file = tmp_path / "instance.toml"
    file.write_text(content, encoding="utf-8")
    settings = {"SPEEDBOAT_DATA_DIR": str(tmp_path / "data"), "SPEEDBOAT_INSTANCE_FILE": str(file)}
    with pytest.raises(ValueError, match="SPEEDBOAT_INSTANCE_FILE") as refused:
        Config.from_environment(settings)
    assert words in str(refused.value)


def test_the_example_that_comes_along_fills_in_nothing_but_is_complete() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    commented = [line.removeprefix("# ") for line in lines[3:] if line.startswith("# ")]
    assert load_instance(EXAMPLE) == load_instance(None)
    names = {line.partition(" = ")[0] for line in commented}
    fields = {name for part in load_instance(None).__struct_fields__ for name in _fields(part)}
    assert names == fields


def _fields(part: str) -> tuple[str, ...]:
    return tuple(getattr(load_instance(None), part).__struct_fields__)


def test_a_text_that_is_in_one_language_alone_is_shown_in_every_one() -> None:
    assert text_in({"fr": "Bonjour"}, "en") == "Bonjour"
    assert text_in({"fr": "Bonjour", "en": "Hello"}, "en") == "Hello"
    assert text_in("Bonjour", "en") == "Bonjour"


def test_every_page_links_to_the_notices(start: Start) -> None:
    server = start(admin_key=ADMIN_KEY)
    visitor, made = Visitor(server), server.create()
    alice = Person(server.url, made["code"], key=made["key"]).join()
    secret = alice.do("share_summary", shared=True)["secret"]
    pages = [visitor.enter(ADMIN_KEY)[1], visitor.get("/nowhere")[1]]
    pages += [visitor.get(path)[1] for path in (*PAGES, "/", "/sign-in", f"/s/{secret}", "/library", "/synthesis")]
    for page in pages:
        assert [path for path in PAGES if f'href="{path}"' not in page] == []
    alice.leave()


def test_the_weights_are_those_that_make_check_holds_to_the_limit(server: Running) -> None:
    """`static/weigh.py` adds the page itself."""
    program = Path(__file__).parents[2] / "static" / "weigh.py"
    printed = subprocess.run([sys.executable, str(program)], capture_output=True, text=True, check=True).stdout
    said = read(server, "/eco-design", "en")
    for view, (size, requests) in zip(VIEWS, map(weight_of, VIEWS), strict=True):
        line = re.search(rf"{view}: ([\d,]+) of [\d,]+ bytes, (\d+) requests", printed)
        assert line, printed
        assert 0 < int(line[1].replace(",", "")) - size < 10_000
        assert int(line[2]) == requests + 1
        assert f"{round(size / 1000, 1):g} kB in {requests} requests" in said
