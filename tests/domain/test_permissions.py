"""Who may do what when, written out: a change of a table in the rules is a change of the game."""

from __future__ import annotations

from speedboat.domain.messages import PHASES, Phase
from speedboat.domain.permissions import NEVER, OPEN
from speedboat.domain.rules import PERMISSIONS

# A digit for each phase in its order, a dash where they may not: participants, facilitators; "locked" if participants
# still may while it is locked.
TABLE = """
add_card        123------ 12345678-
edit_card       1234----- 12345678-
delete_card     1234----- 12345678-
restore_card    1234----- 12345678-
move_card       1234----- 12345678-
weigh_card      1234----- 12345678-
change_kind     1234----- 12345678-
agree           1-345678- 1-345678-
disagree        1-345678- 1-345678-
take_back       123456789 123456789 locked
reword          123456789 123456789 locked
withdraw        123456789 123456789 locked
erase_person    --------- 123456789
erase_by_name   --------- 123456789
add_theme       ---4----- --345678-
rename_theme    ---4----- --345678-
put_in_theme    ---4----- --345678-
merge_themes    ---4----- --345678-
split_theme     ---4----- --345678-
delete_theme    ---4----- --345678-
restore_theme   ---4----- --345678-
vote            ----5---- ----5----
estimate        -----6--- -----6---
link            ------78- --345678-
unlink          ------78- --345678-
focus           --------- 12345678-
note            --------- --345678-
add_action      ------78- 12345678-
edit_action     ------78- 123456789
delete_action   ------78- 12345678-
restore_action  ------78- 12345678-
accept_action   --------- 123456789
ready           12345678- 12345678- locked
remove_person   --------- 123456789
rename_me       123456789 123456789 locked
rename_person   --------- 123456789
renew_key       --------- 123456789
set_door        --------- 123456789
admit_person    --------- 123456789
refuse_person   --------- 123456789
set_phase       --------- 123456789
open_kinds      --------- 12345678-
set_prompt      --------- 12345678-
reveal          --------- 12345678-
hold_card       --------- 12345678-
release_card    --------- 12345678-
lock            --------- 12345678-
change_settings --------- 12345678-
rename_workshop --------- 123456789
set_timer       --------- 12345678-
pause_timer     --------- 12345678-
resume_timer    --------- 12345678-
extend_timer    --------- 12345678-
share_summary   --------- 123456789
set_purge_date  --------- 123456789
"""


def marks(phases: tuple[Phase, ...]) -> str:
    return "".join(str(number) if phase in phases else "-" for number, phase in enumerate(PHASES, 1))


def test_who_may_do_what_when_is_as_written_here() -> None:
    rows = {}
    for line in TABLE.strip().splitlines():
        name, *rest = line.split()
        rows[name] = rest
    assert rows == {
        name: [marks(may.participants), marks(may.facilitators), *(["locked"] if may.locked else [])]
        for name, may in PERMISSIONS.items()
    }


def test_the_phases_are_nine_and_closed_is_the_last() -> None:
    assert PHASES == ("welcome", "write", "share", "group", "vote", "cut", "discuss", "act", "closed")
    assert PHASES[:-1] == OPEN
    assert NEVER == ()
