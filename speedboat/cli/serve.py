"""`speedboat serve`: start, print the addresses, run until interrupted."""

from __future__ import annotations

import gc
import socket
import sys
from collections.abc import Callable
from dataclasses import replace

import click
import segno

from speedboat.app import Speedboat
from speedboat.cli.terminal import can_print, failure
from speedboat.config import Config
from speedboat.server import listen

QR_BLOCKS = "▀▄█"  # what a QR code is printed with


def serve(
    config: Config, host: str | None, port: int | None, started: Callable[[Speedboat, str], None] | None = None
) -> None:
    """Serve until SIGTERM or SIGINT.

    Args:
        started: called once it listens, with the address of this machine.

    Raises:
        click.ClickException: the address is taken, or a setting is wrong.
    """
    config = replace(config, host=config.host if host is None else host, port=config.port if port is None else port)
    try:
        listener = listen(config.host, config.port)
    except (OSError, OverflowError, UnicodeError) as error:
        raise failure(
            f"Cannot serve on {in_url(config.host)}:{config.port}: {error}. "
            "Set SPEEDBOAT_PORT to a port that is free, or SPEEDBOAT_HOST to an address of this machine."
        ) from None
    try:
        speedboat = Speedboat(replace(config, port=listener.getsockname()[1]))
    except ValueError as error:
        raise failure(f"Cannot serve: {error}") from None
    # Everything allocated so far lives as long as the process: the garbage collector can skip it.
    gc.collect()
    gc.freeze()
    address = f"http://localhost:{speedboat.config.port}"
    if started:
        started(speedboat, address)
    else:
        announce(speedboat.config)
    speedboat.serving.serve(speedboat.flask, listener, speedboat.stop)


def announce(config: Config) -> None:
    """Print the addresses, and a QR code of the one for phones."""
    click.echo(f"Speedboat is at http://localhost:{config.port}")
    url = config.public_url or phone_url(config)
    if url:
        click.echo(f"Phones on this network: {url}\n")
        if can_print(QR_BLOCKS):
            segno.make(url, error="l").terminal(compact=True)
    if not sys.stdout.isatty():
        # Output that is not a terminal ends up in a log, which must not contain a key.
        click.echo("Library of all workshops: run `speedboat admin-key` for its link.")
    elif _is_first_start(config):
        click.echo(f"Library of all workshops, keep this link to yourself: {library_url(config)}")
        click.echo("(`speedboat admin-key` prints it again.)\n")
    click.echo("Press Ctrl+C to stop.")


def library_url(config: Config) -> str:
    """Return the link that opens the library; its key is behind a #, which browsers do not send, so no log has it."""
    return f"{config.public_url or f'http://localhost:{config.port}'}/library#key={config.admin_key}"


def _is_first_start(config: Config) -> bool:
    """Whether the library's key was created here and not printed yet, rather than set in the environment."""
    key_file = config.data_dir / "admin_key"
    if not key_file.exists() or key_file.read_text(encoding="ascii").strip() != config.admin_key:
        return False
    try:
        (config.data_dir / "admin_key_printed").touch(0o600, exist_ok=False)
    except OSError:
        return False
    return True


def in_url(host: str) -> str:
    """Return a host as it stands in a URL: an IPv6 address in brackets (RFC 3986)."""
    return f"[{host}]" if ":" in host else host


def phone_url(config: Config) -> str | None:
    """Return this machine's address on its network, if the server listens to more than the machine itself."""
    if config.host not in ("0.0.0.0", "::", ""):  # noqa: S104  # a comparison, not a binding
        is_this_machine = config.host.startswith("127.") or config.host in ("localhost", "::1")
        return None if is_this_machine else f"http://{in_url(config.host)}:{config.port}"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Sends nothing: only asks the system which of its addresses would be used (RFC 5737 has no host here).
            probe.connect(("192.0.2.1", 9))
            own = probe.getsockname()[0]
        except OSError:
            return None
    return None if own.startswith("127.") else f"http://{own}:{config.port}"
