"""Cards: writing and changing them, who may, who sees them."""

from __future__ import annotations

import pytest

from speedboat.domain.features.cards import CardAdded, CardsErased
from speedboat.domain.messages import SCREEN
from speedboat.domain.projection import changed_since
from tests.support.boards import ALICE, BOB, DAN, Table, card


@pytest.fixture
def table() -> Table:
    return Table()


def test_a_card_is_seen_by_everybody_at_once(table: Table) -> None:
    table.add(BOB, text="Pas de budget")
    for viewer in (ALICE, BOB, DAN, SCREEN):
        record = table.seen(viewer)[card()]
        assert (record.text, record.author, record.weight) == ("Pas de budget", BOB, 0.5)


def test_a_card_takes_exactly_one_of_place_and_weight(table: Table) -> None:
    asked = {"card": card(), "kind": "wind", "text": "Le sourire"}
    assert table.refusal(BOB, "add_card", **asked) == "place_or_weight"
    assert table.refusal(BOB, "add_card", **asked, x=1) == "place_or_weight"
    assert table.refusal(BOB, "add_card", **asked, x=1, y=2, weight=0.5) == "place_or_weight"


def test_a_card_outside_its_zone_is_moved_inside(table: Table) -> None:
    table.do(BOB, "add_card", card=card(), kind="shark", text="Fin du contrat", x=-4000, y=1e9)
    assert (table.board.cards[card()].x, table.board.cards[card()].y) == (1020, 850)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "text_empty"),
        ("  \n ", "text_empty"),
        ("\x00\x07", "text_empty"),
        ("x" * 501, "text_too_long"),
        ("\ud800", "text_malformed"),
    ],
)
def test_a_text_that_cannot_be_kept_is_refused(table: Table, text: str, code: str) -> None:
    assert table.refusal(BOB, "add_card", card=card(), kind="wind", text=text, weight=1) == code


@pytest.mark.parametrize(
    "text", ["<img src=x onerror=alert(1)>", "{{7*7}}", "\u202eabc", "👩🏽‍🚀", "x" * 500, "Ελλάδα", "مرحبا"]
)
def test_a_text_is_kept_as_it_was_written(table: Table, text: str) -> None:
    table.add(text=text)
    assert table.seen(SCREEN)[card()].text == text


def test_somebody_elses_card_is_not_mine_to_change(table: Table) -> None:
    table.add(BOB)
    assert table.refusal(DAN, "edit_card", card=card(), text="Autre") == "not_yours"
    assert table.refusal(DAN, "delete_card", card=card()) == "not_yours"
    assert table.refusal(DAN, "change_kind", card=card(), kind="wind") == "not_yours"
    table.do(DAN, "move_card", card=card(), x=300, y=700)  # any hand may move what all can read
    table.do(ALICE, "edit_card", card=card(), text="Corrigé")


def test_an_edit_of_a_text_that_changed_meanwhile_is_refused_with_the_other_text(table: Table) -> None:
    table.add(BOB)
    base = table.board.seq
    table.do(ALICE, "edit_card", card=card(), text="Le sien", base=base)
    refusal = table.ask(BOB, "edit_card", card=card(), text="Le mien", base=base)
    assert refusal.code == "text_changed"  # type: ignore[union-attr]
    assert refusal.details["current"] == "Le sien"  # type: ignore[union-attr]
    table.do(BOB, "edit_card", card=card(), text="Sans base")


def test_moving_a_card_does_not_make_its_text_look_changed(table: Table) -> None:
    table.add(BOB)
    base = table.board.seq
    table.do(DAN, "move_card", card=card(), x=300, y=700)
    table.do(BOB, "edit_card", card=card(), text="Toujours le mien", base=base)


def test_a_deleted_card_is_in_the_bin_of_its_author_and_the_facilitators(table: Table) -> None:
    table.add(BOB)
    table.do(BOB, "delete_card", card=card())
    assert table.seen(BOB)[card()].deleted
    assert table.seen(ALICE)[card()].deleted
    assert card() not in table.seen(DAN)
    assert card() not in table.seen(SCREEN)
    table.do(ALICE, "restore_card", card=card())
    assert table.seen(DAN)[card()].text == "Pas de budget"


def test_agreeing_counts_once_for_each_person_and_not_for_the_author(table: Table) -> None:
    table.add(BOB)
    for _ in range(3):
        table.do(DAN, "agree", card=card())
    assert table.seen(BOB)[card()].agrees == 1
    assert table.seen(DAN)[card()].agreed is True
    assert table.refusal(BOB, "agree", card=card()) == "your_own_card"
    table.do(DAN, "disagree", card=card())
    assert table.seen(BOB)[card()].agrees == 0


def test_in_writing_others_have_only_kind_and_place(table: Table) -> None:
    table.do(ALICE, "set_phase", phase="write")
    table.add(BOB, text="Secret")
    assert table.seen(BOB)[card()].text == "Secret"
    for viewer in (ALICE, DAN, SCREEN):
        fields = {name for name in table.seen(viewer)[card()].__struct_fields__ if _said(table, viewer, name)}
        assert fields == {"id", "seq", "kind", "x", "y", "weight"}
    assert table.refusal(DAN, "agree", card=card()) == "wrong_phase"
    assert table.refusal(DAN, "move_card", card=card(), x=300, y=700) == "hidden_card"
    assert table.refusal(ALICE, "edit_card", card=card(), text="Lu") == "hidden_card"


def _said(table: Table, viewer: object, name: str) -> bool:
    import msgspec

    return getattr(table.seen(viewer)[card()], name) is not msgspec.UNSET  # type: ignore[arg-type]


def test_an_edit_of_a_hidden_card_is_not_even_noticed_by_others(table: Table) -> None:
    table.do(ALICE, "set_phase", phase="write")
    table.add(BOB)
    since = table.board.seq
    table.do(BOB, "edit_card", card=card(), text="Encore plus secret")
    assert not changed_since(table.board, since, table.viewer(DAN)).put
    assert [record.text for record in changed_since(table.board, since, table.viewer(BOB)).put] == [
        "Encore plus secret"
    ]


def test_in_an_anonymous_workshop_no_author_is_ever_sent(table: Table) -> None:
    table.do(ALICE, "change_settings", anonymous=True)
    table.add(BOB)
    import msgspec

    for viewer in (ALICE, BOB, DAN, SCREEN):
        assert table.seen(viewer)[card()].author is msgspec.UNSET
    assert table.seen(BOB)[card()].mine is True
    assert table.refusal(ALICE, "change_settings", anonymous=False) == "anonymity_is_kept"


def test_a_kind_that_is_not_open_is_refused(table: Table) -> None:
    table.do(ALICE, "open_kinds", kinds=["wind"])
    assert table.refusal(BOB, "add_card", card=card(), kind="shark", text="Fin", weight=1) == "kind_closed"


def test_an_id_is_used_once_even_by_what_was_erased(table: Table) -> None:
    table.add(BOB)
    decision = table.do(BOB, "take_back")
    assert decision.facts == [CardsErased([card()])]
    assert card() not in table.seen(BOB)
    assert table.refusal(BOB, "add_card", card=card(), kind="wind", text="Encore", weight=1) == "id_taken"


def test_a_card_for_somebody_without_a_phone_names_them(table: Table) -> None:
    decision = table.do(BOB, "add_card", card=card(), kind="wind", text="Le sourire", weight=1, **{"for": "Odette"})
    assert isinstance(decision.facts[0], CardAdded)
    assert table.seen(DAN)[card()].for_ == "Odette"


def test_the_screen_may_do_nothing(table: Table) -> None:
    from speedboat.domain.messages import Refused
    from speedboat.domain.rules import decide

    refusal = decide(table.board, table.command("ready", ready=True), SCREEN, table.now)
    assert isinstance(refusal, Refused)
    assert refusal.code == "only_watching"
