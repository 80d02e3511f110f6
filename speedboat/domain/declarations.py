"""Declarations of commands: who may give them, their rule, refusals and an example of each outcome.

Everything else about a command is derived from its declaration: the rules table (`rules.py`), who may do what when,
the tables of `docs/protocol.md`, the JSON schemas, the TypeScript types and the browser's own "may I".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar, cast

import msgspec

from speedboat.domain.ids import PersonId
from speedboat.domain.limits import Limits
from speedboat.domain.messages import Command, Decision, Fact, Viewer
from speedboat.domain.permissions import May
from speedboat.domain.state import Board

# The cast of every example. Alice facilitates, Bob and Dan take part, Carol is outside; nothing else is on the board to
# begin with.
ALICE, BOB, CAROL, DAN = (PersonId(f"person:{name:_<16}") for name in ("alice", "bob", "carol", "dan"))
NOW = 1_700_000_000_000  # ms since the epoch: when every example happens
NO_LIMITS = Limits(cards=0, cards_each=0, people=0, themes=0, actions=0, links=0)

C = TypeVar("C", bound=Command)
Arguments = dict[str, Any]  # any: an example spreads them among the other keywords of `done` and `refused`
Rule = Callable[[Board, C, Viewer, int], Decision]


class Step(NamedTuple):
    """A command that is played before an example, by its name and arguments, as on the wire."""

    by: PersonId
    name: str
    arguments: Arguments


class Example(NamedTuple):
    """One outcome of a command: who gives it with which arguments, after which steps, and the result.

    Either `refused` names the refusal (and `field` the argument it is about), or `facts` are what is appended;
    no facts at all: it is so already, or it happens later. With both, it is done and answered with that refusal.

    Args:
        later: the records that are erased one by one afterwards.
        limits: how much the workshop may hold, where that is what the outcome depends on.
        one_device: people who came from the same device.
        no_undo: why this outcome has no inverse although the command has one.
        leaves: what its inverse cannot restore, and why.
    """

    by: PersonId
    arguments: Arguments
    after: Sequence[Step] = ()
    facts: Sequence[Fact] = ()
    refused: str | None = None
    field: str | None = None
    later: Sequence[str] = ()
    limits: Limits = NO_LIMITS
    one_device: Sequence[str] = ()
    no_undo: str | None = None
    leaves: str | None = None


def does(by: PersonId, name: str, /, **arguments: object) -> Step:
    """A step of an example; an argument that is a Python keyword takes an underscore (`for_`)."""
    return Step(by, name, _plain(arguments))


def done(
    by: PersonId,
    /,
    *facts: Fact,
    after: Sequence[Step] = (),
    later: Sequence[str] = (),
    limits: Limits = NO_LIMITS,
    one_device: Sequence[str] = (),
    answer: str | None = None,
    no_undo: str | None = None,
    leaves: str | None = None,
    **arguments: object,
) -> Example:
    """Return an example of success: these facts are appended, and these records are erased `later`.

    `answer`: it is answered with this refusal all the same.
    """
    return Example(by, _plain(arguments), after, facts, answer, None, later, limits, one_device, no_undo, leaves)


def refused(
    by: PersonId,
    code: str,
    field: str | None = None,
    /,
    after: Sequence[Step] = (),
    limits: Limits = NO_LIMITS,
    one_device: Sequence[str] = (),
    **arguments: object,
) -> Example:
    """Return an example of a refusal with this code."""
    return Example(by, _plain(arguments), after, refused=code, field=field, limits=limits, one_device=one_device)


def _plain(arguments: Arguments) -> Arguments:
    return {name.rstrip("_"): value for name, value in arguments.items()}


class Declaration(msgspec.Struct, frozen=True):
    """A command as its feature declares it.

    Args:
        who: the phases in which participants and facilitators may.
        refusals: every code its rule can refuse with, but for those that `who` gives.
        no_undo: why there is no inverse; None: it has one that restores the board, unless that would be refused by now.
        on_wire: whether clients may send it.
    """

    command: type[Command]
    rule: Rule[Command]
    who: May
    examples: tuple[Example, ...]
    refusals: tuple[str, ...]
    no_undo: str | None
    on_wire: bool

    @property
    def name(self) -> str:
        return str(self.command.__struct_config__.tag)


def declare(
    command: type[C],
    rule: Rule[C],
    who: May,
    *examples: Example,
    refusals: Sequence[str] = (),
    no_undo: str | None = None,
    on_wire: bool = True,
) -> Declaration:
    """Declare a command below its rule; see `Declaration`. Their types are checked here."""
    return Declaration(command, cast("Rule[Command]", rule), who, tuple(examples), tuple(refusals), no_undo, on_wire)
