"""The proxies of deploy/ in front of real processes; only ports, names and certificates are replaced."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from tests.support.database_servers import free_port

DEPLOY = Path(__file__).parents[2] / "deploy"
NAME = "localhost"


def program(name: str) -> str | None:
    """Return the path of a proxy's program, also where it is not on everybody's PATH."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")


class Front:
    """The address at which a proxy is reached."""

    def __init__(self, port: int) -> None:
        self.port = port

    @property
    def url(self) -> str:
        return f"https://{NAME}:{self.port}"

    def get(self, path: str, *more: str) -> str:
        """Fetch a path with curl; return status line, headers and body."""
        done = subprocess.run(["curl", "-ski", *more, self.url + path], capture_output=True, timeout=60)
        return done.stdout.decode(errors="replace")


class Upstream(Protocol):
    """What listens on a port of this machine."""

    port: int


Begin = Callable[[Path, Front, Sequence[Upstream]], tuple[list[str], dict[str, str]]]


@contextlib.contextmanager
def in_front(begin: Begin, folder: Path, front: Front, servers: Sequence[Upstream]) -> Iterator[Front]:
    """Run a proxy for the length of a `with`."""
    command, environment = begin(folder, front, servers)
    running = subprocess.Popen(command, env=os.environ | environment, stderr=subprocess.DEVNULL)
    try:
        yield front
    finally:
        running.terminate()
        running.wait(60)


def nginx(folder: Path, front: Front, servers: Sequence[Upstream]) -> tuple[list[str], dict[str, str]]:
    """Return nginx's command and environment; its configuration must pass nginx's own check without a warning."""
    text = replaced(
        (DEPLOY / "nginx.conf").read_text(encoding="utf-8"),
        {
            **{f"127.0.0.1:{5001 + n}": f"127.0.0.1:{server.port}" for n, server in enumerate(servers)},
            "listen 443 ssl": f"listen 127.0.0.1:{front.port} ssl",
            "listen 80": f"listen 127.0.0.1:{free_port()}",
            "/etc/letsencrypt/live/boat.example.org/fullchain.pem": f"{folder}/cert.pem",
            "/etc/letsencrypt/live/boat.example.org/privkey.pem": f"{folder}/key.pem",
        },
    )
    making = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}"]
    certificate = [*making, "-keyout", f"{folder}/key.pem", "-out", f"{folder}/cert.pem"]
    subprocess.run(certificate, check=True, capture_output=True)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind}; " for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"pid {folder}/pid; error_log stderr warn; daemon off; master_process off; events {{}}\n"
        f"http {{ access_log off; {temporary}\n{text}\n}}\n"
    )
    command = [str(program("nginx")), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"]
    tried = subprocess.run([*command, "-t"], capture_output=True, text=True, timeout=60)
    assert tried.returncode == 0, tried.stderr
    assert "[warn]" not in tried.stderr
    return command, {}


def caddy(folder: Path, front: Front, servers: Sequence[Upstream]) -> tuple[list[str], dict[str, str]]:
    """Return Caddy's command and environment; it makes its certificate itself."""
    text = replaced(
        (DEPLOY / "Caddyfile").read_text(encoding="utf-8"),
        {f"speedboat{n}:5000": f"127.0.0.1:{server.port}" for n, server in enumerate(servers, 1)},
    )
    options = [
        "admin off",
        "skip_install_trust",
        f"storage file_system {folder}/caddy",
        f"http_port {free_port()}",
        f"https_port {front.port}",
    ]
    file = folder / "Caddyfile"
    file.write_text("{\n\t" + "\n\t".join(options) + "\n}\n" + text)
    environment = {"SPEEDBOAT_HOSTNAME": NAME, "HOME": str(folder)}
    how = ["--config", str(file), "--adapter", "caddyfile"]
    adapting = [str(program("caddy")), "adapt", *how]
    tried = subprocess.run(adapting, capture_output=True, text=True, timeout=60, env=os.environ | environment)
    assert tried.returncode == 0, tried.stderr
    assert '"warn"' not in tried.stderr, tried.stderr
    return [str(program("caddy")), "run", *how], environment


def replaced(text: str, others: dict[str, str]) -> str:
    for old, new in others.items():
        assert old in text
        text = text.replace(old, new)
    return text
