"""Ids, each kind a distinct type, so that mypy finds a card's id where a theme's is expected.

The kind is written before the colon (`card:…`). On the wire ids must match a pattern: see the features.
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
    """Return the card or theme of a record `vote:…` or `estimate:…`."""
    return cast("TargetId", record_id.partition(":")[2])


def is_theme(target: TargetId) -> TypeGuard[ThemeId]:
    """Whether a target is a theme."""
    return target.startswith("theme:")


def is_card(target: TargetId) -> TypeGuard[CardId]:
    """Whether a target is a card."""
    return target.startswith("card:")
