"""The papers that the law asks of whoever runs a server, as Markdown: what the program knows, and what is left open.

An entry for the record of processing activities (GDPR, article 30) and an outline of a data-protection impact
assessment (article 35). Nothing is invented: what nobody has filled in is said to be missing.
"""

from __future__ import annotations

from collections.abc import Iterator

from speedboat.config.instance import Instance, Text, text_in
from speedboat.i18n.error_messages import N_
from speedboat.i18n.formatting import Words
from speedboat.storage.data_map import tables_about_people

RECORD, ASSESSMENT = (
    N_("Entry for the record of processing activities"),
    N_("Outline of a data-protection impact assessment"),
)
PURPOSE = N_("To hold workshops in which a group writes cards, sorts them, votes and decides on actions.")
PEOPLE = N_("Those who take part in workshops, and those who organise them.")
RECIPIENTS = N_("The people in the same workshop, whoever organises it, and whoever has a link to its summary.")
MEASURES = (
    N_("No account and no e-mail address for those who take part; a first name, or nothing."),
    N_("Hidden texts are not sent; in an anonymous workshop no page, export or archive says who wrote what."),
    N_("Keys are stored as hashes; nothing that a person wrote is logged."),
    N_("What is erased leaves nothing in the files of SQLite, and a restored backup erases it again."),
    N_("Backups and exports are readable by their owner only; encrypting them is up to you."),
)
RISKS = (
    N_("Free text: people may write about anybody. A facilitator can hold a card back, its author can take it back."),
    N_("Whoever reads the database or a backup can tell who wrote what, in an anonymous workshop too."),
    N_("In a small group people recognise one another by what they say: anonymity does not protect from that."),
    N_("Without TLS, whoever listens on the same network reads names, texts and tokens."),
    N_("Copies that people exported are out of reach."),
)


def papers(instance: Instance, organisation: str, keep_days: int, language: str) -> str:
    """Return both papers.

    Args:
        organisation: stands in for the controller where the instance file names none.
        keep_days: as in the settings; 0 for no limit.
    """
    return "\n".join(_Papers(instance, organisation, keep_days, language).lines()).rstrip("\n") + "\n"


class _Papers:
    def __init__(self, instance: Instance, organisation: str, keep_days: int, language: str) -> None:
        self._privacy = instance.privacy
        self._organisation = organisation
        self._keep_days = keep_days
        self._language = language
        self._say = Words(language).say

    def lines(self) -> Iterator[str]:
        yield f"# {self._say(RECORD)}\n"
        yield from self._entry()
        yield f"\n# {self._say(ASSESSMENT)}\n"
        yield from self._list(N_("What protects people"), MEASURES)
        yield from self._list(N_("What does not, and is for you to judge"), RISKS)

    def _entry(self) -> Iterator[str]:
        say, privacy = self._say, self._privacy
        yield self._row(N_("Controller"), privacy.controller or self._organisation, "privacy.controller")
        yield self._row(N_("Purpose"), privacy.purpose or say(PURPOSE))
        yield self._row(N_("Legal basis"), privacy.legal_basis, "privacy.legal_basis")
        yield self._row(N_("People concerned"), say(PEOPLE))
        yield self._row(N_("Data"), ", ".join(f"`{name}`" for name in tables_about_people()) + " (docs/data.md)")
        yield self._row(N_("Recipients"), privacy.recipients or say(RECIPIENTS))
        yield self._row(N_("Subprocessors"), say(N_("none by the program itself; list your host and database, if any")))
        yield self._row(N_("Transfers outside the European Union"), say(N_("none by the program itself")))
        yield self._row(N_("How long"), self._duration())
        yield self._row(N_("Whom to ask"), privacy.contact, "privacy.contact")

    def _duration(self) -> str:
        if self._keep_days:
            return self._say(N_("{days} days after a workshop was created, or its own day"), days=self._keep_days)
        return self._say(N_("until the day of a workshop, if it has one, or until somebody deletes it"))

    def _row(self, title: str, text: Text, name: str = "") -> str:
        missing = self._say(N_("To be filled in by whoever runs this server: {entry}"), entry=name)
        value = text_in(text, self._language) or missing
        return f"- **{self._say(title)}** — {' '.join(value.split())}"

    def _list(self, title: str, sentences: tuple[str, ...]) -> Iterator[str]:
        yield f"\n## {self._say(title)}\n"
        for sentence in sentences:
            yield f"- {self._say(sentence)}"
