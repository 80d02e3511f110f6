"""Tokens that expire, are renewed and cannot be forged; workshop codes; message limits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speedboat.access.codes import CODE_ALPHABET, is_code, new_code, normal_code
from speedboat.access.entry import TOKEN_LIFE, Access
from speedboat.access.guesses import GuessLimit
from speedboat.access.keys import KeyMaker
from speedboat.access.rate_limit import BURST, MessageLimit
from speedboat.domain.features.door import SetDoor
from speedboat.domain.messages import Refused, Viewer
from speedboat.server import make_serving
from speedboat.storage.store import Store, Workshop
from speedboat.writing.creation import NewWorkshop
from speedboat.writing.writer import Workshops, Writer

SECRET = "a secret for the tests only"


class Clock:
    def __init__(self) -> None:
        self.now = 1_700_000_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def access(tmp_path: Path, clock: Clock) -> Iterator[Access]:
    store = Store(f"sqlite:///{tmp_path / 'speedboat.db'}")
    store.migrate()
    serving = make_serving("threading")
    desk = Workshops(
        store, lambda outcome: [reply(value) for reply, value in outcome.replies] and None, KeyMaker(SECRET), clock
    )
    writer = Writer(lambda request: desk.handle([request]), serving)
    guesses = GuessLimit(clock, serving.waiter)
    yield Access(store, writer, lambda fn, *args: fn(*args), SECRET, clock, guesses)
    store.close()


@pytest.fixture
def workshop(access: Access) -> Workshop:
    return access.create(NewWorkshop("Où en sommes-nous ?", "", "fr"))[0]


def refusal(access: Access, workshop: Workshop, **given: str) -> str:
    with pytest.raises(Refused) as caught:
        access.enter(workshop.code, **given)  # type: ignore[arg-type]
    return caught.value.code


def test_a_token_brings_one_back_for_thirty_days_and_is_renewed_each_time(
    access: Access, workshop: Workshop, clock: Clock
) -> None:
    first = access.enter(workshop.code, name="Bob")
    clock.now += TOKEN_LIFE - 1
    second = access.enter(workshop.code, token=first.token)
    assert second.person == first.person
    clock.now += TOKEN_LIFE - 1
    assert refusal(access, workshop, token=first.token) == "expired_token"
    assert access.enter(workshop.code, token=second.token).person == first.person


def test_whoever_is_in_comes_back_with_a_passphrase_though_the_guesses_of_their_address_are_spent(
    access: Access, workshop: Workshop
) -> None:
    bob = access.enter(workshop.code, name="Bob")
    alice = access.enter(workshop.code, key=access.facilitator_key(workshop, 1))
    seal = access.hash_passphrase_in(str(alice.person), SetDoor("command0", "passphrase", "sésame"))
    answer = access._writer.act(workshop.id, Viewer(alice.person, "facilitator"), seal)
    assert answer.refusal is None
    while refusal(access, workshop, passphrase="faux") != "slow_down":
        pass
    assert access.enter(workshop.code, token=bob.token, passphrase="faux").person == bob.person


def test_a_forged_or_foreign_token_opens_nothing(access: Access, workshop: Workshop) -> None:
    token = access.enter(workshop.code).token
    other = access.create(NewWorkshop("Ailleurs", "", "fr"))[0]
    assert refusal(access, other, token=token) == "bad_token"
    for forged in ("x", token[:-1], token + "x", "." * 5, "é", token.replace(".", "")):
        assert refusal(access, workshop, token=forged) == "bad_token"


def test_a_valid_token_wins_over_a_key_which_only_adds_the_role(access: Access, workshop: Workshop) -> None:
    bob = access.enter(workshop.code, name="Bob")
    both = access.enter(workshop.code, token=bob.token, key=access.facilitator_key(workshop, 1))
    assert both.person == bob.person
    assert refusal(access, workshop, token=bob.token, key="wrong") == "bad_key"


def test_the_screen_is_nobody(access: Access, workshop: Workshop) -> None:
    entry = access.enter(workshop.code, screen=True)
    assert entry.person is None
    assert access.enter(workshop.code, token=entry.token, screen=True).person is None


def test_a_code_is_read_however_it_was_typed(access: Access, workshop: Workshop) -> None:
    typed = f" {workshop.code[:3].lower()}-{workshop.code[3:]} "
    assert access.find(typed).id == workshop.id


@given(st.text(max_size=12))
def test_what_is_not_a_code_is_known_to_be_none(text: str) -> None:
    assert is_code(text) == (len(normal_code(text)) == 6 and set(normal_code(text)) <= set(CODE_ALPHABET))


def test_codes_have_no_look_alikes() -> None:
    assert not set("0O1IL") & set(CODE_ALPHABET)
    assert all(is_code(new_code()) for _ in range(200))


def test_a_burst_is_let_through_and_then_the_rate(clock: Clock) -> None:
    limit = MessageLimit(20, clock)
    assert [limit.acquire("bob") for _ in range(BURST)] == [None] * BURST
    retry_at = limit.acquire("bob")
    assert retry_at is not None
    assert 0 < retry_at - clock.now <= 51
    assert limit.acquire("dan") is None, "the limit of one is not the limit of another"
    clock.now = retry_at
    assert limit.acquire("bob") is None
    assert limit.acquire("bob") is not None


def test_no_rate_means_no_limit(clock: Clock) -> None:
    limit = MessageLimit(0, clock)
    assert all(limit.acquire("bob") is None for _ in range(5000))


def test_a_clock_that_jumps_shuts_nobody_out_and_opens_nothing(
    access: Access, workshop: Workshop, clock: Clock
) -> None:
    bob = access.enter(workshop.code, name="Bob")
    limit = MessageLimit(20, clock)
    for jump in (-3_600_000, 7_200_000, -86_400_000):
        clock.now += jump
        assert access.enter(workshop.code, token=bob.token).person == bob.person
        assert limit.acquire("bob") is None
    for _ in range(BURST):
        limit.acquire("dan")
    clock.now -= 3_600_000
    retry_at = limit.acquire("dan")
    assert retry_at is not None, "a jump back gives nothing for free"
    assert retry_at - clock.now <= 51, "and costs nothing"
