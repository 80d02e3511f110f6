"""REST: the same acts as over the socket, through the same write path."""

from __future__ import annotations

import logging
from typing import Any

import msgspec
from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from speedboat.domain.messages import Refused, Viewer
from speedboat.domain.rules import read_command
from speedboat.exports import FORMATS
from speedboat.i18n.catalogues import choose
from speedboat.i18n.error_messages import error_of
from speedboat.jobs.tasks import Export
from speedboat.live.handlers import LARGEST_MESSAGE
from speedboat.storage.store import UNAVAILABLE, Workshop
from speedboat.web.context import counting_creation, here, line_of_caller, paced
from speedboat.web.error_pages import unavailable_page
from speedboat.writing.requests import View

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
encode = msgspec.json.Encoder().encode
log = logging.getLogger(__name__)

STATUS = {
    "malformed": 400,
    "no_token": 401,
    "bad_token": 401,
    "expired_token": 401,
    "bad_key": 401,
    "removed": 401,
    "creation_closed": 403,
    "closed": 403,
    "door_closed": 403,
    "wrong_passphrase": 403,
    "waiting": 403,
    "full": 403,
    "name_removed": 403,
    "screen_closed": 403,
    "too_many_new_workshops": 429,
    "foreign_origin": 403,
    "unknown_workshop": 404,
    "unknown_format": 404,
    "too_large": 413,
    "wrong_content_type": 415,
    "wrong_host": 421,
    "slow_down": 429,
    "try_again": 503,
    "internal_error": 503,
}


class NewWorkshop(msgspec.Struct, forbid_unknown_fields=True):
    """`follows` is the code of the workshop before this one in its series, `key` a facilitator's key of that."""

    title: str
    objective: str = ""
    language: str | None = None
    follows: str | None = None
    key: str | None = None


class NewPerson(msgspec.Struct, forbid_unknown_fields=True):
    """`token` is that of somebody who waits and asks again; `device` an id that the client keeps."""

    name: str | None = None
    key: str | None = None
    token: str | None = None
    passphrase: str | None = None
    device: str | None = None


def attach(app: Flask) -> None:
    app.register_blueprint(blueprint)
    for kind in UNAVAILABLE:
        app.register_error_handler(kind, unavailable)


@blueprint.errorhandler(Refused)
def refused(refusal: Refused) -> Response:
    here().metrics.count_refusal(refusal.code)
    error = error_of(refusal, asked_language())
    response = _json({"ok": False, "error": error}, STATUS.get(refusal.code, 422))
    if "retry_at" in error:
        response.headers["Retry-After"] = str(max(1, (error["retry_at"] - here().clock()) // 1000))
    elif "retry_in" in error:
        response.headers["Retry-After"] = str(max(1, error["retry_in"] // 1000))
    return response


def unavailable(fault: Exception) -> Response:
    """Answer that the database is away: not a crash, and worth another try. Logs only the exception type."""
    log.warning("refused a request with try_again: the database failed (%s); check it", type(fault).__name__)
    if request.path.startswith("/api/"):
        return refused(Refused("try_again"))
    return unavailable_page()


@blueprint.errorhandler(RequestEntityTooLarge)
def too_large(_: HTTPException) -> Response:
    return refused(Refused("too_large"))


@blueprint.post("/workshops")
def create_workshop() -> Response:
    if not here().config.open_creation:
        raise Refused("creation_closed")
    asked = _read(NewWorkshop)
    language = choose([asked.language], request.headers.get("Accept-Language"))
    follows = here().access.find_facilitated(asked.follows, asked.key or "") if asked.follows else None
    with counting_creation():
        workshop, key = here().access.create(asked.title, asked.objective, asked.language or language, follows)
    return _json(links(workshop.code, key), 201)


@blueprint.post("/workshops/<code>/people")
def join(code: str) -> Response:
    asked = _read(NewPerson) if request.get_data() else NewPerson()
    entry = here().access.enter(
        code, token=asked.token, key=asked.key, name=asked.name, passphrase=asked.passphrase, device=asked.device
    )
    view = here().writer.look(entry.workshop.id, entry.person, 0)
    return _json({"me": {"id": entry.person, "role": view.role, "name": view.name}, "token": entry.token}, 201)


@blueprint.post("/workshops/<code>/commands")
def command(code: str) -> Response:
    workshop, person = who_asks(code)
    here().count_message(person or "screen")
    payload = _body()
    if person is None:
        raise Refused("only_watching")
    asked = here().access.hash_passphrase_in(person, read_command(payload))
    answer = here().writer.act(workshop.id, Viewer(person, "participant"), asked)
    if answer.refusal:
        raise answer.refusal
    return Response(answer.encoded, mimetype="application/json")


@blueprint.get("/workshops/<code>/changes")
def changes(code: str) -> Response:
    workshop, person = who_asks(code)
    here().count_message(person or line_of_caller())
    try:
        since = int(request.args.get("since", "0"))
    except ValueError:
        raise Refused("malformed", "since") from None
    return Response(_look(workshop, person, since).patch, mimetype="application/json")


@blueprint.get("/workshops/<code>/export.<form>")
@paced
def export_workshop(code: str, form: str) -> Response:
    workshop, person = who_asks(code)
    if form not in FORMATS:
        raise Refused("unknown_format", "format")
    role = _look(workshop, person, workshop.seq).role  # nothing more than that: the writer is for the live rooms
    language = choose([request.args.get("lang")], request.headers.get("Accept-Language"), workshop.language)
    task = Export(workshop.id, form, person, role or "screen", language, asks_for_names())
    made = here().jobs.run(task, person or line_of_caller(), workshop.seq)
    response = Response(made, mimetype=FORMATS[form])
    response.headers["Content-Disposition"] = f'attachment; filename="speedboat-{workshop.code}.{form}"'
    return response


def links(code: str, key: str) -> dict[str, str]:
    """What whoever makes a workshop gets: its code, where to join, where to facilitate, the key in that link."""
    base = here().base_url(request.host_url)
    return {
        "code": code,
        "join_url": f"{base}/w/{code}",
        "facilitator_url": f"{base}/w/{code}/facilitate#key={key}",
        "key": key,
    }


def asks_for_names() -> bool:
    """Whether `?names=1` came with the request. Raises Refused: `unknown_value` for anything but 1 and 0."""
    asked = request.args.get("names", "0")
    if asked not in ("0", "1"):
        raise Refused("unknown_value", "names")
    return asked == "1"


def asked_language() -> str:
    return choose([request.args.get("lang")], request.headers.get("Accept-Language"))


def who_asks(code: str) -> tuple[Workshop, str | None]:
    """The workshop, and the person whose token came with the request."""
    return here().access.identify(code, bearer_token())


def bearer_token() -> str | None:
    """The token that came with the request, if any. Raises Refused: `no_token` for something else in its place."""
    given = request.headers.get("Authorization")
    if given is None:
        return None
    scheme, _, token = given.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Refused("no_token")
    return token.strip()


def _look(workshop: Workshop, person: str | None, since: int) -> View:
    view = here().writer.look(workshop.id, person, since)
    if view.role is None:
        raise Refused("waiting" if view.waiting else "removed")
    return view


def _body() -> bytes:
    if (request.content_length or 0) > LARGEST_MESSAGE:
        raise Refused("too_large")
    return request.get_data()


def _read(shape: type[Any]) -> Any:
    try:
        return msgspec.json.decode(_body(), type=shape)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise Refused("malformed") from None


def _json(value: Any, status: int) -> Response:
    return Response(encode(value), status, mimetype="application/json")
