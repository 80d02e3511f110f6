"""The doors to what a workshop leaves behind: its replay and what may be suggested for it.

Each reads the log on its own account, off the loop, beside the writer.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response, request

from speedboat import api, summary_page, web
from speedboat.log import Refused, Viewer
from speedboat.reading import read
from speedboat.replay import replay
from speedboat.store import Store
from speedboat.suggest import suggestions

if TYPE_CHECKING:
    from speedboat.app import Speedboat

pages = Blueprint("pages_afterwards", __name__)
calls = Blueprint("calls_afterwards", __name__, url_prefix="/api/v1/workshops")
calls.register_error_handler(Refused, api.refused)
REPLAYS_KEPT = 16

# The last replays that were asked for, by workshop, its seq and where they start: a room opens it all at once.
_replays: OrderedDict[tuple[str, int, int, int], bytes] = OrderedDict()


def attach(app: Flask, speedboat: Speedboat) -> None:
    app.register_blueprint(pages)
    app.register_blueprint(calls)
    summary_page.attach(app)


# --- suggestions ----------------------------------------------------------------------------------------------------


@calls.get("/<code>/suggestions")
def suggested(code: str) -> Response:
    workshop, person = api.who_asks(code)
    if person is None:
        raise Refused("only_watching")
    api.here().count_message(person)
    made = api.here().serving.off_loop(_suggest, api.here().store, workshop.id, person)
    return Response(made, mimetype="application/json")


def _suggest(store: Store, workshop: int, person_id: str) -> bytes:
    board = read(store, workshop).board
    person = board.people.get(person_id)
    if person is None or not person.is_in:
        raise Refused("waiting" if person and person.waiting else "removed")
    return api.encode(suggestions(board, Viewer(person.id, person.role)))


# --- the replay -----------------------------------------------------------------------------------------------------


@pages.get("/w/<code>/replay")
def replay_page(code: str) -> str:
    return web.workshop_page("replay", code)


@calls.get("/<code>/replay")
def replayed(code: str) -> Response:
    """What the big screen showed: for whoever may open that, which takes the code alone while the door is open."""
    workshop = api.here().access.watch(code, token=api.bearer_token())
    try:
        after = max(0, int(request.args.get("after", "0")))
    except ValueError:
        raise Refused("malformed", "after") from None
    store = api.here().store
    key = (store.url, workshop.id, workshop.seq, after)
    made = _replays.get(key)
    if made is None:
        made = api.here().serving.off_loop(_replay, store, workshop.id, after)
        assert isinstance(made, bytes)
        _replays[key] = made
        while len(_replays) > REPLAYS_KEPT:
            _replays.popitem(last=False)
    response = Response(made, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def forget(workshop: int) -> None:
    """Something of a workshop was erased: what was made of it before is not to be had any more. From any thread."""
    for key in [key for key in list(_replays) if key[1] == workshop]:
        _replays.pop(key, None)


def _replay(store: Store, workshop: int, after: int) -> bytes:
    return api.encode(replay(read(store, workshop).events, after))
