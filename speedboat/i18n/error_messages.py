"""The sentence for each refusal code. English here, other languages in the catalogues.

The names are the contract; the sentences are not.
"""

from __future__ import annotations

from typing import Any

from speedboat.domain.messages import Refused
from speedboat.i18n.catalogues import translate


def N_(sentence: str) -> str:
    """Mark a sentence for the catalogues."""
    return sentence


SENTENCES: dict[str, str] = {
    # who you are
    "unknown_workshop": N_("There is no workshop with this code."),
    "library_closed": N_("The library opens with a key."),
    "bad_admin_key": N_("This is not the key of the library."),
    "different_formats": N_("Only themes from the same version of a format can be the same."),
    "themes_of_one_workshop": N_(
        "These would hold two themes of one workshop together: its people kept them apart, and so does the synthesis."
    ),
    "nothing_to_undo": N_("This has been changed again since: it can no longer be undone from here."),
    "too_many_workshops": N_("These are too many workshops at once: 500 at most."),
    "too_many_new_workshops": N_("Many workshops were created from here within the hour: {limit} at most."),
    "unknown_summary": N_("This summary is no longer shared."),
    "bad_key": N_("This facilitator link is no longer valid. Ask for the new one."),
    "bad_token": N_("We do not recognise this device. Please join again."),
    "no_token": N_("Please join first."),
    "expired_token": N_("It has been more than a month. Please join again."),
    "removed": N_("A facilitator has removed you from this workshop."),
    "waiting": N_("A facilitator will let you in."),
    "name_removed": N_("Somebody of this first name was removed. Choose another, or ask a facilitator to let you in."),
    "door_closed": N_("The workshop takes nobody new for the moment. Ask a facilitator."),
    "wrong_passphrase": N_("This workshop opens with a passphrase: a facilitator will tell you."),
    "closed": N_("This workshop is over and takes nobody new."),
    "full": N_("The workshop is full: {limit} people at most."),
    "device_needed": N_("Here it is one phone, one person: please join from a phone or a browser."),
    "screen_closed": N_("Open the big screen from the facilitator’s page: the code alone does not show it here."),
    "not_waiting": N_("This person is not waiting at the door."),
    "passphrase_needed": N_("Choose a passphrase first."),
    "no_passphrase_door": N_("A passphrase goes with a door that opens by passphrase."),
    "only_watching": N_("The big screen only shows the board."),
    "facilitators_only": N_("Only facilitators can do this."),
    "sign_in_first": N_("Please sign in first."),
    "bad_password": N_("This address and this password do not go together."),
    "unknown_invitation": N_("This invitation has been used, or is too old. Ask for a new one."),
    "unknown_account": N_("Nobody has an account with this address."),
    "account_exists": N_("There is an account with this address already."),
    "account_disabled": N_("This account is disabled: enable it first."),
    "bad_email": N_("This is not an e-mail address."),
    "unknown_team": N_("There is no such team."),
    "not_allowed": N_("Your role does not allow this: ask an organiser of the team."),
    "last_organiser": N_("The team needs an organiser: make somebody else one first."),
    "password_short": N_("Choose a longer password: {limit} characters at least. Several words are fine."),
    "password_long": N_("This password is too long: {limit} characters at most."),
    "password_common": N_("Too many people use this password, or something very like it. Choose another one."),
    "creation_closed": N_("Workshops cannot be created freely on this server."),
    # from where
    "wrong_host": N_("This server does not answer to this name: its settings name others (SPEEDBOAT_ALLOWED_HOSTS)."),
    "foreign_origin": N_("This was sent by a page of another site."),
    # when
    "wrong_phase": N_("This cannot be done at this step of the workshop."),
    "locked": N_("The board is locked for the moment."),
    "kind_closed": N_("This kind of card is not open yet."),
    "slow_down": N_("That was a lot at once. Please wait a moment."),
    "try_again": N_("This could not be done just now. Please try again."),
    "internal_error": N_("Something went wrong on our side. Please try again."),
    "no_timer": N_("There is no timer running."),
    # what is meant
    "wrong_content_type": N_("Send this as JSON, of the type application/json."),
    "malformed": N_("This message could not be read."),
    "unknown_command": N_("This command does not exist."),
    "unknown_message": N_("This message does not exist."),
    "unknown_field": N_("There is a field here that nobody asked for."),
    "missing_field": N_("Something is missing."),
    "wrong_type": N_("This is not the kind of value expected here."),
    "unknown_value": N_("This value is not one of those possible."),
    "malformed_id": N_("This identifier is not well formed."),
    "id_taken": N_("This identifier is taken already."),
    "too_large": N_("This is too large."),
    "too_many": N_("These are too many at once."),
    "unknown_format": N_("This export format does not exist."),
    # files
    "not_an_export": N_("This file is not an export of a workshop."),
    "unknown_version": N_("This file was written by a newer version."),
    "broken_log": N_("The log in this file is damaged."),
    "bad_rows": N_("These rows of the file cannot be imported; nothing was."),
    "not_a_plain_file": N_("There is a link, a folder or a device of this name: choose another."),
    "not_empty": N_("There are workshops or accounts here already: a backup is restored into an empty database."),
    "not_a_backup": N_("This file is not a backup."),
    "broken_deletions": N_("The list of what was erased is damaged: move that file away to restore without it."),
    "bad_identity": N_("This key does not open the backup: take the one whose recipient it was encrypted for."),
    "bad_recipient": N_("A recipient begins with age1: `speedboat backup-key` prints one."),
    "encrypted_backup": N_("This backup is encrypted: name the file of its key with --identity."),
    "broken_backup": N_("This backup is cut short."),
    # what is written
    "not_announced": N_("The summary has left already, or is not about to: words are changed before it does."),
    "text_empty": N_("Please write something first."),
    "text_too_long": N_("This text is too long: {limit} characters at most."),
    "text_malformed": N_("This text contains characters that cannot be kept."),
    "text_changed": N_("Somebody changed this text in the meantime."),
    "not_finite": N_("This is not a number."),
    "out_of_range": N_("This number is out of range."),
    "not_a_date": N_("This is not a date."),
    "day_passed": N_("Choose a day that is still to come."),
    "place_or_weight": N_("A card needs either a place or a weight."),
    # which thing
    "unknown_card": N_("This card is no longer there."),
    "unknown_theme": N_("This theme is no longer there."),
    "unknown_target": N_("This is no longer there."),
    "unknown_person": N_("This person is no longer here."),
    "unknown_action": N_("This action is no longer there."),
    "not_yours": N_("Only its author or a facilitator can change this."),
    "your_own_card": N_("This is your own card."),
    "hidden_card": N_("This card is still hidden."),
    "held_card": N_("This card is held back."),
    "same_theme": N_("A theme cannot be merged with itself."),
    "no_cards": N_("Choose at least one card."),
    "not_in_theme": N_("One of these cards is not in this theme."),
    "in_a_theme": N_("This card is in a theme: vote for the theme."),
    "not_a_wind": N_("Only a wind can relieve a brake."),
    "not_a_brake": N_("A wind relieves an anchor or a shark."),
    "votes_spent_on_device": N_("The votes of this phone are all placed: here it is one phone, one person."),
    "too_many_on_theme_on_device": N_("At most {limit} votes on one theme from one phone."),
    "agreed_on_device": N_("Somebody has agreed from this phone already: here it is one phone, one person."),
    "estimated_on_device": N_("Somebody has answered from this phone already: here it is one phone, one person."),
    "too_many_cards": N_("The workshop is full of cards: {limit} at most."),
    "too_many_own_cards": N_("You have written {limit} cards: that is the most for one person."),
    "too_many_themes": N_("There are {limit} themes already: that is the most."),
    "too_many_actions": N_("There are {limit} actions already: that is the most."),
    "too_many_links": N_("There are {limit} links already: that is the most."),
    "votes_spent": N_("You have placed all your votes: take one back first."),
    "too_many_on_theme": N_("At most {limit} votes on one theme."),
    "not_yourself": N_("You cannot remove yourself."),
    "anonymity_changed": N_("When you wrote this card, nobody was to learn who did. Now its author is shown."),
    "already_promised": N_("People were told the day on which this is erased: it can only be sooner."),
    "anonymity_is_kept": N_("People wrote here anonymously: this cannot be undone."),
}


def error_of(refusal: Refused, language: str) -> dict[str, Any]:
    """Return the `error` of an answer: code, message in a language, the field if it is about one, and details."""
    name = f"{refusal.code}_on_device" if refusal.details.get("device") else refusal.code
    sentence = translate(SENTENCES.get(name, SENTENCES["internal_error"]), language)
    error: dict[str, object] = {"code": refusal.code, "message": sentence.format_map(_Details(refusal.details))}
    if refusal.field:
        error["field"] = refusal.field
    for detail in ("current", "retry_at", "retry_in", "token", "limit", "phase", "kind", "device"):
        if detail in refusal.details:
            error[detail] = refusal.details[detail]
    return error


class _Details(dict[str, object]):
    def __missing__(self, name: str) -> str:
        return ""
