"""Nothing imports or calls what Windows lacks: these names are taken away from a process, which then serves.

No test runs on Windows itself; `docs/deploy.md` says so, and what else was not tried.
"""

from __future__ import annotations

import os
import subprocess
import sys

PROGRAM = """
import importlib, os, pkgutil, signal, socket, sys, threading, urllib.request

# These adapt to Windows by themselves, once and for all: imported while everything is there.
import asyncio, subprocess, tempfile, shutil, flask, flask_socketio
import sqlalchemy, alembic.command
import typst, click, segno, platformdirs, redis, msgspec, prometheus_client
import simple_websocket, werkzeug.serving
import gevent.pywsgi, geventwebsocket.handler
import speedboat.server.eventlet_mode

for name in [name for name in sys.modules if name.startswith("speedboat")]:
    del sys.modules[name]
for name in ("fcntl", "resource", "termios", "pwd", "grp", "tty", "pty"):
    sys.modules[name] = None
for owner, names in (
    (os, "fork geteuid getuid fchmod nice sched_setscheduler sched_param SCHED_IDLE"),
    (os, "O_NOFOLLOW O_NONBLOCK"),
    (signal, "SIGHUP SIGUSR1 SIGUSR2 SIGCHLD SIGPIPE SIGKILL pthread_sigmask"),
    (socket, "SO_REUSEPORT"),
):
    for name in names.split():
        if hasattr(owner, name):
            delattr(owner, name)

import speedboat
for module in pkgutil.walk_packages(speedboat.__path__, "speedboat."):
    others = ("speedboat.__main__", "speedboat.storage.migrations")
    if not module.name.startswith(others):
        importlib.import_module(module.name)

from speedboat.cli.serve import serve
from speedboat.config import Config

answers = []
def started(running, address):
    def ask():
        for page in ("/healthz", "/readyz", "/"):
            answers.append(urllib.request.urlopen(address + page, timeout=30).status)
        os.kill(os.getpid(), signal.SIGINT)
    threading.Thread(target=ask).start()

serve(Config.from_environment(), "127.0.0.1", 0, started)
print("served", answers)
os._exit(0)
"""


def test_every_module_is_imported_and_threads_serve_without_what_windows_lacks(environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, **environment, "SPEEDBOAT_ASYNC": "threading"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "served [200, 200, 200]" in done.stdout, done.stderr
