"""The manifest of a backup: what it is of, and what its files must be."""

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from schemas.line_file import write_atomically

MANIFEST = "manifest.json"
DATABASE, KEYS, DESTROYED = "database.dump", "keys", "destroyed"
FORMAT = 1
_CHUNK = 1 << 20


class NotABackup(Exception):
    """A folder is no whole backup, or one of another hub. The text says which and what to do."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """``master_key`` and ``identity_key`` are fingerprints, from which no key can be found.

    ``migrations`` are the numbers that the database had. ``files`` are SHA-256 in hexadecimal.
    """

    made_at: str
    mode: str
    incarnation: str
    migrations: list[int]
    entries: int
    master_key: str
    identity_key: str
    files: dict[str, str]
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        """Write it last: a folder without it is no backup."""
        text = json.dumps(asdict(self), indent=2) + "\n"
        write_atomically(folder / MANIFEST, text.encode())


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a whole backup: each file is there and as it was. Raises NotABackup."""
    path = folder / MANIFEST
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise NotABackup(
            f"{path} is not there: {folder} is no backup of Kith, or one that was not finished"
        ) from None
    except ValueError:
        raise NotABackup(f"{path} is damaged: take another copy of this backup") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise NotABackup(f"{path} is of another format than {FORMAT}: restore it with its own Kith")
    try:
        manifest = Manifest(**content)
    except TypeError:
        raise NotABackup(f"{path} is damaged: take another copy of this backup") from None
    for name in (DATABASE, KEYS, DESTROYED):
        file = folder / name
        if not file.is_file():
            raise NotABackup(f"{file} is missing: take another copy of this backup")
        if digest(file) != manifest.files.get(name):
            raise NotABackup(
                f"{file} is not as it was when the backup was made: take another copy of it"
            )
    return manifest


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            found.update(piece)
    return found.hexdigest()


def fingerprint(key_file: Path) -> str:
    """What tells one secret key from another and says nothing else of it. Raises NotABackup."""
    try:
        key = bytes.fromhex(key_file.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        raise NotABackup(
            f"{key_file} is not there or is damaged: put it back from where it is kept, apart "
            "from the backups"
        ) from None
    return hmac.digest(key, b"kith backup", "sha256").hex()[:32]
