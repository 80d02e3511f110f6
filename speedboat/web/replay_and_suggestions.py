"""The replay page, and the calls for replay and suggestions. Both are heavy jobs."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, request

from speedboat.domain.messages import Refused
from speedboat.jobs.tasks import PlayBack, Suggest
from speedboat.web import api, summary
from speedboat.web.context import caller_key, current_services, paced
from speedboat.web.templates import workshop_page

blueprint = Blueprint("pages_afterwards", __name__)
calls = Blueprint("calls_afterwards", __name__, url_prefix="/api/v1/workshops")
calls.register_error_handler(Refused, api.answer_refusal)


def attach(app: Flask) -> None:
    """Register the replay, the suggestions and the shared summary."""
    app.register_blueprint(blueprint)
    app.register_blueprint(calls)
    summary.attach(app)


# --- suggestions ----------------------------------------------------------------------------------------------------


@calls.get("/<code>/suggestions")
@paced
def suggested(code: str) -> Response:
    """Answer suggestions of themes for this person."""
    workshop, person = api.identify_caller(code)
    if person is None:
        raise Refused("only_watching")
    current_services().count_message(person)
    suggestions = current_services().jobs.run(Suggest(workshop.id, person), person)
    return Response(suggestions, mimetype="application/json")


# --- the replay -----------------------------------------------------------------------------------------------------


@blueprint.get("/w/<code>/replay")
def replay_page(code: str) -> str:
    """Render the replay page."""
    return workshop_page("replay", code)


@calls.get("/<code>/replay")
@paced
def replayed(code: str) -> Response:
    """Answer what the big screen showed, after `?after=SEQ`, to anybody who may open the big screen."""
    workshop = current_services().access.watch(code, token=api.bearer_token())
    person = api.identify_caller(code)[1] if api.bearer_token() else None
    try:
        after = max(0, int(request.args.get("after", "0")))
    except ValueError:
        raise Refused("malformed", "after") from None
    after = min(after, workshop.seq)
    frames = current_services().jobs.run(PlayBack(workshop.id, after), person or caller_key(), workshop.seq)
    response = Response(frames, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
