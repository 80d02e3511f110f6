"""Who is asking, and whether they may come in: by code, token, facilitator key or passphrase.

No Flask here: the doors (`live/handlers.py`, `web/api.py`) hand over what they were given and get back who it is, or a
refusal.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from typing import NamedTuple

from itsdangerous import BadSignature, URLSafeSerializer
from msgspec import UNSET, structs

from speedboat.access import passphrases
from speedboat.access.codes import is_code, new_code, normal_code
from speedboat.access.devices import device_hash
from speedboat.access.guesses import Guess, GuessLimit
from speedboat.access.keys import KeyMaker, secret_hash
from speedboat.access.rate_limit import MessageLimit
from speedboat.domain.features.arrival import Join, Watch
from speedboat.domain.features.door import SetDoor
from speedboat.domain.messages import Command, Refused, Viewer
from speedboat.storage.store import CodeTaken, Store, Workshop
from speedboat.writing.creation import open_workshop
from speedboat.writing.writer import Writer

PURPOSE = "speedboat-token"  # the signature of a token is good for nothing else
TOKEN_LIFE = 30 * 24 * 3600 * 1000  # ms
SEALED_AT_ONCE, SEALED_PER_SECOND = 10, 0.1  # passphrases set by one person: sealing one is slow on purpose
RETRY_IN = 3000  # ms between two knocks of somebody who waits


class Entry(NamedTuple):
    """Somebody who may come in, to which workshop, with a fresh token."""

    workshop: Workshop
    person: str | None
    token: str


class Access:
    """The doorkeeper of one server.

    Args:
        store: the database; asked in native threads through `off_loop`.
        writer: where joining is written.
        off_loop: runs a function in a native thread and waits (see `server.Serving`).
        secret_key: signs tokens and makes facilitator keys.
        clock: milliseconds since the epoch, UTC.
        guesses: how many wrong codes, keys and tokens there may be.
        address: where the request that is being answered came from.
    """

    def __init__(
        self,
        store: Store,
        writer: Writer,
        off_loop: Callable[..., object],
        secret_key: str,
        clock: Callable[[], int],
        guesses: GuessLimit,
        address: Callable[[], str] = lambda: "",
    ) -> None:
        self._store = store
        self._writer = writer
        self._off_loop = off_loop
        self._clock = clock
        self._keys = KeyMaker(secret_key)
        self._tokens = URLSafeSerializer(secret_key, salt=PURPOSE)
        self._guesses = guesses
        self._address = address
        self._secret_key = secret_key
        self._sealing = MessageLimit(SEALED_PER_SECOND, clock, burst=SEALED_AT_ONCE)

    # --- workshops --------------------------------------------------------------------------------------------------

    def create(
        self, title: str, objective: str, language: str, follows: Workshop | None = None
    ) -> tuple[Workshop, str]:
        """A new workshop and its facilitator key; after `follows`, it opens on what became of that one's actions.

        Raises Refused for a bad title or objective.
        """
        made = self._off_loop(
            create_workshop, self._store, self._keys, self._clock(), title, objective, language, follows
        )
        assert isinstance(made, tuple)
        return made

    def find_facilitated(self, code: str, key: str) -> Workshop:
        """The workshop of a code for whoever holds its key. Raises Refused: `unknown_workshop` or `bad_key`."""
        with self._guesses.guess(self._address(), has_proof=True) as guess:
            workshop = self._look_up(code, guess)
            _check_key(workshop, key)
            guess.is_proven = True
        return workshop

    def find_summary(self, secret: str) -> Workshop:
        """The workshop whose summary is shared by this secret. Raises Refused: `unknown_summary`."""
        with self._guesses.guess(self._address(), has_proof=True) as guess:
            workshop = self._off_loop(_find_summary, self._store, secret_hash(secret))
            if workshop is None:
                raise Refused("unknown_summary")
            assert isinstance(workshop, Workshop)
            guess.workshop, guess.is_proven = workshop.id, True
        return workshop

    def find(self, code: str) -> Workshop:
        """The workshop of a code, however it was typed. Raises Refused: `unknown_workshop`."""
        with self._guesses.guess(self._address()) as guess:
            return self._look_up(code, guess)

    def facilitator_key(self, workshop: Workshop, number: int) -> str:
        return self._keys.key(workshop.id, number, workshop.salt)

    # --- coming in --------------------------------------------------------------------------------------------------

    def enter(
        self,
        code: str,
        *,
        token: str | None = None,
        key: str | None = None,
        name: str | None = None,
        screen: bool = False,
        passphrase: str | None = None,
        device: str | None = None,
    ) -> Entry:
        """Let somebody in: back as who their token says, or new; a key makes them a facilitator.

        Raises:
            Refused: `unknown_workshop`, `bad_token`, `expired_token`, `bad_key`, of a bad name, or by the door (see
                `door.join`); `waiting` comes with a `token` to knock again with and `retry_in` (ms).
        """
        if screen:
            workshop = self.watch(code, token=token, key=key, device=device)
            return Entry(workshop, None, self._token(workshop, None))
        with self._guesses.guess(self._address(), has_proof=bool(token) or key is not None) as guess:
            workshop = self._look_up(code, guess)
            person = self._read_token(workshop, token) if token else None
            if key is not None:
                _check_key(workshop, key)
            guess.is_proven = bool(token) or key is not None
        join = Join(
            "joining_",
            person or f"person:{secrets.token_urlsafe(16)}",
            "participant" if key is None else "facilitator",
            name,
            self._hash_device(workshop, device),
            key_hash=None if key is None else workshop.key_hash,
        )
        try:
            self._come_in(workshop, join)
        except Refused as refusal:
            if refusal.code != "wrong_passphrase" or not passphrase or not workshop.passphrase:
                raise
            # Only now is it a guess: whoever is in comes back without one.
            with self._guesses.guess(self._address()):
                knows = bool(self._off_loop(passphrases.opens, passphrase, workshop.passphrase))
                self._come_in(workshop, structs.replace(join, knows_passphrase=knows))
        return Entry(workshop, join.person, self._token(workshop, join.person))

    def watch(
        self, code: str, *, token: str | None = None, key: str | None = None, device: str | None = None
    ) -> Workshop:
        """The workshop, for somebody who wants to see what its big screen shows, and may.

        Raises:
            Refused: `unknown_workshop`, `bad_token`, `expired_token`, `bad_key`, `removed`, `waiting`, `screen_closed`.
        """
        with self._guesses.guess(self._address(), has_proof=bool(token) or key is not None) as guess:
            workshop = self._look_up(code, guess)
            person = self._read_token(workshop, token) if token else None
            if key is not None:
                _check_key(workshop, key)
            guess.is_proven = bool(token) or key is not None
        is_known = bool(token) and person is None
        # Whoever holds the key is asked neither who they are nor from where.
        by_code = Watch("watching", person, self._hash_device(workshop, device), is_known)
        self._come_in(workshop, by_code if key is None else Watch("watching", is_known=True))
        return workshop

    def _come_in(self, workshop: Workshop, command: Join | Watch) -> None:
        answer = self._writer.act(workshop.id, Viewer(command.person, "participant"), command)
        if answer.refusal is None:
            return
        if answer.refusal.code == "waiting" and command.person:
            # With a token, so that whoever is let in meanwhile is the one who asked.
            answer.refusal.details.update(token=self._token(workshop, command.person), retry_in=RETRY_IN)
        raise answer.refusal

    def _hash_device(self, workshop: Workshop, device: str | None) -> str | None:
        return device_hash(self._secret_key, workshop.id, workshop.salt, device) if device else None

    def seal(self, person: str, command: Command) -> Command:
        """A command as it may be handed to the writer: a passphrase in it is sealed, which blocks.

        Raises:
            Refused: of a bad passphrase, or `slow_down`.
        """
        if not has_passphrase(command):
            return command
        assert isinstance(command, SetDoor)
        if (retry_at := self._sealing.refused_until(person)) is not None:
            raise Refused("slow_down", retry_at=retry_at)
        sealed = self._off_loop(passphrases.seal, command.passphrase)
        return structs.replace(command, passphrase=str(sealed))

    def identify(self, code: str, token: str | None) -> tuple[Workshop, str | None]:
        """The workshop of a code and the person their token was given to, None for the screen.

        Raises:
            Refused: `unknown_workshop`, `no_token`, `bad_token` (forged, or of another workshop) or `expired_token`.
        """
        with self._guesses.guess(self._address(), has_proof=bool(token)) as guess:
            workshop = self._look_up(code, guess)
            if not token:
                raise Refused("no_token")
            person = self._read_token(workshop, token)
            guess.is_proven = True
        return workshop, person

    def _look_up(self, code: str, guess: Guess) -> Workshop:
        workshop = self._off_loop(self._store.find, normal_code(code)) if is_code(code) else None
        if workshop is None:
            raise Refused("unknown_workshop", "code")
        assert isinstance(workshop, Workshop)
        guess.workshop = workshop.id
        return workshop

    def _token(self, workshop: Workshop, person: str | None) -> str:
        return str(self._tokens.dumps([workshop.id, person, self._clock()], salt=_token_salt(workshop)))

    def _read_token(self, workshop: Workshop, token: str) -> str | None:
        try:
            of, person, issued = self._tokens.loads(token, salt=_token_salt(workshop))
        except (BadSignature, ValueError, TypeError):
            raise Refused("bad_token", "token") from None
        if of != workshop.id:
            raise Refused("bad_token", "token")
        if self._clock() - issued > TOKEN_LIFE:
            raise Refused("expired_token", "token")
        return str(person) if person is not None else None


def has_passphrase(command: Command) -> bool:
    """Whether a command must be sealed."""
    return isinstance(command, SetDoor) and command.passphrase is not UNSET


def create_workshop(
    store: Store,
    keys: KeyMaker,
    now: int,
    title: str,
    objective: str,
    language: str,
    follows: Workshop | None = None,
) -> tuple[Workshop, str]:
    """Write a new workshop under a free code, the next after `follows` if that is given; blocks.

    Returns it with its facilitator key.
    """
    while True:
        try:
            workshop = open_workshop(store, new_code(), now, title, objective, language, keys.key_hash, follows)
            return workshop, keys.key(workshop.id, 1, workshop.salt)
        except CodeTaken:
            continue


def _token_salt(workshop: Workshop) -> str:
    """What the signature of a token is bound to; of a workshop older than salts, what it was before."""
    return f"{PURPOSE}:{workshop.salt}" if workshop.salt else PURPOSE


def _check_key(workshop: Workshop, key: str) -> None:
    if not hmac.compare_digest(secret_hash(key), workshop.key_hash):
        raise Refused("bad_key", "key")


def _find_summary(store: Store, summary_hash: str) -> Workshop | None:
    with store.reading() as transaction:
        return transaction.find_summary(summary_hash)
