"""Where exports are asked for: in every step, by REST and on the command line, in the language wanted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from speedboat.exports import FORMATS
from speedboat.log import PHASES
from tests.boards import ALICE, BOB
from tests.outcomes import lezoux, source
from tests.running import Person, Running
from tests.test_export_secrets import write


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
        assert headers["Content-Disposition"] == f'attachment; filename="speedboat-{made["code"]}.{form}"'
        assert written
    english, french = (server.request("GET", f"{path}/export.csv?lang={lang}", **asker)[2] for lang in ("en", "fr"))
    assert "Text" in english.decode("utf-8-sig").split(",")
    assert "Texte" in french.decode("utf-8-sig").split(";")
    alice.leave()


def test_the_command_line_writes_to_a_file_or_to_whatever_reads_along(server: Running, tmp_path: Path) -> None:
    made = server.create()
    kept = tmp_path / "report.pdf"
    assert server.speedboat("export", made["code"], "--format", "pdf", "-o", str(kept)) == ""
    assert kept.read_bytes().startswith(b"%PDF-")
    command = [sys.executable, "-m", "speedboat", "export", made["code"], "--format", "png"]
    piped = subprocess.run(command, env=server.environment, capture_output=True, timeout=60, check=True)
    assert piped.stdout.startswith(b"\x89PNG")
