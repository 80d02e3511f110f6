"""The ways to have TLS in a room that docs/deploy.md shows, tried: a name with a certificate, a tunnel of one's own."""

from __future__ import annotations

import contextlib
import getpass
import os
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.database_servers import free_port
from tests.support.live_server import Running
from tests.support.proxies import DEPLOY, Begin, Front, Upstream, in_front, nginx, program, replaced

NAME = "boat.example.org"  # as in the file; RFC 2606
JSON = ("-H", "Content-Type: application/json", "-d")
UPGRADE = (
    *("-H", "Connection: Upgrade", "-H", "Upgrade: websocket", "-H", "Sec-WebSocket-Version: 13"),
    *("-H", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "--http1.1", "-m", "1"),
)


class Phone:
    """Fetches like a phone that knows an authority: it goes nowhere with a certificate of anybody else."""

    def __init__(self, url: str, authority: Path, port: int) -> None:
        self.url = url
        self._trusting = ("--cacert", str(authority), "--resolve", f"{NAME}:{port}:127.0.0.1")

    def get(self, path: str, *more: str) -> str:
        command = ["curl", "-si", "--path-as-is", *self._trusting, *more, self.url + path]
        return subprocess.run(command, capture_output=True, timeout=60).stdout.decode(errors="replace")


def openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, cwd=folder, timeout=60)


def certificate(folder: Path) -> None:
    """Make an authority (ca.pem) and a certificate for the name (fullchain.pem, privkey.pem), as one gets it."""
    (folder / "names").write_text(f"subjectAltName=DNS:{NAME}\n")
    new = ("req", "-newkey", "rsa:2048", "-nodes")
    openssl(folder, *new, "-x509", "-days", "2", "-subj", "/CN=Authority", "-keyout", "ca.key", "-out", "ca.pem")
    openssl(folder, *new, "-subj", f"/CN={NAME}", "-keyout", "privkey.pem", "-out", "request.pem")
    signing = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names")
    openssl(folder, "x509", "-req", "-in", "request.pem", *signing, "-out", "fullchain.pem")


def caddy_in_the_room(folder: Path, front: Front, servers: Sequence[Upstream]) -> tuple[list[str], dict[str, str]]:
    """Return Caddy's command and environment for Caddyfile.room; only ports and the folder are replaced."""
    text = replaced(
        (DEPLOY / "Caddyfile.room").read_text(encoding="utf-8"),
        {"/etc/speedboat/": f"{folder}/", "127.0.0.1:5000": f"127.0.0.1:{servers[0].port}"},
    )
    options = ["admin off", "skip_install_trust", f"http_port {free_port()}", f"https_port {front.port}"]
    file = folder / "Caddyfile.room"
    file.write_text("{\n\t" + "\n\t".join(options) + "\n}\n" + text)
    return [str(program("caddy")), "run", "--config", str(file), "--adapter", "caddyfile"], {"HOME": str(folder)}


def all_goes_through(phone: Phone, server: Running) -> None:
    """A workshop is created and its page and socket opened over TLS, and the address in links is the encrypted one."""
    up = phone.get("/readyz", "--retry", "60", "--retry-delay", "1", "--retry-all-errors")
    # curl prints every attempt: a proxy may be there before what it leads to.
    assert " 200" in [line for line in up.splitlines() if line.startswith("HTTP/")][-1], up
    made = phone.get("/api/v1/workshops", *JSON, '{"title":"T"}')
    assert f'"join_url":"{phone.url}/w/' in made
    code = re.findall(r'"code":"(\w+)"', made)[0]
    assert "strict-transport-security" in phone.get(f"/w/{code}").lower()
    origin = ("-H", f"Origin: {phone.url}")
    opened = phone.get(f"/socket.io/?EIO=4&transport=websocket&w={code}", *UPGRADE, *origin)
    assert " 101" in opened.splitlines()[0]
    assert " 404" in phone.get("/metrics").splitlines()[0]
    assert server.request("GET", "/healthz")[0] == 200


def test_a_name_with_a_certificate_is_enough_on_the_laptop(tmp_path: Path, start: Callable[..., Running]) -> None:
    if program("caddy") is None:
        pytest.skip("LOUD: caddy is not installed (apt-get install caddy): TLS on the laptop is not tried")
    certificate(tmp_path)
    front = Front(free_port())
    url = f"https://{NAME}:{front.port}"
    server = start(public_url=url, trusted_proxies=1, host="127.0.0.1")
    with in_front(caddy_in_the_room, tmp_path, front, [server]):
        phone = Phone(url, tmp_path / "ca.pem", front.port)
        all_goes_through(phone, server)
        stranger = Phone(url, Path("/dev/null"), front.port)
        assert stranger.get("/healthz") == "", "another certificate would be taken, too"


@contextlib.contextmanager
def tunnel(folder: Path, far: int, near: int) -> Iterator[None]:
    """Run sshd as the server has it, and from the laptop the command of docs/deploy.md, ports and files replaced."""
    openssh, port = program("sshd"), free_port()
    for key in ("host", "laptop"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / key], check=True, timeout=60)
    (folder / "laptop.pub").rename(folder / "authorized_keys")
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {(folder / 'host.pub').read_text()}")
    lines = [f"Port {port}", "ListenAddress 127.0.0.1", f"HostKey {folder}/host", f"PidFile {folder}/pid"]
    lines += [f"AuthorizedKeysFile {folder}/authorized_keys", "StrictModes no", "UsePAM no"]
    (folder / "sshd_config").write_text("\n".join(lines) + "\n")
    daemon = subprocess.Popen([str(openssh), "-D", "-e", "-f", folder / "sshd_config"], stderr=subprocess.DEVNULL)
    command = re.findall(r"`ssh (-N .*?)`", (DEPLOY.parent / "docs/deploy.md").read_text(encoding="utf-8"))[0]
    options = replaced(
        command,
        {
            "127.0.0.1:5001:127.0.0.1:5000": f"127.0.0.1:{far}:127.0.0.1:{near}",
            "you@boat.example.org": f"{getpass.getuser()}@127.0.0.1",
        },
    ).split()
    known = ["-F", "none", "-i", str(folder / "laptop"), "-o", f"UserKnownHostsFile={folder}/known_hosts"]
    client = subprocess.Popen(["ssh", *known, "-o", "ConnectionAttempts=30", "-p", str(port), *options])
    try:
        yield
    finally:
        for process in (client, daemon):
            process.terminate()
            process.wait(60)


def test_a_tunnel_of_ones_own_brings_the_room_to_a_server_with_a_certificate(
    tmp_path: Path, start: Callable[..., Running]
) -> None:
    if program("nginx") is None or program("sshd") is None:
        pytest.skip("LOUD: nginx or sshd is not installed (apt-get install nginx-light openssh-server)")
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # sshd asks for it; Debian makes it when sshd is started as a service
    front, far = Front(free_port()), free_port()
    server = start(public_url=front.url, trusted_proxies=1, host="127.0.0.1")
    with tunnel(tmp_path, far, server.port), in_front(through(far), tmp_path, front, [server]):
        phone = Phone(front.url, tmp_path / "cert.pem", front.port)
        all_goes_through(phone, server)


class EndOfTunnel(NamedTuple):
    """Where the server's proxy finds the laptop."""

    port: int


def through(port: int) -> Begin:
    """Return how nginx begins where the processes are at the end of a tunnel."""
    return lambda folder, front, _: nginx(folder, front, [EndOfTunnel(port)])
