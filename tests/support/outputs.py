"""Every output of the product that holds something of a workshop, and checks of what may be in it.

Everything written in a played workshop is a word of its own, so that it is known again wherever it turns up.
"""

from __future__ import annotations

import importlib
import io
import itertools
import random
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec
from pypdf import PdfReader

from speedboat.domain.messages import SCREEN, Refused, Viewer
from speedboat.domain.projection import changed_since
from speedboat.exports.source import Source
from speedboat.reports.digest import digest
from speedboat.reports.replay import replay
from speedboat.reports.suggestions import suggestions
from speedboat.reports.summary import summary
from speedboat.reports.visible_records import visible_records
from tests.support.boards import ALICE, BOB, CAROL, DAN, Table, action, card, theme
from tests.support.finished_workshops import source

PEOPLE = (ALICE, BOB, DAN)
WORD = re.compile(r"jeton\d{5}", re.IGNORECASE)
NAME = re.compile(r"(?:nom|pour)\d{5}", re.IGNORECASE)
PERSON = re.compile(r"person:[\w-]+")
THING = re.compile(r"(?:card|theme|action):[\w-]+")
WRITTEN = ("text", "title", "reason", "owner", "objective")
# Quick to write by the hundred; the others are made from the same, and are in `test_export_secrets.py`.
IN_THE_OPEN = ("csv", "md", "svg", "json")


class Played:
    """A board on which people have done something, with the records each of them was shown on the way."""

    def __init__(
        self,
        acts: list[Any],
        *,
        anonymous: bool = False,
        phase: str | None = None,
        seed: int | None = None,
        watched: bool = False,
    ) -> None:
        """Play an afternoon drawn by `seed`, if there is one; then these acts; then go to a phase."""
        self.table, self._numbers, self._watched = Table(), itertools.count(), watched
        self.unheard_of: list[tuple[Viewer, str]] = []  # what somebody was told is gone who never had it
        self.had: dict[str | None, set[str]] = {person: set() for person in (*PEOPLE, CAROL, None)}
        for person in PEOPLE:
            self.table.do(person, "rename_me", new_name=self._fresh("nom"))
        self._remember()
        if anonymous:
            self.table.do(ALICE, "change_settings", anonymous=True)
        for who, (name, arguments) in [*([] if seed is None else afternoon(random.Random(seed))), *acts]:
            self.play(who, name, arguments)
        if phase:
            self.play(ALICE, "set_phase", {"phase": phase})

    def play(self, who: str, name: str, arguments: dict[str, Any]) -> None:
        """Run a command if it is allowed, with unique words as its texts."""
        words = {key: self._fresh("jeton") for key in arguments if key in WRITTEN}
        words |= {key: self._fresh("nom") for key in arguments if key == "new_name"}
        if name == "add_card" and next(self._numbers) % 3 == 0:
            words["for"] = self._fresh("pour")
        since = self.table.board.seq
        if self._watched:
            self._remember()
        if name == "knock":
            self.table.knock(CAROL, self._fresh("nom"), device=arguments["device"])
        else:
            decision = self.table.ask(who, name, **{**arguments, **words})
            if isinstance(decision, Refused):
                return
            self.table.take(who, decision)
            self.table.erase(decision.later)
        for viewer in self.viewers() if self._watched else ():
            removed = changed_since(self.table.board, since, viewer).remove
            self.unheard_of += [(viewer, record) for record in removed if record not in self.had[viewer.person]]

    def _remember(self) -> None:
        """Record what everybody has been shown by now."""
        for viewer in self.viewers():
            self.had[viewer.person] |= {record.id for record in changed_since(self.table.board, 0, viewer).put}

    def _fresh(self, kind: str) -> str:
        return f"{kind}{next(self._numbers):05d}"

    def viewers(self) -> list[Viewer]:
        people = self.table.board.people
        inside = [person for person in (*PEOPLE, CAROL) if person in people and people[person].is_in]
        return [*(self.table.viewer(person) for person in inside), SCREEN]

    def projection(self, viewer: Viewer) -> dict[str, dict[str, Any]]:
        """Return the records of a fresh load, as they are sent."""
        records: list[dict[str, Any]] = msgspec.to_builtins(changed_since(self.table.board, 0, viewer).put)
        return {record["id"]: record for record in records}

    def outside(self) -> set[str]:
        """Return the ids and names of everybody who waits at the door or was removed."""
        board = self.table.board
        out = {person.id for person in board.people.values() if not person.is_in}
        return out | {board.names[person] for person in out}

    @property
    def anonymous(self) -> bool:
        return self.table.board.settings.anonymous


def afternoon(dice: random.Random) -> list[tuple[str, tuple[str, dict[str, Any]]]]:
    """Return the commands of a plausible workshop; commands drawn at random would seldom come to a vote."""
    cards = [card(n) for n in range(10, 10 + dice.randint(1, 5))]
    themes = [theme(n) for n in (10, 11)]

    def someone() -> str:
        return dice.choice((BOB, DAN, ALICE))

    steps: list[tuple[str, tuple[str, dict[str, Any]]]] = [(ALICE, ("set_phase", {"phase": "write"}))]
    steps += [
        (someone(), ("add_card", {"card": one, "kind": dice.choice(("wind", "anchor")), "text": "", "weight": 0.5}))
        for one in cards
    ]
    steps += [(someone(), ("edit_card", {"card": one, "text": ""})) for one in cards]
    steps += [(ALICE, ("set_phase", {"phase": "share"})), (ALICE, ("agree", {"card": dice.choice(cards)}))]
    steps += [(ALICE, ("hold_card", {"card": cards[0], "reason": ""})), (ALICE, ("reveal", {}))]
    steps += [(someone(), ("agree", {"card": one})) for one in cards * 2]
    steps += [(someone(), ("disagree", {"card": dice.choice(cards)})), (ALICE, ("set_phase", {"phase": "group"}))]
    steps += [(BOB, ("add_theme", {"theme": one, "title": "", "cards": dice.sample(cards, 1)})) for one in themes]
    steps += [(ALICE, ("set_phase", {"phase": "vote"})), (ALICE, ("change_settings", {"free": dice.random() < 0.3}))]
    steps += [(someone(), ("vote", {"target": one, "count": dice.randint(0, 3)})) for one in [*themes, *cards] * 2]
    steps += [(ALICE, ("set_phase", {"phase": "cut"})), (someone(), ("vote", {"target": themes[0], "count": 1}))]
    steps += [(someone(), ("estimate", {"target": one, "knots": dice.randint(0, 13)})) for one in themes * 3]
    steps += [(ALICE, ("focus", {"target": themes[0]})), (someone(), ("ready", {"ready": True}))]
    steps += [(ALICE, ("set_phase", {"phase": "act"})), (ALICE, ("link", {"wind": cards[0], "brake": themes[0]}))]
    steps += [(someone(), ("add_action", {"action": action(n), "text": "", "owner": ""})) for n in (10, 11)]
    steps += [
        (someone(), dice.choice((("take_back", {}), ("ready", {"ready": False})))),
        (ALICE, ("delete_card", {"card": cards[-1]})),
    ]
    return steps[: dice.randint(0, len(steps))]


class Handed(NamedTuple):
    """An output: all its readable text, and its structure if it has one."""

    door: str
    text: str
    structure: Any = None


def unnamed_doors(played: Played, viewer: Viewer, dice: random.Random) -> Iterator[Handed]:
    """Yield every output a viewer gets without asking for names."""
    for form in (*IN_THE_OPEN, "xlsx") if dice.random() < 0.1 else IN_THE_OPEN:
        yield exported(played, viewer, form)
    if viewer.person:
        if dice.random() < 0.1:  # a tenth of the time, or most of the time would go into likeness
            yield from _suggested(played, viewer)
        return
    # The pages that need the code or a link alone: all are the screen's.
    yield _handed("replay", replay(played.table.log))
    yield _handed("summary", summary(visible_records(played.table.board, SCREEN)))
    yield _handed("library and synthesis", digest(played.table.board, str.split))


def _suggested(played: Played, viewer: Viewer) -> Iterator[Handed]:
    try:
        yield _handed("suggestions", suggestions(played.table.board, viewer))
    except Refused as refusal:
        assert refusal.code in ("wrong_phase", "locked")


def named_doors(played: Played, viewer: Viewer) -> Iterator[Handed]:
    """Yield every output a facilitator gets who asks for names."""
    for form in IN_THE_OPEN:
        yield exported(played, viewer, form, names=True)


def exported(played: Played, viewer: Viewer, form: str, *, names: bool = False) -> Handed:
    more = {"names": True} if names else {}
    written = write(form, source(played.table, viewer, **more))
    structure = msgspec.json.decode(written) if form == "json" else None
    return Handed(f"{form}{' with names' if names else ''}", readable_text(form, written), structure)


def _handed(door: str, value: Any) -> Handed:
    structure = msgspec.to_builtins(value)
    return Handed(door, msgspec.json.encode(structure).decode(), structure)


def write(form: str, made_from: Source) -> bytes:
    written: bytes = importlib.import_module(f"speedboat.exports.as_{form}").write(made_from)
    return written


def readable_text(form: str, written: bytes) -> str:
    """Return all readable text of an export, properties and metadata included."""
    if form in ("docx", "xlsx"):
        with zipfile.ZipFile(io.BytesIO(written)) as packed:
            return "\n".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
    if form == "pdf":
        pdf = PdfReader(io.BytesIO(written))
        return "\n".join([*(page.extract_text() for page in pdf.pages), str(pdf.metadata), _properties(pdf)])
    return written.decode("utf-8", "replace")


def _properties(pdf: PdfReader) -> str:
    root: Any = pdf.trailer["/Root"]
    return str(root["/Metadata"].get_data().decode())


# --- who is next to what --------------------------------------------------------------------------------------------


def words_in(text: str) -> set[str]:
    return {word.lower() for word in WORD.findall(text)}


def neighbours(structure: Any) -> set[tuple[str, str]]:
    """Return which people stand next to which cards, themes and actions: within one list element, however deep."""
    pairs: set[tuple[str, str]] = set()
    for element in _elements(structure):
        text = msgspec.json.encode(element).decode()
        things, people = set(THING.findall(text)), {*PERSON.findall(text), *NAME.findall(text)}
        pairs |= set(itertools.product(things, people))
    return pairs


def _elements(structure: Any) -> Iterator[Any]:
    """Yield the elements of the outermost lists: records, events, frames."""
    if isinstance(structure, dict):
        for value in structure.values():
            yield from _elements(value)
    elif isinstance(structure, list):
        for element in structure:
            if isinstance(element, dict):
                yield element
            else:
                yield from _elements(element)


def neighbours_in_lines(text: str) -> set[tuple[str, str]]:
    """Return which names are on a line with which words."""
    return {pair for line in text.splitlines() for pair in itertools.product(words_in(line), set(NAME.findall(line)))}


def names_beside_words(projection: dict[str, dict[str, Any]]) -> set[tuple[str, str]]:
    """Return which names a projection shows beside which words: of authors, and of those a card is for.

    Words of a card are also what its kind asks, its theme and whatever it is linked to: they stand in its row.
    """
    pairs: set[tuple[str, str]] = set()
    ends = defaultdict(list)
    for record in projection.values():
        if record["type"] == "link":
            ends[record["wind"]].append(record["brake"])
            ends[record["brake"]].append(record["wind"])
    for record in projection.values():
        names = {record.get("for", "")}
        if author := projection.get(record.get("author", "")):
            names.add(author["name"])
        words = words_in(msgspec.json.encode(record).decode())
        words |= words_in(projection["workshop"]["prompts"].get(record.get("kind"), ""))
        for beside in (record.get("theme", ""), *ends[record["id"]]):
            there = projection.get(beside, {})
            words |= words_in(f"{there.get('title')} {there.get('text')}")
        pairs |= set(itertools.product(words, names - {""}))
    return pairs
