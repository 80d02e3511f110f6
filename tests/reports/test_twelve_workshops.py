"""The corpus of twelve workshops: what it promises the tests that measure with it."""

from __future__ import annotations

from collections import Counter

from speedboat.domain.messages import SCREEN
from speedboat.reports.summary import summary
from speedboat.reports.visible_records import visible_records
from tests.support.twelve_workshops import play_all, selected


def test_the_corpus_is_what_it_says_it_is() -> None:
    played = {one.script.key: one for one in play_all()}
    assert len(played) == 12
    assert [key for key, one in played.items() if one.script.language == "en"] == ["leeds"]
    assert [key for key, one in played.items() if one.board.settings.anonymous] == ["anonyme"]
    assert [key for key, one in played.items() if not one.board.themes] == ["billom"]
    assert [key for key, one in played.items() if one.board.phase != "closed"] == ["maringues"]
    carried = [action for action in played["issoire2"].board.actions.values() if action.from_]
    assert [(one.state, one.id in played["issoire"].board.actions) for one in carried] == [
        ("done", True),
        ("done", True),
    ]


def test_every_card_vote_link_and_action_of_the_corpus_is_on_its_board() -> None:
    for one, taken in zip(play_all(), selected(play_all()), strict=True):
        script, content = one.script, taken.digest
        titles = {topic.id: topic.title for topic in content.themes}
        assert Counter((card.text, titles.get(card.theme)) for card in content.cards) == Counter(
            (card.text, card.theme) for card in script.cards
        )
        if not script.stops:
            assert [topic.votes or 0 for topic in content.themes] == [topic.votes for topic in script.themes]
            assert [topic.knots for topic in content.themes] == [topic.knots for topic in script.themes]
        assert len(content.links) == len(script.links)
        kept = [todo.text for todo in script.actions if todo.state != "abandoned"]
        shown = [todo.text for todo in summary(visible_records(one.board, SCREEN)).actions]
        assert set(kept) <= set(shown)
