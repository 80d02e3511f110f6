"""The files in deploy/: nginx and Caddy serve with them; compose and systemd units use settings that exist."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.faults.test_crash import Progress, Writer
from tests.live.test_processes import all_equal
from tests.support.database_servers import free_port
from tests.support.live_server import Person, Running
from tests.support.proxies import Front, caddy, in_front, nginx, program

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
JSON = ("-H", "Content-Type: application/json", "-d")


def test_every_setting_named_there_is_one_and_proxies_hide_the_figures() -> None:
    known = set(
        re.findall(r"^\| `(SPEEDBOAT_\w+)`", (ROOT / "docs/configuration.md").read_text(encoding="utf-8"), re.M)
    )
    for file in DEPLOY.iterdir():
        named = set(re.findall(r"SPEEDBOAT_\w+", file.read_text(encoding="utf-8"))) - {"SPEEDBOAT_HOSTNAME"}
        assert named <= known, (file.name, named - known)
    for proxy in ("nginx.conf", "Caddyfile", "Caddyfile.room"):
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


@pytest.fixture(params=["nginx", "caddy"])
def behind(
    request: pytest.FixtureRequest, tmp_path: Path, start: Callable[..., Running]
) -> Iterator[tuple[Running, Running, Front]]:
    """Two processes behind a proxy with its file of deploy/."""
    if program(request.param) is None:
        pytest.skip(
            f"LOUD: {request.param} is not installed (apt-get install nginx-light caddy): its file is not tried"
        )
    front = Front(free_port())
    settings = {"public_url": front.url, "trusted_proxies": 1, "messages_per_second": 0}
    one, other = start(**settings), start(**settings)
    begin = nginx if request.param == "nginx" else caddy
    with in_front(begin, tmp_path, front, (one, other)):
        up = front.get("/readyz", "--retry", "100", "--retry-delay", "1", "--retry-connrefused")
        assert " 200" in up, up
        yield one, other, front


def test_behind_either_proxy_sockets_links_origins_and_addresses_are_right(behind: Any) -> None:
    *_, front = behind
    for path in ("/metrics", "/metrics/", "//metrics", "/%6detrics"):
        assert " 404" in front.get(path).splitlines()[0]
    made = front.get("/api/v1/workshops", *JSON, '{"title":"T"}')
    assert f'"join_url":"{front.url}/w/' in made
    code = re.findall(r'"code":"(\w+)"', made)[0]
    assert "strict-transport-security" in front.get(f"/w/{code}").lower()
    polling = f"/socket.io/?EIO=4&transport=polling&w={code}"
    assert " 200" in front.get(polling, "-H", f"Origin: {front.url}").splitlines()[0]
    assert " 400" in front.get(polling, "-H", "Origin: https://example.org").splitlines()[0]
    upgrade = ["-H", "Connection: Upgrade", "-H", "Upgrade: websocket", "-H", "Sec-WebSocket-Version: 13"]
    opened = front.get(
        f"/socket.io/?EIO=4&transport=websocket&w={code}",
        *upgrade,
        *("-H", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "-H", f"Origin: {front.url}", "--http1.1", "-m", "1"),
    )
    assert " 101" in opened.splitlines()[0]
    # Whoever says to come from elsewhere is not believed: guesses count for where they really come from.
    for address in ("203.0.113.7", "203.0.113.8"):
        guess = (*JSON, "{}", "-H", f"X-Forwarded-For: {address}")
        guesses = front.get("/api/v1/workshops/ZZZZZZ/people?[1-70]", *guess)
    assert guesses.count("unknown_workshop") < 30 < guesses.count("slow_down")


def test_behind_either_proxy_each_workshop_is_with_one_process(behind: Any) -> None:
    *servers, front = behind
    rooms, homes = [], set()
    while len(homes) < 2:
        assert len(rooms) < 20, "all workshops are with the same process"
        code = servers[0].create()["code"]
        before = [figure(server, "connections") for server in servers]
        # Python's TLS breaks now and then when one thread reads what another writes: then they come again.
        people = [Person(f"{front.url}?w={code}", code, reconnects=True, name=name) for name in "ABCD"]
        rooms.append([person.join() for person in people])
        share = settled(
            lambda had=before: [figure(one, "connections") - n for one, n in zip(servers, had, strict=True)]
        )
        assert sorted(share) == [0, 4]
        homes.add(home := share.index(4))
        before = [figure(server, "refusals_total") for server in servers]
        front.get(f"/api/v1/workshops/{code}/people", *JSON, "[]")
        assert figure(servers[home], "refusals_total") == before[home] + 1
    for room in rooms:
        for person in room:
            person.leave()


def settled(figures: Callable[[], list[int]], patience: float = 10.0) -> list[int]:
    """The figures once four are counted: a connection that broke is counted until the server has heard of it."""
    deadline = time.monotonic() + patience
    while sum(found := figures()) != 4 and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def figure(server: Running, name: str) -> int:
    """The sum of a figure, whatever its labels."""
    _, _, page = server.request("GET", "/metrics")
    return round(sum(float(one) for one in re.findall(rf"^speedboat_{name}(?:{{.*}})? (\S+)$", page.decode(), re.M)))


def test_behind_either_proxy_a_rolling_restart_under_load_loses_no_card_and_doubles_none(behind: Any) -> None:
    *servers, front = behind
    made = servers[0].create()
    code = made["code"]
    room = [Writer(f"{front.url}?w={code}", code, n) for n in range(6)]
    progress = Progress()
    for writer in room:
        writer.begin(progress)
    for server in servers:
        progress.await_more(60)
        assert server.stop()[0] == 0
        progress.await_more(60)  # by the other
        assert " 200" in front.get(f"/w/{code}").splitlines()[0]
        server.start()
    progress.await_more(60)
    all_equal(room, servers)
