"""The REST API: the same commands as over the socket, through the same write path."""

from __future__ import annotations

import logging
from typing import TypeVar

import msgspec
from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from speedboat.domain.features.purge_date import default_purge_day
from speedboat.domain.ids import PersonId
from speedboat.domain.messages import Refused, Viewer
from speedboat.domain.personal_data import personal_data
from speedboat.domain.rules import read_command
from speedboat.exports import FORMATS
from speedboat.i18n.catalogues import choose
from speedboat.i18n.error_messages import error_of
from speedboat.jobs.tasks import Export
from speedboat.live.handlers import LARGEST_MESSAGE
from speedboat.storage.store import UNAVAILABLE, Store, Workshop
from speedboat.storage.workshop_reader import read
from speedboat.web.context import caller_key, counting_creation, current_services, paced
from speedboat.web.creation import check_creation, team_for_new
from speedboat.web.downloads import download
from speedboat.web.error_pages import unavailable_page
from speedboat.web.qr_codes import qr_code
from speedboat.writing.creation import NewWorkshop
from speedboat.writing.requests import View

T = TypeVar("T")

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
    "sign_in_first": 401,
    "unknown_team": 404,
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


class NewWorkshopBody(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a request for a new workshop.

    Attributes:
        follows: the code of the previous workshop of its series.
        key: the facilitator key of that workshop.
        time_zone: a name of the IANA database; by default that of the workshop it follows, or of the server.
        purge_on: the day (YYYY-MM-DD) on which it is erased, null for none; by default as the server has it.
        keeps_figures: keep figures, theme titles and accepted actions then, without names.
        team: the slug of a team of whoever is signed in; by default the one they are in, if it is the only one.
    """

    title: str
    objective: str = ""
    language: str | None = None
    follows: str | None = None
    key: str | None = None
    time_zone: str = ""
    purge_on: str | msgspec.UnsetType | None = msgspec.UNSET
    keeps_figures: bool = False
    team: str | None = None


class NewPerson(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a request to join.

    Attributes:
        token: the one sent with `waiting`, when somebody who waits for approval asks again.
        device: a random id that the client stores.
    """

    name: str | None = None
    key: str | None = None
    token: str | None = None
    passphrase: str | None = None
    device: str | None = None


def attach(app: Flask) -> None:
    """Register the API, and the answer for a database that fails."""
    app.register_blueprint(blueprint)
    for kind in UNAVAILABLE:
        app.register_error_handler(kind, answer_unavailable)


@blueprint.errorhandler(Refused)
def answer_refusal(refusal: Refused) -> Response:
    """Answer a refusal with its status, code and sentence, and `Retry-After` where it helps."""
    current_services().metrics.count_refusal(refusal.code)
    error = error_of(refusal, request_language())
    response = _json({"ok": False, "error": error}, STATUS.get(refusal.code, 422))
    if "retry_at" in error:
        response.headers["Retry-After"] = str(max(1, (error["retry_at"] - current_services().steady()) // 1000))
    elif "retry_in" in error:
        response.headers["Retry-After"] = str(max(1, error["retry_in"] // 1000))
    return response


def answer_unavailable(fault: Exception) -> Response:
    """Answer `try_again` when the database fails. Logs only the exception type."""
    log.warning("refused a request with try_again: the database failed (%s); check it", type(fault).__name__)
    if request.path.startswith("/api/"):
        return answer_refusal(Refused("try_again"))
    return unavailable_page()


@blueprint.errorhandler(RequestEntityTooLarge)
def answer_too_large(_: HTTPException) -> Response:
    """Answer a body that Flask has refused as too large."""
    return answer_refusal(Refused("too_large"))


@blueprint.post("/workshops")
def create_workshop() -> Response:
    """Create a workshop; answer its links and facilitator key."""
    owner = check_creation()
    body = _read(NewWorkshopBody)
    team = team_for_new(owner, body.team)
    language = choose([body.language], request.headers.get("Accept-Language"))
    follows = current_services().access.find_facilitated(body.follows, body.key or "") if body.follows else None
    before = follows.time_zone if follows else ""
    time_zone = body.time_zone or before or current_services().config.time_zone
    if body.purge_on is msgspec.UNSET:
        purge_on = default_purge_day(time_zone, current_services().clock(), current_services().config.keep_days)
    else:
        purge_on = body.purge_on or ""
    with counting_creation():
        new = NewWorkshop(
            title=body.title,
            objective=body.objective,
            language=body.language or language,
            follows=follows,
            time_zone=time_zone,
            purge_on=purge_on,
            keeps_figures=body.keeps_figures,
            team=team,
            owner=owner,
        )
        workshop, key = current_services().access.create(new)
    return _json(links(workshop.code, key), 201)


@blueprint.post("/workshops/<code>/people")
def join(code: str) -> Response:
    """Join a workshop; answer the person and their token."""
    body = _read(NewPerson) if request.get_data() else NewPerson()
    entry = current_services().access.enter(
        code, token=body.token, key=body.key, name=body.name, passphrase=body.passphrase, device=body.device
    )
    view = current_services().writer.look(entry.workshop.id, entry.person, 0)
    return _json({"me": {"id": entry.person, "role": view.role, "name": view.name}, "token": entry.token}, 201)


@blueprint.post("/workshops/<code>/commands")
def command(code: str) -> Response:
    """Run a command of the person whose token came along."""
    workshop, person = identify_caller(code)
    current_services().count_message(person or "screen")
    payload = _body()
    if person is None:
        raise Refused("only_watching")
    checked = current_services().access.hash_passphrase_in(person, read_command(payload))
    answer = current_services().writer.act(workshop.id, Viewer(person, "participant"), checked)
    if answer.refusal:
        raise answer.refusal
    return Response(answer.encoded, mimetype="application/json")


@blueprint.get("/workshops/<code>/changes")
def changes(code: str) -> Response:
    """Answer the records that changed after `?since=SEQ`, as this person may see them."""
    workshop, person = identify_caller(code)
    current_services().count_message(person or caller_key())
    try:
        since = int(request.args.get("since", "0"))
    except ValueError:
        raise Refused("malformed", "since") from None
    return Response(_look(workshop, person, since).patch, mimetype="application/json")


@blueprint.get("/workshops/<code>/export.<form>")
@paced
def export_workshop(code: str, form: str) -> Response:
    """Export the workshop as a file, as this person may see it."""
    workshop, person = identify_caller(code)
    if form not in FORMATS:
        raise Refused("unknown_format", "format")
    role = _look(workshop, person, workshop.seq).role  # only the role: the export itself is made in a worker process
    language = choose([request.args.get("lang")], request.headers.get("Accept-Language"), workshop.language)
    task = Export(workshop.id, form, person, role or "screen", language, asks_for_names())
    content = current_services().jobs.run(task, person or caller_key(), workshop.seq)
    return download(content, FORMATS[form], f"speedboat-{workshop.code}.{form}", workshop.title)


@blueprint.get("/workshops/<code>/me.json")
@paced
def own_data(code: str) -> Response:
    """Answer all that the workshop holds about this person, as a file: also to somebody who was removed from it."""
    workshop, person = _identify_person(code)
    content = current_services().serving.off_loop(_own_data, current_services().store, workshop, person)
    assert isinstance(content, bytes)
    return download(content, "application/json", f"speedboat-{workshop.code}-me.json", workshop.title)


def _own_data(store: Store, workshop: Workshop, person: PersonId) -> bytes:
    content = read(store, workshop.id)
    return msgspec.json.format(encode(personal_data(content.board, content.events, person)), indent=1)


@blueprint.get("/workshops/<code>/facilitator-qr.svg")
@paced
def facilitator_qr(code: str) -> Response:
    """Draw the facilitator link, which holds the key, as a QR code: for a facilitator who shows it to another one."""
    workshop, person = _identify_person(code)
    if _look(workshop, person, workshop.seq).role != "facilitator":
        raise Refused("facilitators_only")
    key = current_services().access.current_key(workshop)
    if key is None:
        raise Refused("bad_key")
    response = qr_code(links(workshop.code, key)["facilitator_url"], title=workshop.title)
    response.headers["Cache-Control"] = "no-store"
    return response


def links(code: str, key: str) -> dict[str, str]:
    """Return what the creator of a workshop gets: its code, both links, and the facilitator key."""
    base = current_services().base_url(request.host_url)
    return {
        "code": code,
        "join_url": f"{base}/w/{code}",
        "facilitator_url": f"{base}/w/{code}/facilitate#key={key}",
        "key": key,
    }


def asks_for_names() -> bool:
    """Whether the request has `?names=1`. Raises Refused: `unknown_value` for anything but 1 and 0."""
    names = request.args.get("names", "0")
    if names not in ("0", "1"):
        raise Refused("unknown_value", "names")
    return names == "1"


def request_language() -> str:
    """Return the language of the answer: `?lang=`, else that of `Accept-Language`."""
    return choose([request.args.get("lang")], request.headers.get("Accept-Language"))


def identify_caller(code: str) -> tuple[Workshop, PersonId | None]:
    """Return the workshop and the person whose token came along (None: the big screen). Raises Refused."""
    return current_services().access.identify(code, bearer_token())


def _identify_person(code: str) -> tuple[Workshop, PersonId]:
    """Return the workshop and the person of a counted request. Raises Refused: `only_watching` for the big screen."""
    workshop, person = identify_caller(code)
    current_services().count_message(person or "screen")
    if person is None:
        raise Refused("only_watching")
    return workshop, person


def bearer_token() -> str | None:
    """Return the bearer token of the request, None without one. Raises Refused: `no_token` for any other scheme."""
    header = request.headers.get("Authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Refused("no_token")
    return token.strip()


def _look(workshop: Workshop, person: PersonId | None, since: int) -> View:
    view = current_services().writer.look(workshop.id, person, since)
    if view.role is None:
        raise Refused("waiting" if view.waiting else "removed")
    return view


def _body() -> bytes:
    if (request.content_length or 0) > LARGEST_MESSAGE:
        raise Refused("too_large")
    return request.get_data()


def _read(shape: type[T]) -> T:
    try:
        return msgspec.json.decode(_body(), type=shape)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise Refused("malformed") from None


def _json(value: object, status: int) -> Response:
    return Response(encode(value), status, mimetype="application/json")
