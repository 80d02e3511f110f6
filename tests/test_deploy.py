"""The files in deploy/: nginx serves with its own; compose and units name settings that exist, /metrics is closed."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.running import Person, Running
from tests.servers import free_port

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


def test_every_setting_named_there_is_one_and_proxies_hide_the_figures() -> None:
    known = set(
        re.findall(r"^\| `(SPEEDBOAT_\w+)`", (ROOT / "docs/configuration.md").read_text(encoding="utf-8"), re.M)
    )
    for file in DEPLOY.iterdir():
        named = set(re.findall(r"SPEEDBOAT_\w+", file.read_text(encoding="utf-8"))) - {"SPEEDBOAT_HOSTNAME"}
        assert named <= known, (file.name, named - known)
    for proxy in ("nginx.conf", "Caddyfile"):
        assert re.search(r"/metrics\b.*404", (DEPLOY / proxy).read_text(encoding="utf-8"))


def test_the_compose_file_runs_two_alike_that_wait_for_the_database() -> None:
    composed = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    services = composed["services"]
    one, other = services["speedboat1"], services["speedboat2"]
    assert one == other
    assert one["depends_on"].keys() <= services.keys()
    assert one["environment"]["SPEEDBOAT_TRUSTED_PROXIES"] == "1"
    assert [name for name, service in services.items() if "ports" in service] == ["caddy"]
    used = {volume.split(":")[0] for service in services.values() for volume in service.get("volumes", [])}
    assert {name for name in used if not name.startswith(".")} == composed["volumes"].keys()


def test_the_units_take_what_systemd_takes(tmp_path: Path) -> None:
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("LOUD: systemd-analyze is not installed, the units are not verified")
    for name in ("speedboat@.service", "speedboat-backup.service", "speedboat-backup.timer"):
        unit = tmp_path / name
        unit.write_text(
            (DEPLOY / name).read_text(encoding="utf-8").replace("/opt/speedboat/bin/speedboat", "/bin/true")
        )
    for name in ("speedboat@5001.service", "speedboat-backup.service"):
        done = subprocess.run([verify, "verify", tmp_path / name], capture_output=True, text=True, timeout=60)
        said = [line for line in done.stderr.splitlines() if "speedboat" in line]
        assert not said


@pytest.fixture
def through_nginx(tmp_path: Path, start: Callable[..., Running]) -> Iterator[tuple[Running, Running, int]]:
    """Two processes behind deploy/nginx.conf, with ports and certificate of this test."""
    if NGINX is None:
        pytest.skip("LOUD: nginx is not installed (apt-get install nginx-light): its configuration is not tried")
    port, plain = free_port(), free_port()
    settings = {"public_url": f"https://127.0.0.1:{port}", "trusted_proxies": 1}
    servers = start(**settings), start(**settings)
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for old, new in (
        ("127.0.0.1:5001", f"127.0.0.1:{servers[0].port}"),
        ("127.0.0.1:5002", f"127.0.0.1:{servers[1].port}"),
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("listen 80", f"listen 127.0.0.1:{plain}"),
        ("/etc/letsencrypt/live/boat.example.org/fullchain.pem", f"{tmp_path}/cert.pem"),
        ("/etc/letsencrypt/live/boat.example.org/privkey.pem", f"{tmp_path}/key.pem"),
    ):
        assert old in text
        text = text.replace(old, new)
    making = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    made = [*making, "-keyout", f"{tmp_path}/key.pem", "-out", f"{tmp_path}/cert.pem"]
    subprocess.run(made, check=True, capture_output=True)
    temporary = "".join(
        f"{kind}_temp_path {tmp_path}/{kind}; " for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log stderr warn; daemon off; master_process off; events {{}}\n"
        f"http {{ access_log off; {temporary}\n{text}\n}}\n"
    )
    command = [NGINX, "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf"), "-e", "stderr"]
    tried = subprocess.run([*command, "-t"], capture_output=True, text=True, timeout=60)
    assert tried.returncode == 0, tried.stderr
    assert "[warn]" not in tried.stderr
    running = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    yield servers[0], servers[1], port
    running.terminate()
    running.wait(60)


def test_behind_nginx_sockets_links_origins_and_addresses_are_right(through_nginx: Any) -> None:
    one, other, port = through_nginx
    outside = f"https://127.0.0.1:{port}"

    def get(path: str, *more: str, tries: int = 20) -> str:
        command = ["curl", "-sk", "--retry", str(tries), "--retry-connrefused", "--retry-delay", "0", "-i", *more]
        whole = [*command, outside + path]
        return subprocess.run(whole, capture_output=True, text=True, errors="replace", timeout=60).stdout

    assert " 200" in get("/readyz").splitlines()[0]
    assert " 404" in get("/metrics").splitlines()[0]
    made = get("/api/v1/workshops", "-d", '{"title":"T"}')
    assert f'"join_url":"{outside}/w/' in made
    code = re.findall(r'"code":"(\w+)"', made)[0]
    assert "Strict-Transport-Security" in get(f"/w/{code}")
    polling = f"/socket.io/?EIO=4&transport=polling&w={code}"
    assert " 200" in get(polling, "-H", f"Origin: {outside}").splitlines()[0]
    assert " 400" in get(polling, "-H", "Origin: https://example.org").splitlines()[0]
    upgrade = ["-H", "Connection: Upgrade", "-H", "Upgrade: websocket", "-H", "Sec-WebSocket-Version: 13"]
    opened = get(
        f"/socket.io/?EIO=4&transport=websocket&w={code}",
        *upgrade,
        *("-H", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "-H", f"Origin: {outside}", "--http1.1", "-m", "1"),
        tries=0,
    )
    assert " 101" in opened.splitlines()[0]
    # All of one workshop went to one process; the other still answers when that one is gone.
    bob = Person(one.url, code, name="Bob").join()
    bob.leave()
    one.kill()
    assert " 200" in get(f"/w/{code}").splitlines()[0]
    other.kill()
