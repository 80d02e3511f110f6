"""What an organiser is written before a workshop is erased: its title and days, nothing that anybody wrote in it."""

from __future__ import annotations

from collections.abc import Callable

from speedboat.i18n.error_messages import N_
from speedboat.i18n.formatting import Words
from speedboat.storage.workshop_row import Workshop

Send = Callable[[str, str, str], None]  # to, subject, text

SUBJECT = N_("“{title}” is erased on {day}")
PARAGRAPHS = (
    N_("Hello,"),
    N_("the workshop “{title}” of {held_on} (code {code}) is erased on {day}, with everything in it."),
    N_("People were told so when they joined: it can be sooner, but not later."),
    N_("What you need beyond that day, download before: {library}"),
    N_("You are written to because this workshop is yours, or your team’s."),
)


def remind(send: Send, base_url: str) -> Callable[[Workshop, list[str]], None]:
    """Return a function that writes to these addresses, in the language of a workshop, that it is erased soon.

    It raises OSError if the mail cannot be sent.
    """

    def write(workshop: Workshop, addresses: list[str]) -> None:
        words = Words(workshop.language)
        values = {
            "title": " ".join(workshop.title.split()),
            "code": workshop.code,
            "day": words.day(workshop.purge_on),
            "held_on": words.day(workshop.day),
            "library": f"{base_url}/library",
        }
        text = "\n\n".join(words.say(paragraph, **values) for paragraph in PARAGRAPHS)
        for address in addresses:
            send(address, words.say(SUBJECT, **values), f"{text}\n")

    return write
