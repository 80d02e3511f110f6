"""Who may do what when: the groups of phases that commands are declared with, and those not declared yet.

Pure data. What else a command needs (whose card it is, how many votes are left) its own rule decides.
"""

from __future__ import annotations

from typing import NamedTuple

from speedboat.domain.messages import PHASES, Phase

EVERY: tuple[Phase, ...] = PHASES
OPEN: tuple[Phase, ...] = tuple(phase for phase in PHASES if phase != "closed")
NEVER: tuple[Phase, ...] = ()
WRITING: tuple[Phase, ...] = ("welcome", "write", "share")
ARRANGING: tuple[Phase, ...] = (*WRITING, "group")
TALKING: tuple[Phase, ...] = ("discuss", "act")
READING: tuple[Phase, ...] = tuple(phase for phase in OPEN if phase != "write")
GROUPING: tuple[Phase, ...] = ("group",)
SORTING: tuple[Phase, ...] = ("share", "group", "vote", "cut", "discuss", "act")


class May(NamedTuple):
    """The phases in which participants and facilitators may; whether participants still may while it is locked.

    With the setting `free`, whoever may in some phase may in every phase but `closed`.
    """

    participants: tuple[Phase, ...]
    facilitators: tuple[Phase, ...]
    locked: bool = False
