"""Which column holds what, and about whom: the data map. A test fails when a table or column is missing here.

`docs/data.md` prints it. `NOBODY`: it says nothing about a person.
"""

from __future__ import annotations

from typing import NamedTuple

NOBODY = ""
PARTICIPANTS = "participants"
AUTHORS = "whoever wrote it, and whom they wrote about"
ACCOUNTS = "holders of accounts"


class TableUse(NamedTuple):
    """A table: what it is for, how long a row stays, and its columns: what each holds, and about whom."""

    purpose: str
    until: str
    columns: dict[str, tuple[str, str]]


WORKSHOP = ("number of the workshop", NOBODY)
WITH_THE_WORKSHOP = "the workshop is deleted, or its day comes"

DATA_MAP: dict[str, TableUse] = {
    "workshops": TableUse(
        "a workshop, as lists and links need it",
        WITH_THE_WORKSHOP,
        {
            "id": ("number, never used again", NOBODY),
            "code": ("what is typed to join", NOBODY),
            "title": ("title, as a facilitator wrote it", AUTHORS),
            "objective": ("the island, as a facilitator wrote it", AUTHORS),
            "language": ("language", NOBODY),
            "format": ("format", NOBODY),
            "format_version": ("version of the format", NOBODY),
            "created_at": ("when it was created", NOBODY),
            "seq": ("number of the last event", NOBODY),
            "key_hash": ("SHA-256 of the facilitator key", NOBODY),
            "summary_hash": ("SHA-256 of the link to the summary", NOBODY),
            "summary_opens": ("from when the link opens", NOBODY),
            "summary_expires": ("until when it opens", NOBODY),
            "follows": ("number of the workshop before it", NOBODY),
            "series": ("number of the first one of its series", NOBODY),
            "archived_at": ("when it was archived", NOBODY),
            "salt": ("random, in all that is derived for it", NOBODY),
            "passphrase": ("salted scrypt hash of the passphrase", NOBODY),
            "time_zone": ("where it takes place", NOBODY),
            "held_on": ("the day on which it was held", NOBODY),
            "purge_on": ("the day on which it is erased", NOBODY),
            "reminded_of": ("the day of which its organisers were reminded", NOBODY),
            "team": ("the team it belongs to", NOBODY),
            "owner": ("the account that answers for it", ACCOUNTS),
        },
    ),
    "people": TableUse(
        "who has joined",
        WITH_THE_WORKSHOP,
        {
            "workshop": WORKSHOP,
            "id": ("random identifier in this workshop", PARTICIPANTS),
            "name": ("the first name they gave, or nothing", PARTICIPANTS),
            "device": ("hash of a random number of their browser, of use in this workshop alone", PARTICIPANTS),
        },
    ),
    "events": TableUse(
        "the log: everything that was done",
        f"{WITH_THE_WORKSHOP}; texts that somebody takes back are blanked at once",
        {
            "workshop": WORKSHOP,
            "seq": ("number of the event", NOBODY),
            "at": ("when it was done", PARTICIPANTS),
            "by": ("who did it, in anonymous workshops too", PARTICIPANTS),
            "fact": ("what was done: texts of cards, themes, notes and actions, votes, estimates, owners", AUTHORS),
        },
    ),
    "answers": TableUse(
        "the answer to each command, for a phone that asks again",
        f"{WITH_THE_WORKSHOP}; texts that somebody takes back are blanked at once",
        {
            "workshop": WORKSHOP,
            "person": ("whose command", PARTICIPANTS),
            "command": ("random identifier of the command", PARTICIPANTS),
            "answer": ("done or refused, and how to undo it, which may quote a text", AUTHORS),
        },
    ),
    "erasures": TableUse(
        "cards and actions that are being erased one by one",
        "they are erased, within minutes",
        {
            "workshop": WORKSHOP,
            "record": ("random identifier of a card or action", NOBODY),
            "due": ("when it is erased", NOBODY),
        },
    ),
    "deletions": TableUse(
        "what was erased, so that a backup cannot bring it back",
        "400 days have passed",
        {
            "workshop": ("SHA-256 of salt, number and time of creation", NOBODY),
            "record": (
                "random identifier of a card, action or person, or a hash of that of an action whose owner was erased; "
                "nothing for a whole workshop",
                PARTICIPANTS,
            ),
            "at": ("when it was erased", NOBODY),
        },
    ),
    "tags": TableUse(
        "how organisers find their workshops again",
        WITH_THE_WORKSHOP,
        {"workshop": WORKSHOP, "tag": ("a word, as an organiser wrote it", AUTHORS)},
    ),
    "digests": TableUse(
        "what a workshop came to, for searches and syntheses",
        f"{WITH_THE_WORKSHOP}, or something in it is erased",
        {
            "workshop": WORKSHOP,
            "seq": ("number of the event it was made at", NOBODY),
            "version": ("version of the program that made it", NOBODY),
            "words": ("texts of cards, themes and actions, folded for searching", AUTHORS),
            "digest": ("texts of cards, themes and actions, names of participants masked; vectors; figures", AUTHORS),
        },
    ),
    "same_themes": TableUse(
        "themes of different workshops that are the same",
        f"{WITH_THE_WORKSHOP}, or the theme is erased",
        {
            "workshop": WORKSHOP,
            "theme": ("random identifier of a theme", NOBODY),
            "bond": ("random; the same for themes that are the same", NOBODY),
            "confirmed_at": ("when somebody said so", NOBODY),
            "name": ("what an organiser called them", AUTHORS),
            "change": ("random; the same for themes last changed together", NOBODY),
            "bond_before": ("the bond before that change", NOBODY),
            "name_before": ("the name before that change", AUTHORS),
        },
    ),
    "accounts": TableUse(
        "who organises, if accounts are used",
        "an administrator deletes it in the database; disabling keeps the row",
        {
            "id": ("random identifier", ACCOUNTS),
            "email": ("e-mail address", ACCOUNTS),
            "name": ("name", ACCOUNTS),
            "role": ("administrator or member", ACCOUNTS),
            "password": ("Argon2id hash", ACCOUNTS),
            "created_at": ("when it was made", ACCOUNTS),
            "disabled_at": ("when it was disabled", ACCOUNTS),
        },
    ),
    "sign_ins": TableUse(
        "browsers in which somebody is signed in",
        "they sign out, or have not come back for long",
        {
            "hash": ("SHA-256 of the cookie", ACCOUNTS),
            "account": ("whose", ACCOUNTS),
            "device": ("browser and system, as it calls itself", ACCOUNTS),
            "created_at": ("when they signed in", ACCOUNTS),
            "seen_at": ("when they were last seen", ACCOUNTS),
            "confirmed_at": ("when the password was last given", ACCOUNTS),
        },
    ),
    "invitations": TableUse(
        "links with which a password is chosen",
        "the link is used, or too old",
        {
            "hash": ("SHA-256 of the link", ACCOUNTS),
            "account": ("whose", ACCOUNTS),
            "expires_at": ("until when it opens", ACCOUNTS),
        },
    ),
    "audit": TableUse(
        "who did what to accounts, teams and workshops",
        "a year later",
        {
            "id": ("random", NOBODY),
            "at": ("when", ACCOUNTS),
            "act": ("what was done: a word of a fixed list", ACCOUNTS),
            "who": ("the address of an account, or that it was a key, the command line or the server", ACCOUNTS),
            "about": ("what it was done to: the number of a workshop, the address of an account, a team", ACCOUNTS),
            "detail": ("a role, a format, the random id of a participant", f"{ACCOUNTS}, participants"),
        },
    ),
    "teams": TableUse(
        "a team of people with accounts",
        "the database is deleted",
        {
            "id": ("random identifier", NOBODY),
            "slug": ("its name in addresses", NOBODY),
            "name": ("its name, as an administrator wrote it", ACCOUNTS),
            "created_at": ("when it was made", NOBODY),
        },
    ),
    "memberships": TableUse(
        "who is in a team",
        "they are removed from it",
        {
            "team": ("which team", ACCOUNTS),
            "account": ("who", ACCOUNTS),
            "role": ("organiser or facilitator", ACCOUNTS),
        },
    ),
    "shares": TableUse(
        "colleagues to whom a workshop is open",
        "its owner ends that, they leave the team, or the workshop is deleted",
        {"workshop": WORKSHOP, "account": ("with whom", ACCOUNTS)},
    ),
}


def tables_about_people() -> list[str]:
    """Return the tables in which some column says something about a person."""
    return [name for name, use in DATA_MAP.items() if any(about for _, about in use.columns.values())]
