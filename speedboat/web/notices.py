"""What a public service must say of itself: `/legal`, `/privacy`, `/accessibility`, `/eco-design`.

Made of the instance file and of what the program knows about itself. What nobody has filled in is said to be missing,
with the entry of the file that it belongs in.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

from flask import Blueprint, Flask, Response, g, render_template, request

from speedboat.config.instance import Accessibility, Instance, Text, load_instance, text_in
from speedboat.i18n.catalogues import LANGUAGES
from speedboat.i18n.error_messages import N_
from speedboat.i18n.formatting import Words
from speedboat.web.context import current_services
from speedboat.web.weights import VIEWS, weight_of

blueprint = Blueprint("notices", __name__)

TITLES = {
    "legal": N_("Legal notice"),
    "privacy": N_("Privacy"),
    "accessibility": N_("Accessibility"),
    "eco-design": N_("Eco-design"),
}
STATES = {
    "not audited": N_("Accessibility: not audited. Nobody has yet checked this site against the RGAA."),
    "not": N_("Accessibility: not compliant with the RGAA."),
    "partially": N_("Accessibility: partially compliant with the RGAA."),
    "fully": N_("Accessibility: fully compliant with the RGAA."),
}
VIEW_NAMES = {
    "home": N_("Front page"),
    "participant": N_("A participant’s page"),
    "facilitator": N_("The facilitator’s page"),
    "screen": N_("The big screen"),
}


class NoticePart(NamedTuple):
    """A piece of a notice: what it is about, its lines, and the entry of the instance file where they are missing."""

    title: str
    lines: list[str]
    missing: str = ""


def attach(app: Flask) -> None:
    """Register the pages."""
    app.register_blueprint(blueprint)


@blueprint.get("/legal")
def legal() -> Response:
    """Render who publishes and hosts the site."""
    instance, of = _instance(), _Filler(g.language)
    return _page(
        "legal",
        of("publisher.name", N_("Publisher"), instance.publisher.name or current_services().config.organisation),
        of("publisher.address", N_("Address of the publisher"), instance.publisher.address),
        of("publisher.contact", N_("Contact"), instance.publisher.contact),
        of("publisher.director", N_("Director of publication"), instance.publisher.director),
        of("host.name", N_("Host"), instance.host.name),
        of("host.address", N_("Address of the host"), instance.host.address),
        of("host.contact", N_("Contact of the host"), instance.host.contact),
    )


@blueprint.get("/privacy")
def privacy() -> Response:
    """Render what happens with personal data."""
    privacy, of = _instance().privacy, _Filler(g.language)
    return _page(
        "privacy",
        of("privacy.controller", N_("Controller"), privacy.controller),
        of("privacy.purpose", N_("Purpose"), privacy.purpose, [PURPOSE]),
        of("privacy.legal_basis", N_("Legal basis"), privacy.legal_basis),
        NoticePart(of.say(N_("What is kept")), [of.say(sentence) for sentence in DATA]),
        of("privacy.recipients", N_("Recipients"), privacy.recipients, [RECIPIENTS, NO_SUBPROCESSOR]),
        NoticePart(of.say(N_("How long")), [of.say(sentence, days=days) for sentence, days in _durations()]),
        NoticePart(of.say(N_("Your rights")), [of.say(sentence) for sentence in RIGHTS]),
        of("privacy.contact", N_("Whom to ask"), privacy.contact),
        of("privacy.authority", N_("Supervisory authority"), privacy.authority),
        NoticePart(of.say(N_("In your browser")), [of.say(sentence) for sentence in STORAGE]),
    )


@blueprint.get("/accessibility")
def accessibility() -> Response:
    """Render the declaration of accessibility, in the order in which the RGAA asks for it."""
    declaration, of = _instance().accessibility, _Filler(g.language)
    return _page(
        "accessibility",
        NoticePart(of.say(N_("State of compliance")), _state(declaration, of)),
        *_results(declaration, of),
        of("accessibility.contact", N_("To report a difficulty"), declaration.contact),
        of("accessibility.recourse", N_("If you get no answer"), declaration.recourse),
    )


@blueprint.get("/eco-design")
def eco_design() -> Response:
    """Render what pages weigh, as measured on this server."""
    of = _Filler(g.language)
    weights = [
        of.say(
            N_("{view}: {kb} kB in {n} requests, before the page itself"),
            view=of.say(VIEW_NAMES[view]),
            kb=of.words.decimal(size / 1000),
            n=requests,
        )
        for view, (size, requests) in _weights().items()
    ]
    return _page(
        "eco-design",
        NoticePart(of.say(N_("What a first visit fetches, compressed")), weights),
        NoticePart(of.say(N_("What is done for it")), [of.say(sentence) for sentence in FRUGAL]),
    )


PURPOSE = N_("To hold workshops in which a group writes cards, sorts them, votes and decides on actions.")
RECIPIENTS = N_("The people in the same workshop, whoever organises it, and whoever has a link to its summary.")
NO_SUBPROCESSOR = N_("The program itself passes nothing on to any third party: it has no subprocessor.")
DATA = (
    N_("The first name you give, or none. What you write, vote and estimate, and when. A random number of your phone."),
    N_("No e-mail address, no account, no audience measurement for those who take part."),
)
RIGHTS = (
    N_("You can correct your name and take back all that you wrote, in the workshop itself, without an account."),
    N_("For anything else (access, rectification, erasure, objection), ask whoever invited you or the contact below."),
)
STORAGE = (
    N_("Only what is strictly necessary: who you are in a workshop, what you have not sent yet, language and colours."),
    N_("That needs no consent, so there is no banner."),
)
FRUGAL = (
    N_("Nothing is fetched from any other server; there is no audience measurement, no video, one font."),
    N_("What is not needed to write the first card is fetched later, or never."),
    N_("Phones of six years ago are supported; only what has changed travels."),
    N_("The limit of 100 kB for a participant’s first visit is checked before each release."),
)


def _durations() -> list[tuple[str, int]]:
    days = current_services().config.keep_days
    if days:
        return [(N_("A workshop is erased {days} days after it was created, unless its page says another day."), days)]
    return [(N_("A workshop is kept until its day, which is told before one joins, or until somebody deletes it."), 0)]


def _state(declaration: Accessibility, of: _Filler) -> list[str]:
    lines = [of.say(STATES[declaration.state])]
    if declaration.state != "not audited":
        if declaration.rate is not None:
            lines.append(of.say(N_("{rate} % of the criteria are met."), rate=declaration.rate))
        if declaration.audited_on or declaration.auditor:
            day, auditor = of.words.day(declaration.audited_on), text_in(declaration.auditor, g.language)
            lines.append(of.say(N_("Audited: {day} {auditor}"), day=day, auditor=auditor).strip())
    return lines


def _results(declaration: Accessibility, of: _Filler) -> list[NoticePart]:
    if declaration.state == "not audited":
        return [NoticePart(of.say(N_("What is not accessible")), [of.say(N_("Not known: an audit would tell."))])]
    none = [of.say(N_("Nothing is listed."))]
    barriers = [text_in(text, g.language) for text in declaration.not_accessible]
    exemptions = [text_in(text, g.language) for text in declaration.exemptions]
    return [
        NoticePart(of.say(N_("What is not accessible")), barriers or none),
        NoticePart(of.say(N_("Exemptions")), exemptions or none),
    ]


class _Filler:
    """Makes the entries of a page in one language."""

    def __init__(self, language: str) -> None:
        self.words = Words(language)

    def __call__(self, name: str, title: str, text: Text, template: list[str] | None = None) -> NoticePart:
        """Return what the instance file says, else the template, else that the entry `name` is missing."""
        own = text_in(text, self.words.language)
        lines = own.splitlines() if own else [self.say(sentence) for sentence in template or []]
        return NoticePart(self.say(title), lines, "" if lines else name)

    def say(self, sentence: str, **values: object) -> str:
        return self.words.say(sentence, **values)


@functools.cache
def _weights() -> dict[str, tuple[int, int]]:
    return {view: weight_of(view) for view in VIEWS}


def _instance() -> Instance:
    return load_instance(current_services().config.instance_file)


def _page(name: str, *entries: NoticePart) -> Response:
    words = Words(g.language)
    body = render_template(
        "notice.html",
        language=g.language,
        title=words.say(TITLES[name]),
        entries=entries,
        others=[other for other in LANGUAGES if other != g.language],
        missing=lambda entry: words.say(N_("To be filled in by whoever runs this server: {entry}"), entry=entry),
        path=request.path,
    )
    g.may_be_packed = True
    return Response(body)
