"""The summary: what the big screen may show, in order."""

from __future__ import annotations

from speedboat.domain.messages import SCREEN
from speedboat.reports.summary import summary
from speedboat.reports.visible_records import visible_records
from tests.support.boards import ALICE, BOB, DAN, Table, action, theme


def voted() -> Table:
    """Two themes voted on, an estimate, a link, an action."""
    table = Table()
    budget, chief = table.add(n=1, text="Pas de budget", weight=0.9), table.add(n=2, text="Mon chef", weight=0.8)
    smile = table.add(n=3, text="Le sourire", kind="wind")
    table.add(n=4, text="Seule", weight=0.75)
    table.do(ALICE, "set_phase", phase="group")
    table.do(ALICE, "add_theme", theme=theme(1), title="Argent", cards=[budget])
    table.do(ALICE, "add_theme", theme=theme(2), title="Hiérarchie", cards=[chief])
    table.do(ALICE, "set_phase", phase="vote")
    table.do(BOB, "vote", target=theme(2), count=2)
    table.do(DAN, "vote", target=theme(1), count=1)
    table.do(ALICE, "set_phase", phase="cut")
    for person, knots in ((BOB, 4), (DAN, 8), (ALICE, 6)):
        table.do(person, "estimate", target=theme(2), knots=knots)
    table.do(ALICE, "set_phase", phase="act")
    table.do(ALICE, "link", wind=smile, brake=theme(2))
    table.do(ALICE, "add_action", action=action(1), text="Demander", owner="Bob", due="2027-01-31", theme=theme(1))
    return table


def test_themes_come_in_order_of_votes_with_what_was_said_and_estimated() -> None:
    told = summary(visible_records(voted().board, SCREEN))
    assert [(topic.title, topic.votes, [card.text for card in topic.cards]) for topic in told.themes] == [
        ("Hiérarchie", 2, ["Mon chef"]),
        ("Argent", 1, ["Pas de budget"]),
    ]
    knots = told.themes[0].knots
    assert knots is not None
    assert (knots.n, knots.median, knots.low, knots.high) == (3, 6, 4, 8)
    assert (told.people, told.votes, told.kinds) == (2, 3, {"anchor": 3, "wind": 1})
    assert told.links == [("Le sourire", "Hiérarchie")]
    assert (told.actions[0].owner, told.actions[0].due, told.actions[0].theme) == ("Bob", "2027-01-31", "Argent")


def test_a_heavy_brake_is_left_alone_only_if_nothing_cares_for_it_or_its_theme() -> None:
    assert [card.text for card in summary(visible_records(voted().board, SCREEN)).heavy] == ["Seule"]


def test_votes_are_out_of_it_while_a_vote_is_on_and_texts_while_people_write() -> None:
    table = voted()
    table.do(ALICE, "set_phase", phase="vote")
    told = summary(visible_records(table.board, SCREEN))
    assert told.votes is None
    assert {topic.votes for topic in told.themes} == {None}
    assert {topic.knots for topic in told.themes} == {None}
    table.do(ALICE, "set_phase", phase="write")
    told = summary(visible_records(table.board, SCREEN))
    assert (told.closed, told.heavy, told.alone, told.links) == (4, [], [], [])
    assert [topic.cards for topic in told.themes] == [[], []]
