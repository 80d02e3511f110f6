"""Requesting exports: in every phase, by REST and on the command line, in the requested language."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from speedboat.domain.messages import PHASES
from speedboat.exports import FORMATS
from tests.support.boards import ALICE, BOB
from tests.support.finished_workshops import lezoux, source
from tests.support.live_server import Person, Running
from tests.support.outputs import write


@pytest.mark.parametrize("phase", PHASES)
def test_every_kind_of_file_is_made_in_every_step(phase: str) -> None:
    table = lezoux(5)
    table.do(ALICE, "set_phase", phase=phase)
    for form in FORMATS:
        assert write(form, source(table, table.viewer(BOB))), form


def test_rest_gives_files_with_their_type_and_name_in_the_language_asked_for(server: Running) -> None:
    made = server.create()
    alice = Person(server.url, made["code"], key=made["key"]).join()
    path, asker = f"/api/v1/workshops/{made['code']}", {"Authorization": f"Bearer {alice.auth['token']}"}
    for form, kind in FORMATS.items():
        status, headers, written = server.request("GET", f"{path}/export.{form}?lang=en", **asker)
        assert (status, headers["Content-Type"].split(";")[0]) == (200, kind.split(";")[0])
        assert headers["Content-Disposition"].startswith(f'attachment; filename="speedboat-{made["code"]}.{form}"; ')
        assert written
    english, french = (server.request("GET", f"{path}/export.csv?lang={lang}", **asker)[2] for lang in ("en", "fr"))
    assert "Text" in english.decode("utf-8-sig").split(",")
    assert "Texte" in french.decode("utf-8-sig").split(";")
    alice.leave()


def test_names_are_asked_for_with_1_and_by_facilitators(server: Running) -> None:
    made = server.create()
    alice = Person(server.url, made["code"], key=made["key"]).join()
    bob = Person(server.url, made["code"], name="Bob").join()
    theo = Person(server.url, made["code"], view="screen").join()
    bob.add()
    path = f"/workshops/{made['code']}/export.json?names="
    for person, asked, answer in (
        (alice, "1", None),
        (alice, "0", None),
        (alice, "yes", "unknown_value"),
        (bob, "1", "facilitators_only"),
        (theo, "1", "facilitators_only"),
        (bob, "0", None),
    ):
        status, told = server.api("GET", path + asked, token=person.auth["token"])
        assert status == (200 if answer is None else 422)
        if answer:
            assert (told["error"]["code"], told["error"]["field"]) == (answer, "names")
        else:
            assert any(record["type"] == "person" for record in told["records"]) == (asked == "1")
    for person in (alice, bob, theo):
        person.leave()


def test_the_command_line_writes_to_a_file_or_to_whatever_reads_along(server: Running, tmp_path: Path) -> None:
    made = server.create()
    kept = tmp_path / "report.pdf"
    assert server.speedboat("export", made["code"], "--format", "pdf", "-o", str(kept)) == ""
    assert kept.read_bytes().startswith(b"%PDF-")
    command = [sys.executable, "-m", "speedboat", "export", made["code"], "--format", "png"]
    piped = subprocess.run(command, env=server.environment, capture_output=True, timeout=60, check=True)
    assert piped.stdout.startswith(b"\x89PNG")
