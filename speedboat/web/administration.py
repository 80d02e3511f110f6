"""For administrators, `/admin`: who did what to accounts, teams and workshops, over the last year."""

from __future__ import annotations

from flask import Blueprint, Flask, g, request

from speedboat.domain.messages import Refused
from speedboat.i18n.catalogues import translate
from speedboat.i18n.error_messages import N_
from speedboat.i18n.formatting import Words
from speedboat.storage.audit_queries import (
    ADMINISTRATOR_KEY,
    COMMAND_LINE,
    FACILITATOR_KEY,
    SERVER,
    Act,
    AuditEntry,
    list_entries,
)
from speedboat.web.context import current_services
from speedboat.web.library import guard, read_store, render, visitor

blueprint = Blueprint("administration", __name__)
PAGE = 100  # entries
SENTENCES: dict[Act, str] = {
    "signed_in": N_("signed in"),
    "sign_in_failed": N_("gave a wrong password"),
    "signed_out": N_("signed out"),
    "sign_ins_ended": N_("ended sign-ins of theirs in other browsers"),
    "password_changed": N_("changed their password"),
    "library_opened": N_("opened the library with a key"),
    "account_invited": N_("invited an account"),
    "account_reset": N_("made a new link for a password"),
    "account_disabled": N_("disabled an account"),
    "account_enabled": N_("enabled an account"),
    "invitation_accepted": N_("chose a password"),
    "team_created": N_("made a team"),
    "role_changed": N_("changed a role"),
    "member_removed": N_("removed somebody from a team"),
    "key_renewed": N_("renewed a facilitator link"),
    "workshop_shared": N_("opened a workshop to a colleague"),
    "workshop_unshared": N_("closed a workshop to a colleague"),
    "workshop_transferred": N_("gave a workshop to a colleague"),
    "workshop_moved": N_("moved a workshop to a team"),
    "workshop_archived": N_("archived a workshop"),
    "workshop_unarchived": N_("took a workshop out of the archive"),
    "workshop_imported": N_("imported a workshop"),
    "workshop_deleted": N_("deleted a workshop"),
    "workshop_purged": N_("erased a workshop on its day"),
    "exported": N_("exported"),
    "summary_ended": N_("ended the link of a summary"),
    "people_listed": N_("looked at who was there"),
    "person_exported": N_("took the data of a person"),
    "person_renamed": N_("corrected the name of a person"),
    "person_erased": N_("erased a person"),
    "backed_up": N_("made a backup"),
    "restored": N_("restored a backup"),
}
NOBODY_SIGNED_IN = {
    ADMINISTRATOR_KEY: N_("somebody with the administrator’s key"),
    FACILITATOR_KEY: N_("somebody with a facilitator’s key"),
    COMMAND_LINE: N_("the command line"),
    SERVER: N_("the server"),
}


def attach(app: Flask) -> None:
    """Register the page."""
    app.register_blueprint(blueprint)


@blueprint.get("/admin")
def admin() -> str:
    """Render the page; `?before=AT.ID` is an entry, those before it are shown."""
    if not visitor().is_administrator:
        raise Refused("library_closed")
    entries = read_store(list_entries, PAGE + 1, _place(request.args.get("before", "")))
    last = entries[PAGE - 1] if len(entries) > PAGE else None
    return render(
        "admin",
        lines=[_line(entry) for entry in entries[:PAGE]],
        before=f"{last.at}.{last.id}" if last else "",
        is_first="before" not in request.args,
    )


def _place(text: str) -> tuple[int, str] | None:
    at, _, entry = text.partition(".")
    return (int(at), entry) if at.isdecimal() and at.isascii() and len(at) < 16 and entry.isalnum() else None


def _line(entry: AuditEntry) -> dict[str, str]:
    sentences: dict[str, str] = {str(act): sentence for act, sentence in SENTENCES.items()}
    who, what = NOBODY_SIGNED_IN.get(entry.who, ""), sentences.get(entry.act, "")
    return {
        "when": Words(g.language).moment(entry.at, current_services().config.time_zone),
        "who": translate(who, g.language) if who else entry.who,
        "what": translate(what, g.language) if what else entry.act,
        "about": " · ".join(part for part in (_subject(entry.about), entry.detail) if part),
    }


def _subject(about: str) -> str:
    kind, _, number = about.partition(" ")
    return Words(g.language).say(N_("workshop {n}"), n=number) if kind == "workshop" and number else about


guard(blueprint)
