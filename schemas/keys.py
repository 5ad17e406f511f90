"""Where the children's keys are kept, apart from what they seal.

This is the interface and the plain part of it; :mod:`schemas.key_file` keeps keys in files, for
the demo and small installations. Another store (a key management service) answers to the same.
"""

import re
from collections.abc import Iterable
from typing import Protocol

from schemas.envelope import KEY_BYTES, RandomBytes

KEY_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


class KeyUnknown(LookupError):
    """No key has this id: it was never made, or the store was restored from before it was."""


class KeyDestroyed(LookupError):
    """The key was destroyed on purpose; what it sealed is beyond use."""


class KeyStoreDamaged(Exception):
    """The store's files are not as this module writes them. The text says what to do."""


class Keys(Protocol):
    """Gives keys by their ids."""

    def key_for(self, key_id: str) -> bytes:
        """Give a key. Raises KeyUnknown or KeyDestroyed."""


class KeyStore(Keys, Protocol):
    """Makes, gives and destroys keys of 32 bytes, by ids that the caller draws at random.

    An id must say nothing about the child. Safe to use from several threads and processes.
    """

    def create(self, key_ids: Iterable[str]) -> None:
        """Make keys that survive a power cut before this returns; those there are stay as is.

        Raises KeyDestroyed when an id was destroyed before: ids are not used twice.
        """

    def destroy(self, key_id: str) -> None:
        """Destroy a key, also for stores restored later from an older copy."""

    def destroyed(self) -> frozenset[str]:
        """List the ids of all keys ever destroyed."""


class LastKey:
    """The keys of a store, of which each is asked for once while its child is looked at.

    For whoever reads child by child, and is done soon: a key that is destroyed meanwhile still
    opens what it sealed, until another child's is asked for.
    """

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._last: tuple[str, bytes] | None = None

    def key_for(self, key_id: str) -> bytes:
        """Give a key. Raises KeyUnknown or KeyDestroyed."""
        if self._last is None or self._last[0] != key_id:
            self._last = key_id, self._keys.key_for(key_id)
        return self._last[1]


class KeysInMemory:
    """A store for tests and for one process: keys are gone when it ends."""

    def __init__(self, random_bytes: RandomBytes) -> None:
        self._random_bytes = random_bytes
        self._keys: dict[str, bytes] = {}
        self._destroyed: set[str] = set()

    def key_for(self, key_id: str) -> bytes:
        """Give a key. Raises KeyUnknown or KeyDestroyed."""
        refuse_destroyed(key_id, self._destroyed)
        try:
            return self._keys[key_id]
        except KeyError:
            raise unknown(key_id) from None

    def create(self, key_ids: Iterable[str]) -> None:
        """Make the keys that there are not yet. Raises KeyDestroyed."""
        wanted = list(key_ids)
        for key_id in wanted:
            check_key_id(key_id)
            refuse_destroyed(key_id, self._destroyed)
        for key_id in wanted:
            self._keys.setdefault(key_id, self._random_bytes(KEY_BYTES))

    def destroy(self, key_id: str) -> None:
        """Forget the key and remember its id."""
        check_key_id(key_id)
        self._destroyed.add(key_id)
        self._keys.pop(key_id, None)

    def destroyed(self) -> frozenset[str]:
        """List the ids of all keys ever destroyed."""
        return frozenset(self._destroyed)


def check_key_id(key_id: str) -> None:
    """Refuse an id that could not be written in a line. Raises ValueError."""
    if KEY_ID.fullmatch(key_id) is None:
        raise ValueError("a key id has 8 to 64 letters, digits, hyphens or underscores")


def refuse_destroyed(key_id: str, destroyed: Iterable[str]) -> None:
    """Raise KeyDestroyed if the id is among the destroyed ones."""
    if key_id in destroyed:
        raise KeyDestroyed(f"key {key_id} was destroyed: what it sealed is beyond use")


def unknown(key_id: str) -> KeyUnknown:
    """Describe a key that the store does not have."""
    return KeyUnknown(
        f"no key {key_id} in the key store: was it restored from a copy older than the log?"
    )
