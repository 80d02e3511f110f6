"""Ids, each kind a type of its own: whoever gives a card's where a theme's is wanted is told by mypy.

A kind's name stands before the colon (`card:…`). On the wire they have a pattern, too: see the features.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NewType, TypeGuard, cast

WorkshopNumber = NewType("WorkshopNumber", int)  # of the row; people see its code
NO_WORKSHOP = WorkshopNumber(0)
PersonId = NewType("PersonId", str)
CardId = NewType("CardId", str)
ThemeId = NewType("ThemeId", str)
ActionId = NewType("ActionId", str)
LinkId = NewType("LinkId", str)

# A card or a theme: what can be voted on, estimated, linked, discussed. For msgspec it is a string, since it knows no
# union of two kinds of strings.
if TYPE_CHECKING:
    TargetId = CardId | ThemeId
else:
    TargetId = NewType("TargetId", str)


def target_of(record_id: str) -> TargetId:
    """What a vote or an estimate is on: its id is `vote:` or `estimate:` with that of the card or theme."""
    return cast("TargetId", record_id.partition(":")[2])


def is_theme(target: TargetId) -> TypeGuard[ThemeId]:
    return target.startswith("theme:")


def is_card(target: TargetId) -> TypeGuard[CardId]:
    return target.startswith("card:")
