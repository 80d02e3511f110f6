"""Kinds, states, numbers, dates and plurals in a language, for pages and exports.

What is said is in the catalogues; nothing here knows of requests or formats.
"""

from __future__ import annotations

import datetime
import zoneinfo
from typing import Literal

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent

from speedboat.domain.messages import LAST_MOMENT
from speedboat.i18n.catalogues import translate
from speedboat.i18n.error_messages import N_

Length = Literal["long", "medium"]
KINDS = {"wind": N_("Wind"), "anchor": N_("Anchor"), "shark": N_("Shark")}
PLURALS = {"wind": N_("Winds"), "anchor": N_("Anchors"), "shark": N_("Sharks")}
STATES = {"proposed": N_("proposed"), "accepted": N_("accepted"), "done": N_("done")}
WHENS = {"wind": "", "anchor": N_("now"), "shark": N_("ahead")}
# What each kind asks where facilitators have written nothing; as in static/src/panels/shared/words.js.
PROMPTS = {
    "wind": N_("What drives us forward?"),
    "anchor": N_("What is holding us back today?"),
    "shark": N_("What could put us in danger tomorrow?"),
}


# Whose numbers and dates a language comes with: English as it is written in Europe, 25 November 2026.
LOCALES = {"en": "en_GB"}


class Words:
    """The words and formats of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._locale = Locale.parse(LOCALES.get(language, language))

    def say(self, sentence: str, **values: object) -> str:
        """Translate a sentence and fill in its values; mark it with `N_` where it is written."""
        text = translate(sentence, self.language) if sentence else ""
        return text.format(**values) if values else text

    def many(self, n: float, one: str, more: str) -> str:
        """Return one of two translated sentences, by a number."""
        return (one if self._locale.plural_form(n) == "one" else more).replace("{n}", self.decimal(n))

    def decimal(self, n: float, digits: int = 1) -> str:
        """Return a number with at most so many decimals."""
        return format_decimal(round(n, digits), locale=self._locale)

    def percent(self, share: float) -> str:
        """Return a share, 0 to 1, in percent without decimals."""
        return format_percent(share, locale=self._locale)

    def day(self, date: str, length: Length = "long") -> str:
        """Return a date given as YYYY-MM-DD, in full or, medium, with a short month; anything else unchanged."""
        try:
            text = format_date(datetime.date.fromisoformat(date), length, self._locale)
        except ValueError:
            return date
        # The first of a month has its own name in French, which CLDR leaves out.
        return f"1er {text[2:]}" if self.language == "fr" and text.startswith("1 ") else text

    def moment(self, at: int, zone: str = "") -> str:
        """Return a time (ms since the epoch) to the minute, in a zone of the IANA database or else in UTC."""
        local = utc(at).astimezone(zoneinfo.ZoneInfo(zone) if zone else datetime.UTC)
        return format_datetime(local, "d MMM y HH:mm" if zone else "d MMM y HH:mm 'UTC'", locale=self._locale)

    def all_of(self, names: dict[str, str]) -> dict[str, str]:
        return {name: self.say(sentence) for name, sentence in names.items()}


def utc(moment: int) -> datetime.datetime:
    """Return a time (ms since the epoch) as a datetime; one out of range becomes the nearest possible."""
    return datetime.datetime.fromtimestamp(min(max(moment, 0), LAST_MOMENT) // 1000, datetime.UTC)
