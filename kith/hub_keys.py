"""The hub's own secrets: the master key of the key store, and the key of identifiers."""

import os
from pathlib import Path

from kith.settings import NotConfiguredError, Settings
from schemas.key_file import KeysInFiles, make_master_key

MASTER_KEY = "master.key"
IDENTITY_KEY = "identity.key"


def make_hub_keys(state_dir: Path) -> None:
    """Make what is missing, once, before any process of the hub starts.

    A new key beside old data would hide that the right one is missing, so processes only
    read them.
    """
    for name in (MASTER_KEY, IDENTITY_KEY):
        make_master_key(state_dir / "secrets" / name, os.urandom)
    (state_dir / "keys").mkdir(parents=True, exist_ok=True, mode=0o700)


def key_store(settings: Settings) -> KeysInFiles:
    """Each child's keys. Raises NotConfiguredError, KeyStoreDamaged."""
    path = settings.secrets_dir / MASTER_KEY
    if not path.exists():
        raise NotConfiguredError(f"{path} is not there: `kith up` makes it, or restore it")
    return KeysInFiles(settings.child_keys_dir, path, os.urandom)


def identity_key(settings: Settings) -> bytes:
    """The secret under which identifiers are hashed. Raises NotConfiguredError."""
    path = settings.secrets_dir / IDENTITY_KEY
    try:
        return bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        raise NotConfiguredError(
            f"{path} is not there or is damaged: `kith up` makes it, or restore it. "
            "With another key the hub would know no child again"
        ) from None
