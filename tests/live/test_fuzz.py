"""Payloads made by hypothesis, for every command and for connecting: always a named refusal, never an error."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from speedboat.domain.messages import Refused
from speedboat.domain.projection import changed_since
from speedboat.domain.rules import COMMANDS, convert_command, decide, read_command
from speedboat.i18n.error_messages import SENTENCES
from tests.support.boards import ALICE, Table, action, card, theme
from tests.support.chaos import size
from tests.support.live_server import Person, Running

JSON = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=20)
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=6,
)
LIKELY = st.one_of(
    JSON,
    st.sampled_from(
        [
            card(),
            card(2),
            theme(),
            action(),
            ALICE,
            "wind",
            "write",
            "",
            "x" * 501,
            -1,
            0,
            1,
            1e308,
            2**63,
            "2026-02-30",
        ]
    ),
)


@st.composite
def almost_commands(draw: st.DrawFn) -> dict[str, Any]:
    name = draw(st.sampled_from(sorted(COMMANDS)))
    fields = [field.encode_name for field in msgspec.structs.fields(COMMANDS[name]) if field.name != "id"]
    made: dict[str, Any] = {"id": draw(st.one_of(st.just("command-00"), LIKELY)), "name": name}
    for field in draw(st.sets(st.sampled_from([*fields, "extra"]), max_size=5)):
        made[field] = draw(LIKELY)
    return made


@settings(max_examples=size(800, 40_000), deadline=None)
@given(almost_commands())
def test_an_almost_command_is_done_or_refused_by_a_name_that_has_a_sentence(payload: dict[str, Any]) -> None:
    table = Table()
    table.add(ALICE)
    try:
        outcome = decide(table.board, convert_command(payload), table.viewer(ALICE), table.now)
    except Refused as refusal:
        outcome = refusal
    if isinstance(outcome, Refused):
        assert outcome.code in SENTENCES
    else:
        table.take(ALICE, outcome)
        changed_since(table.board, 0, table.viewer(ALICE))


@settings(max_examples=size(300, 20_000), deadline=None)
@given(st.one_of(st.binary(max_size=60), JSON.map(msgspec.json.encode)))
def test_any_bytes_are_read_as_a_command_or_refused(payload: bytes) -> None:
    try:
        read_command(payload)
    except Refused as refusal:
        assert refusal.code in SENTENCES


@pytest.fixture(scope="module")
def bob(any_server: Running) -> Any:
    made = any_server.create()
    person = Person(any_server.url, made["code"]).join()
    yield person
    person.leave()


# A thousand examples of so many payloads on three servers: a hundred thousand over the wire with `make chaos`.
@settings(max_examples=size(25, 3000), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(almost_commands(), JSON), min_size=size(1, 34), max_size=size(1, 34)))
def test_over_the_socket_every_payload_gets_an_answer(bob: Person, payloads: list[Any]) -> None:
    for payload in payloads:
        answer = bob.send(payload)
        assert answer["ok"] or answer["error"]["code"] in SENTENCES
        assert "Traceback" not in str(answer)


@settings(max_examples=size(12, 300), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(("token", "key", "name", "view", "since", "language"), JSON)))
def test_whatever_is_sent_on_connecting_is_let_in_or_refused_by_name(any_server: Running, auth: dict[str, Any]) -> None:
    made = any_server.create()
    knocking = Person(any_server.url, **{**auth, "code": made["code"]})
    try:
        knocking.join()
    except Exception:
        assert knocking.refusal
        assert knocking.refusal["data"]["code"] in SENTENCES
    finally:
        knocking.leave()
