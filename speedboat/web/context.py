"""The context of the current request: the services, the client's address, whether the client has disconnected."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from flask import current_app, has_request_context, request

from speedboat.access.addresses import address_key
from speedboat.domain.messages import Refused
from speedboat.services import Services
from speedboat.storage.store import Workshop

P = ParamSpec("P")
R = TypeVar("R")

YEAR = 365 * 24 * 3600  # seconds


def current_services() -> Services:
    """Return the services of the application that handles this request."""
    services: Services = current_app.extensions["services"]
    return services


def join_url(workshop: Workshop) -> str:
    """Return the URL at which people join a workshop, as in the QR code."""
    return f"{current_services().base_url(request.host_url)}/w/{workshop.code}"


def is_secure() -> bool:
    """Whether people reach this server over HTTPS."""
    return request.is_secure or current_services().config.public_url.startswith("https:")


def caller_address() -> str:
    """Return the client's address, as far as proxies are trusted; '' outside of a request."""
    return (request.remote_addr or "") if has_request_context() else ""


def caller_key() -> str:
    """Return the key under which jobs and questions of an unidentified client are counted: its address or network."""
    return address_key(caller_address())


def paced(view: Callable[P, R]) -> Callable[P, R]:
    """Decorate a view that may start a heavy job: of many requests at once, one starts every 20 ms."""

    @functools.wraps(view)
    def turn(*args: P.args, **arguments: P.kwargs) -> R:
        current_services().jobs.pace.wait()
        return view(*args, **arguments)

    return turn


def caller_has_left() -> bool:
    """Whether the client of the current request has disconnected."""
    return has_request_context() and current_services().serving.has_left(request.environ)


@contextmanager
def counting_creation() -> Iterator[None]:
    """Count the body of the `with` as a workshop created from the client's address, unless it fails.

    Raises:
        Refused: `too_many_new_workshops`.
    """
    address = caller_address()
    retry_at = current_services().creation_limit.acquire(address)
    if retry_at is not None:
        raise Refused("too_many_new_workshops", limit=current_services().creation_limit.most, retry_at=retry_at)
    try:
        yield
    except Exception:
        current_services().creation_limit.give_back(address)
        raise
