"""What was told before, so that a row that has changed becomes a correction.

The return has no versions: a later folder simply says something else about the same episode. The
hub takes the highest version of a statement, and treats other content under the same version as a
conflict. So the importer remembers, for each reference, the contents that it has given versions.
It holds digests under the agency's secret only, and nothing that names a child.

A ledger that is lost breaks nothing that is true: what has not changed has the same version and
content again, and what has changed is refused by the hub as a conflict, where a person sees it.
"""

import hashlib
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Self

import orjson

_SCHEMA_VERSION = 1
_DIGEST_BYTES = 16
_MAX_KEY_BYTES = 64  # The longest key that BLAKE2b takes.
_WAIT_SECONDS = 30.0

_TABLE = """
    CREATE TABLE told (
        reference TEXT NOT NULL,
        content BLOB NOT NULL,
        said BLOB NOT NULL,
        version INTEGER NOT NULL,
        PRIMARY KEY (reference, content)
    ) WITHOUT ROWID
"""

CORRECTION = {"reason": "other", "note": "A later return says otherwise."}


class LedgerUnusableError(Exception):
    """The ledger's file cannot be used. The text names it and says what to do."""


class Ledger:
    """Versions by reference and content. Call ``save`` before sending what it gave versions."""

    def __init__(self, connection: sqlite3.Connection, secret: bytes) -> None:
        """Use ``Ledger.at`` or ``Ledger.copied``."""
        self._connection = connection
        self._secret = secret[:_MAX_KEY_BYTES]

    @classmethod
    def at(cls, path: Path, secret: bytes) -> Self:
        """Open the ledger in this file, or make it. Raises LedgerUnusableError."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            return cls(_opened(sqlite3.connect(path, timeout=_WAIT_SECONDS)), secret)
        except (OSError, sqlite3.Error) as error:
            raise LedgerUnusableError(_why(path, error)) from None

    @classmethod
    def copied(cls, path: Path, secret: bytes) -> Self:
        """Copy the ledger of this file, if there is one, into memory: for a dry run."""
        memory = sqlite3.connect(":memory:")
        try:
            if path.exists():
                with closing(sqlite3.connect(path, timeout=_WAIT_SECONDS)) as stored:
                    stored.backup(memory)
            return cls(_opened(memory), secret)
        except sqlite3.Error as error:
            memory.close()
            raise LedgerUnusableError(_why(path, error)) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Close without saving what was not saved."""
        self._connection.close()

    def save(self) -> None:
        """Make the versions given so far safe on disk."""
        self._connection.commit()

    def versioned(
        self, event: Mapping[str, Any], unless_told: str = ""
    ) -> tuple[Mapping[str, Any] | None, str]:
        """Give the event its version, and the reason of a warning ("" for none).

        An event is None when it should not be sent: what it says was sent before with more about
        who the child is, or it is new and ``unless_told`` (a reference) was told before.
        """
        reference = event["event"]["reference"]
        content, said = self._digest(event), self._digest(_without_person(event))
        known = self._connection.execute(
            "SELECT content, said, version FROM told WHERE reference = ? ORDER BY version DESC",
            (reference,),
        ).fetchall()
        if not known and unless_told and self._told(unless_told):
            return None, ""
        newest = known[0][2] if known else 0
        for known_content, _, version in known:
            if known_content == content:
                return _with_version(event, version), "replaced-since" if version < newest else ""
        if known and known[0][1] == said and _knows_little(event):
            return None, "told-with-more"
        self._connection.execute(
            "INSERT INTO told VALUES (?, ?, ?, ?)", (reference, content, said, newest + 1)
        )
        return _with_version(event, newest + 1), ""

    def _told(self, reference: str) -> bool:
        found = self._connection.execute("SELECT 1 FROM told WHERE reference = ?", (reference,))
        return found.fetchone() is not None

    def _digest(self, event: Mapping[str, Any]) -> bytes:
        text = orjson.dumps(event, option=orjson.OPT_SORT_KEYS)
        return hashlib.blake2b(text, key=self._secret, digest_size=_DIGEST_BYTES).digest()


def _opened(connection: sqlite3.Connection) -> sqlite3.Connection:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == 0:
        connection.execute(_TABLE)
        connection.execute(f"PRAGMA user_version = {_SCHEMA_VERSION}")
        connection.commit()
    elif version != _SCHEMA_VERSION:
        raise sqlite3.DatabaseError
    return connection


def _why(path: Path, error: Exception) -> str:
    return (
        f"the ledger {path} cannot be used ({type(error).__name__}): give another file, or bring"
        " this one back from a copy. Without it, rows that changed since they were imported are"
        " refused by the hub as conflicts."
    )


def _with_version(event: Mapping[str, Any], version: int) -> Mapping[str, Any]:
    if version == 1:
        return event
    header = {**event["event"], "version": version, "correction": CORRECTION}
    return {**event, "event": header}


def _knows_little(event: Mapping[str, Any]) -> bool:
    subject = event["event"]["subject"]
    return subject["born"] is None and len(subject["identifiers"]) == 1


def _without_person(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """Leave out all that says who the child is; the reference says of whom it speaks."""
    return {**event, "event": {**event["event"], "subject": None}}
