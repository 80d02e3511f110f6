"""The built wheel and source archive, each installed into an environment of its own, work."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.support.database_servers import free_port

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0


def uv() -> str:
    for found in (shutil.which("uv"), ROOT / ".uv/bin/uv"):
        if found and Path(found).exists():
            return str(found)
    pytest.skip("uv is not on this machine: `make test` and the long form of the README bring it")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel and the archive, built from this checkout."""
    out = tmp_path_factory.mktemp("built")
    subprocess.run([uv(), "build", "--quiet", "--out-dir", str(out)], cwd=ROOT, check=True, timeout=300)
    return out


@pytest.mark.parametrize("kind", ["*.whl", "*.tar.gz"])
def test_what_is_built_serves_pages_assets_and_workshops_elsewhere(built: Path, tmp_path: Path, kind: str) -> None:
    package = next(built.glob(kind))
    place = tmp_path / "elsewhere"
    subprocess.run([uv(), "venv", "--quiet", "--python", sys.executable, str(place)], check=True, timeout=60)
    python = place / "bin/python"
    subprocess.run([uv(), "pip", "install", "--quiet", "--python", str(python), str(package)], check=True, timeout=300)
    port = free_port()
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("SPEEDBOAT_", "PYTHONPATH"))}
    environment["SPEEDBOAT_DATA_DIR"] = str(tmp_path / "data")
    command = [str(place / "bin/speedboat"), "serve", "--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        page = fetch(f"http://127.0.0.1:{port}/", server)
        script = page.split('src="')[1].split('"')[0]
        assert fetch(f"http://127.0.0.1:{port}{script}", server)
        made = subprocess.run(
            [str(place / "bin/speedboat"), "create", "Ailleurs"], env=environment, capture_output=True, check=True
        )
        assert b"Facilitate" in made.stdout
        code = made.stdout.decode().split("/w/")[1][:6]
        export = [str(place / "bin/speedboat"), "export", code, "--format", "pdf"]
        report = subprocess.run(export, env=environment, capture_output=True, check=True)
        assert report.stdout.startswith(b"%PDF-")
        assert b"no bundled font" not in report.stderr
    finally:
        server.terminate()
        said, _ = server.communicate(timeout=PATIENCE)
    assert server.returncode == 0, said.decode()


def fetch(url: str, server: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                text: str = response.read().decode()
                return text
        except OSError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.1)
