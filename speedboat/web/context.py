"""What a view knows of its request: the services that answer it, where it came from, whether its caller has left."""

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


def here() -> Services:
    """The services of the application that answers this request."""
    services: Services = current_app.extensions["services"]
    return services


def join_url(workshop: Workshop) -> str:
    """Where people join a workshop: what the QR code says."""
    return f"{here().base_url(request.host_url)}/w/{workshop.code}"


def is_secure() -> bool:
    """Whether people reach this server by https."""
    return request.is_secure or here().config.public_url.startswith("https:")


def address_of_caller() -> str:
    """Where the request being answered comes from, as far as proxies are trusted; nothing outside of one."""
    return (request.remote_addr or "") if has_request_context() else ""


def line_of_caller() -> str:
    """Whose heavy work and questions are counted together where nobody says who they are."""
    return address_key(address_of_caller())


def paced(view: Callable[P, R]) -> Callable[P, R]:
    """A view that may ask for heavy work: a hundred requests at once leave the loop room between them."""

    @functools.wraps(view)
    def turn(*args: P.args, **arguments: P.kwargs) -> R:
        here().jobs.pace.wait()
        return view(*args, **arguments)

    return turn


def caller_has_left() -> bool:
    """Whether whoever made the request being answered has hung up."""
    return has_request_context() and here().serving.has_left(request.environ)


@contextmanager
def counting_creation() -> Iterator[None]:
    """Count a workshop that is being created from an address. Raises Refused: `too_many_new_workshops`."""
    address = address_of_caller()
    retry_at = here().creation_limit.acquire(address)
    if retry_at is not None:
        raise Refused("too_many_new_workshops", limit=here().creation_limit.most, retry_at=retry_at)
    try:
        yield
    except Exception:
        here().creation_limit.give_back(address)
        raise
