"""A client that does with patches what docs/protocol.md says, read from its sentence: no rule is written down here."""

from __future__ import annotations

import operator
import re
from pathlib import Path
from typing import Any

PROTOCOL = Path(__file__).parents[2] / "docs" / "protocol.md"
SENTENCE = re.compile(
    r"\*\*The client's whole rule for a patch\*\*: `since` is 0: replace everything\. Otherwise, (?P<drop>`[^`]+`): "
    r"drop it\. (?P<ask>`[^`]+`): ask `changes \{since: have\}`\. Otherwise put, remove, and `have = to`\."
)
COMPARISON = re.compile(r"`(?P<left>since|to|have) (?P<sign><=|>=|<|>) (?P<right>since|to|have)`")
SIGNS = {"<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt}


class ClientByTheRule:
    """Has records by id, and `have`, the `to` of the last patch it has applied."""

    def __init__(self) -> None:
        self.have = 0
        self.records: dict[str, Any] = {}
        sentence = SENTENCE.search(PROTOCOL.read_text(encoding="utf-8"))
        assert sentence, "the rule is told in other words: say here how it is read"
        self._drop, self._ask = sentence["drop"], sentence["ask"]

    def apply(self, patch: dict[str, Any]) -> str:
        """Take in a patch as it is on the wire; return `old` if it is dropped, `gap` if the client is to ask."""
        if patch["since"] == 0:
            self.records.clear()
        elif self._is(self._drop, patch):
            return "old"
        elif self._is(self._ask, patch):
            return "gap"
        for record in patch["put"]:
            self.records[record["id"]] = record
        for record_id in patch["remove"]:
            self.records.pop(record_id, None)
        self.have = patch["to"]
        return "applied"

    def _is(self, condition: str, patch: dict[str, Any]) -> bool:
        words = COMPARISON.fullmatch(condition)
        assert words, condition
        numbers = {"since": patch["since"], "to": patch["to"], "have": self.have}
        return bool(SIGNS[words["sign"]](numbers[words["left"]], numbers[words["right"]]))
