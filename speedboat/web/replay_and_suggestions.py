"""The doors to what a workshop leaves behind: its replay and what may be suggested for it. Both are heavy work."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, request

from speedboat.domain.messages import Refused
from speedboat.jobs.tasks import PlayBack, Suggest
from speedboat.web import api, summary
from speedboat.web.context import here, line_of_caller, paced
from speedboat.web.templates import workshop_page

blueprint = Blueprint("pages_afterwards", __name__)
calls = Blueprint("calls_afterwards", __name__, url_prefix="/api/v1/workshops")
calls.register_error_handler(Refused, api.refused)


def attach(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.register_blueprint(calls)
    summary.attach(app)


# --- suggestions ----------------------------------------------------------------------------------------------------


@calls.get("/<code>/suggestions")
@paced
def suggested(code: str) -> Response:
    workshop, person = api.who_asks(code)
    if person is None:
        raise Refused("only_watching")
    here().count_message(person)
    made = here().jobs.run(Suggest(workshop.id, person), person, workshop.seq)
    return Response(made, mimetype="application/json")


# --- the replay -----------------------------------------------------------------------------------------------------


@blueprint.get("/w/<code>/replay")
def replay_page(code: str) -> str:
    return workshop_page("replay", code)


@calls.get("/<code>/replay")
@paced
def replayed(code: str) -> Response:
    """What the big screen showed: for whoever may open that, which takes the code alone while the door is open."""
    workshop = here().access.watch(code, token=api.bearer_token())
    person = api.who_asks(code)[1] if api.bearer_token() else None
    try:
        after = max(0, int(request.args.get("after", "0")))
    except ValueError:
        raise Refused("malformed", "after") from None
    after = min(after, workshop.seq)
    made = here().jobs.run(PlayBack(workshop.id, after), person or line_of_caller(), workshop.seq)
    response = Response(made, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
