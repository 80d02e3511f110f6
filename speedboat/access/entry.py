"""Authentication: who somebody is and whether they may join, by code, token, facilitator key or passphrase.

Knows no Flask: `live/handlers.py` and `web/api.py` hand over the credentials and get a person back, or a refusal.
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
from speedboat.access.keys import KeyMaker, derived_key, secret_hash
from speedboat.access.rate_limit import MessageLimit
from speedboat.domain.features.door import SetDoor
from speedboat.domain.features.joining import Join, Watch
from speedboat.domain.ids import PersonId
from speedboat.domain.messages import Command, Refused, Viewer
from speedboat.storage.store import CodeTaken, Store, Workshop
from speedboat.writing.creation import NewWorkshop, open_workshop
from speedboat.writing.writer import Writer

PURPOSE = "speedboat-token"  # salt of token signatures, so that they are valid for nothing else
TOKEN_LIFE = 30 * 24 * 3600 * 1000  # ms
PASSPHRASE_BURST, PASSPHRASES_PER_SECOND = 10, 0.1  # passphrases set by one person: hashing is slow on purpose
RETRY_IN = 3000  # ms after which somebody waiting for approval should ask again


class Entry(NamedTuple):
    """Somebody who may join: which workshop, who they are (None: the big screen), and a fresh token."""

    workshop: Workshop
    person: PersonId | None
    token: str


class Access:
    """Authentication of one server.

    Args:
        store: the database; queried in native threads through `off_loop`.
        writer: commits the joining of people.
        off_loop: runs a function in a native thread and waits for it (see `server.Serving`).
        secret_key: signs tokens and derives facilitator keys.
        clock: milliseconds since the epoch, UTC, for what is dated.
        guesses: limits wrong codes, keys and tokens.
        address: returns the client address of the current request.
        steady: the same for what lasts, which nobody sets; None: that clock.
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
        steady: Callable[[], int] | None = None,
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
        self._passphrase_limit = MessageLimit(PASSPHRASES_PER_SECOND, steady or clock, burst=PASSPHRASE_BURST)

    # --- workshops --------------------------------------------------------------------------------------------------

    def create(self, new: NewWorkshop) -> tuple[Workshop, str]:
        """Create a workshop; return it and its facilitator key.

        Raises:
            Refused: the title, objective, language, time zone or day is not valid.
        """
        result = self._off_loop(create_workshop, self._store, self._keys, self._clock(), new)
        assert isinstance(result, tuple)
        return result

    def find_facilitated(self, code: str, key: str) -> Workshop:
        """Return the workshop of a code if the key is its own. Raises Refused: `unknown_workshop` or `bad_key`."""
        with self._guesses.guess(self._address(), has_proof=True) as guess:
            workshop = self._look_up(code, guess)
            _check_key(workshop, key)
            guess.is_proven = True
        return workshop

    def find_summary(self, secret: str) -> Workshop:
        """Return the workshop whose summary link has this secret. Raises Refused: `unknown_summary`."""
        with self._guesses.guess(self._address(), has_proof=True) as guess:
            workshop = self._off_loop(_find_summary, self._store, secret_hash(secret))
            if workshop is None:
                raise Refused("unknown_summary")
            assert isinstance(workshop, Workshop)
            guess.workshop, guess.is_proven = workshop.id, True
        return workshop

    def find(self, code: str) -> Workshop:
        """Return the workshop of a code, however it was typed. Raises Refused: `unknown_workshop`."""
        with self._guesses.guess(self._address()) as guess:
            return self._look_up(code, guess)

    def facilitator_key(self, workshop: Workshop, number: int) -> str:
        """Return the `number`-th facilitator key of a workshop, counted from 1."""
        return self._keys.key(workshop.id, number, workshop.salt)

    def current_key(self, workshop: Workshop) -> str | None:
        """Return the facilitator key of a workshop that holds now, None if another secret key derived it."""
        return derived_key(self._keys, workshop)

    # --- joining and identifying ------------------------------------------------------------------------------------

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
        """Let somebody join: as the person of their token, or as a new one.

        Args:
            key: a facilitator key, which makes them a facilitator.
            screen: they are a big screen, and become no person of the workshop.
            passphrase: looked at only if the door asks for one.
            device: the random id that their browser stores.

        Raises:
            Refused: `unknown_workshop`, `bad_token`, `expired_token`, `bad_key`, for a name that is not valid, or by
                the door (see `domain/features/joining.py`); `waiting` comes with a `token` to ask again with and
                `retry_in` (ms).
        """
        if screen:
            workshop = self.watch(code, token=token, key=key, device=device)
            return Entry(workshop, None, self._new_token(workshop, None))
        with self._guesses.guess(self._address(), has_proof=bool(token) or key is not None) as guess:
            workshop = self._look_up(code, guess)
            person = self._read_token(workshop, token) if token else None
            if key is not None:
                _check_key(workshop, key)
            guess.is_proven = bool(token) or key is not None
        join = Join(
            "joining_",
            person or PersonId(f"person:{secrets.token_urlsafe(16)}"),
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
            # Only now does it count as a guess: people who are already in come back without a passphrase.
            with self._guesses.guess(self._address()):
                knows = bool(self._off_loop(passphrases.is_passphrase, passphrase, workshop.passphrase))
                self._come_in(workshop, structs.replace(join, knows_passphrase=knows))
        return Entry(workshop, join.person, self._new_token(workshop, join.person))

    def watch(
        self, code: str, *, token: str | None = None, key: str | None = None, device: str | None = None
    ) -> Workshop:
        """Return the workshop if this client may see what its big screen shows.

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
        # With the key, neither person nor device is looked at.
        by_code = Watch("watching", person, self._hash_device(workshop, device), is_known)
        self._come_in(workshop, by_code if key is None else Watch("watching", is_known=True))
        return workshop

    def _come_in(self, workshop: Workshop, command: Join | Watch) -> None:
        answer = self._writer.act(workshop.id, Viewer(command.person, "participant"), command)
        if answer.refusal is None:
            return
        if answer.refusal.code == "waiting" and command.person:
            # With a token, so that the person who is approved is the one who asked.
            answer.refusal.details.update(token=self._new_token(workshop, command.person), retry_in=RETRY_IN)
        raise answer.refusal

    def _hash_device(self, workshop: Workshop, device: str | None) -> str | None:
        return device_hash(self._secret_key, workshop.id, workshop.salt, device) if device else None

    def hash_passphrase_in(self, person: PersonId, command: Command) -> Command:
        """Return the command with its passphrase hashed, ready for the writer. Waits for scrypt, off the loop.

        Raises:
            Refused: the passphrase is not valid, or `slow_down`.
        """
        if not has_passphrase(command):
            return command
        assert isinstance(command, SetDoor)
        if (retry_at := self._passphrase_limit.acquire(person)) is not None:
            raise Refused("slow_down", retry_at=retry_at)
        hashed = self._off_loop(passphrases.hash_passphrase, command.passphrase)
        return structs.replace(command, passphrase=str(hashed))

    def identify(self, code: str, token: str | None) -> tuple[Workshop, PersonId | None]:
        """Return the workshop of a code and the person a token was issued to (None: the big screen).

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

    def _new_token(self, workshop: Workshop, person: PersonId | None) -> str:
        return str(self._tokens.dumps([workshop.id, person, self._clock()], salt=_token_salt(workshop)))

    def _read_token(self, workshop: Workshop, token: str) -> PersonId | None:
        try:
            workshop_id, person, issued = self._tokens.loads(token, salt=_token_salt(workshop))
        except (BadSignature, ValueError, TypeError):
            raise Refused("bad_token", "token") from None
        if workshop_id != workshop.id:
            raise Refused("bad_token", "token")
        if self._clock() - issued > TOKEN_LIFE:
            raise Refused("expired_token", "token")
        return PersonId(str(person)) if person is not None else None


def has_passphrase(command: Command) -> bool:
    """Whether a command holds a passphrase, which must be hashed before the writer gets it."""
    return isinstance(command, SetDoor) and command.passphrase is not UNSET


def create_workshop(store: Store, keys: KeyMaker, now: int, new: NewWorkshop) -> tuple[Workshop, str]:
    """Write a new workshop under a free code; return it with its facilitator key. Blocks.

    Args:
        now: milliseconds since the epoch, UTC.
    """
    while True:
        try:
            workshop = open_workshop(store, new_code(), now, new, keys.key_hash)
            return workshop, keys.key(workshop.id, 1, workshop.salt)
        except CodeTaken:
            continue


def _token_salt(workshop: Workshop) -> str:
    """Return the salt of a workshop's token signatures; old workshops have none of their own."""
    return f"{PURPOSE}:{workshop.salt}" if workshop.salt else PURPOSE


def _check_key(workshop: Workshop, key: str) -> None:
    if not hmac.compare_digest(secret_hash(key), workshop.key_hash):
        raise Refused("bad_key", "key")


def _find_summary(store: Store, summary_hash: str) -> Workshop | None:
    with store.reading() as transaction:
        return transaction.find_summary(summary_hash)
