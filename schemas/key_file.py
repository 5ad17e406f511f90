"""Keys in files: one that only grows, one with the ids destroyed, one with the master key.

``keys`` holds a line for each batch of new keys: a checksum, then ``id:wrapped`` for each key,
wrapped with the master key (AES key wrap, RFC 3394). A batch is one write and one fsync. A line
that a power cut tore is the last one, holds only keys that nobody has used yet, and is cut off by
the next writer. ``destroyed`` holds an id a line and is kept apart, so that restoring an older
``keys`` brings no key back. Writers of all processes take turns by a lock on ``lock``; readers
take none and look for what was added when they miss a key.

Back the files up apart from the log that they seal, and the master key apart from both.
"""

import base64
import fcntl
import os
import threading
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap,
    aes_key_wrap,
)

from schemas.envelope import KEY_BYTES, RandomBytes
from schemas.keys import (
    KEY_ID,
    KeyStoreDamaged,
    check_key_id,
    refuse_destroyed,
    unknown,
)
from schemas.line_file import LineFile, write_atomically


def make_master_key(path: Path, random_bytes: RandomBytes) -> None:
    """Make the master key once, readable by its owner only; an existing one stays as it is.

    The store does not do this by itself: a new master key beside old keys would hide that the
    right one is missing.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_atomically(path, random_bytes(KEY_BYTES).hex().encode() + b"\n")


class KeysInFiles:
    """The key store described above. See :class:`schemas.keys.KeyStore` for its methods."""

    def __init__(
        self,
        folder: Path,
        master_key_file: Path,
        random_bytes: RandomBytes,
        *,
        destroyed_file: Path | None = None,
    ) -> None:
        """Open the store, making its folder if need be.

        ``destroyed_file`` may be on another disk than ``folder``; inside it by default. Raises
        KeyStoreDamaged when the master key is missing, readable by others, or not the right one.
        """
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._master = _master_key(master_key_file)
        self._random_bytes = random_bytes
        self._lock_file = folder / "lock"
        self._keys_file = LineFile(folder / "keys", _is_batch)
        self._destroyed_file = LineFile(destroyed_file or folder / "destroyed", _is_key_id)
        self._wrapped: dict[str, bytes] = {}
        self._opened: dict[str, bytes] = {}
        self._destroyed: set[str] = set()
        self._threads = threading.Lock()
        with self._threads, self._only_writer():
            self._read_growth()
            self._drop_restored()
        # With another master key nothing would open: say so now, not at the first alert.
        for key_id in list(self._wrapped)[:1]:
            self.key_for(key_id)

    def key_for(self, key_id: str) -> bytes:
        """Give a key. Raises KeyUnknown, KeyDestroyed or KeyStoreDamaged."""
        with self._threads:
            # What another process destroyed must stop here at once, so this looks each time.
            self._read_destroyed()
            refuse_destroyed(key_id, self._destroyed)
            key = self._opened.get(key_id)
            if key is not None:
                return key
            if key_id not in self._wrapped:
                self._read_growth()
            wrapped = self._wrapped.get(key_id)
            if wrapped is None:
                raise unknown(key_id)
            key = self._unwrap(key_id, wrapped)
            self._opened[key_id] = key
            return key

    def create(self, key_ids: Iterable[str]) -> None:
        """Make the keys that there are not yet, with one fsync. Raises KeyDestroyed."""
        wanted = list(dict.fromkeys(key_ids))
        for key_id in wanted:
            check_key_id(key_id)
        with self._threads, self._only_writer():
            self._read_growth()
            self._drop_restored()
            for key_id in wanted:
                refuse_destroyed(key_id, self._destroyed)
            new = {
                key_id: self._random_bytes(KEY_BYTES)
                for key_id in wanted
                if key_id not in self._wrapped
            }
            if not new:
                return
            wrapped = {k: aes_key_wrap(self._master, key) for k, key in new.items()}
            self._keys_file.append(_batch(wrapped))
            # Only now, since a key may be used only once it is safe on disk.
            self._wrapped.update(wrapped)
            self._opened.update(new)

    def destroy(self, key_id: str) -> None:
        """Note the id as destroyed, then write the keys anew without it."""
        check_key_id(key_id)
        with self._threads, self._only_writer():
            self._read_growth()
            if key_id not in self._destroyed:
                self._destroyed_file.append(key_id.encode())
                self._forget(key_id)
            self._drop_restored()

    def merge(self, keys: bytes, destroyed: bytes) -> int:
        """Take in the files of a backup of this store; how many keys were missing here.

        What the store holds stays, and what was destroyed here or there stays destroyed. Raises
        KeyStoreDamaged when the backup is damaged or its keys do not open with this master key.
        """
        found: dict[str, bytes] = {}
        for line in keys.splitlines():
            if not _is_batch(line):
                raise KeyStoreDamaged("the backup's keys are damaged: take another copy of it")
            found.update(_keys_of(line))
        with self._threads, self._only_writer():
            self._read_growth()
            for line in destroyed.splitlines():
                if line.decode() not in self._destroyed:
                    self._destroyed_file.append(line)
                    self._forget(line.decode())
            self._drop_restored()
            missing = {
                key_id: wrapped
                for key_id, wrapped in found.items()
                if key_id not in self._wrapped and key_id not in self._destroyed
            }
            for key_id, wrapped in missing.items():
                self._opened[key_id] = self._unwrap(key_id, wrapped)
            if missing:
                self._keys_file.append(_batch(missing))
                self._wrapped.update(missing)
        return len(missing)

    def destroyed(self) -> frozenset[str]:
        """List the ids of all keys ever destroyed."""
        with self._threads:
            self._read_destroyed()
            return frozenset(self._destroyed)

    def _unwrap(self, key_id: str, wrapped: bytes) -> bytes:
        try:
            return aes_key_unwrap(self._master, wrapped)
        except InvalidUnwrap:
            raise KeyStoreDamaged(
                f"key {key_id} does not open with this master key:"
                " put back the master key that belongs to these keys"
            ) from None

    def _forget(self, key_id: str) -> None:
        self._destroyed.add(key_id)
        self._opened.pop(key_id, None)

    def _read_destroyed(self) -> None:
        # What was once seen as destroyed stays so, whatever becomes of the file.
        lines, _ = self._destroyed_file.read_new()
        for line in lines:
            self._forget(line.decode())

    def _read_growth(self) -> None:
        self._read_destroyed()
        lines, from_start = self._keys_file.read_new()
        if from_start:
            self._wrapped.clear()
        for line in lines:
            self._wrapped.update(_keys_of(line))

    def _drop_restored(self) -> None:
        """Write the key file anew if it holds destroyed keys: just now, or by a restore."""
        if self._wrapped.keys() & self._destroyed:
            kept = {k: w for k, w in self._wrapped.items() if k not in self._destroyed}
            self._keys_file.rewrite([_batch(kept)] if kept else [])
            self._wrapped = kept

    @contextmanager
    def _only_writer(self) -> Iterator[None]:
        descriptor = os.open(self._lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            self._keys_file.cut_torn_line()
            self._destroyed_file.cut_torn_line()
            yield
        finally:
            os.close(descriptor)  # Closing also unlocks.


def _master_key(path: Path) -> bytes:
    try:
        mode = path.stat().st_mode
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise KeyStoreDamaged(
            f"the master key {path} cannot be read ({type(error).__name__}):"
            " put it back from where it is kept, or make one for a new installation"
        ) from error
    if mode & 0o077:
        raise KeyStoreDamaged(f"the master key {path} is open to others: chmod 600 {path}")
    if len(key) != KEY_BYTES:
        raise KeyStoreDamaged(f"the master key {path} must be {KEY_BYTES} bytes in hexadecimal")
    return key


def _batch(wrapped: dict[str, bytes]) -> bytes:
    keys = " ".join(f"{k}:{base64.b64encode(w).decode()}" for k, w in wrapped.items()).encode()
    return b"%08x " % zlib.crc32(keys) + keys


def _is_batch(line: bytes) -> bool:
    return line[8:9] == b" " and line[:8] == b"%08x" % zlib.crc32(line[9:])


def _is_key_id(line: bytes) -> bool:
    return KEY_ID.fullmatch(line.decode("ascii", "replace")) is not None


def _keys_of(line: bytes) -> Iterator[tuple[str, bytes]]:
    for pair in line[9:].decode().split(" "):
        key_id, _, wrapped = pair.partition(":")
        yield key_id, base64.b64decode(wrapped)
