"""Who may do what when: one table, read by the rules and printed in the documentation.

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


PERMISSIONS: dict[str, May] = {
    # discussion
    "link": May(TALKING, SORTING),
    "unlink": May(TALKING, SORTING),
    "focus": May(NEVER, OPEN),
    "note": May(NEVER, SORTING),
    # actions
    "add_action": May(TALKING, OPEN),
    "edit_action": May(TALKING, EVERY),
    "delete_action": May(TALKING, OPEN),
    "restore_action": May(TALKING, OPEN),
    "accept_action": May(NEVER, EVERY),
    # people
    "ready": May(OPEN, OPEN, locked=True),
    "rename_me": May(EVERY, EVERY, locked=True),
    "rename_person": May(NEVER, EVERY),
    "remove_person": May(NEVER, EVERY),
    "renew_key": May(NEVER, EVERY),
    # the door
    "set_door": May(NEVER, EVERY),
    "admit_person": May(NEVER, EVERY),
    "refuse_person": May(NEVER, EVERY),
    # the path
    "set_phase": May(NEVER, EVERY),
    "open_kinds": May(NEVER, OPEN),
    "set_prompt": May(NEVER, OPEN),
    "reveal": May(NEVER, OPEN),
    "hold_card": May(NEVER, OPEN),
    "release_card": May(NEVER, OPEN),
    "lock": May(NEVER, OPEN),
    "change_settings": May(NEVER, OPEN),
    "rename_workshop": May(NEVER, EVERY),
    "share_summary": May(NEVER, EVERY),
}
