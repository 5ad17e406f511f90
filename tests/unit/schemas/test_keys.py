import os
from collections.abc import Callable
from pathlib import Path

import pytest

from schemas.key_file import KeysInFiles, make_master_key
from schemas.keys import KeyDestroyed, KeysInMemory, KeyStore, KeyUnknown

Make = Callable[[], KeyStore]


@pytest.fixture(params=["memory", "files"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> KeyStore:
    """One suite for every store: what one of them lacks, none may have."""
    if request.param == "memory":
        return KeysInMemory(os.urandom)
    make_master_key(tmp_path / "master", os.urandom)
    return KeysInFiles(tmp_path / "keys", tmp_path / "master", os.urandom)


def test_makes_keys_of_32_bytes_each_its_own(store: KeyStore) -> None:
    store.create(["key-0001", "key-0002"])
    first, second = store.key_for("key-0001"), store.key_for("key-0002")
    assert len(first) == len(second) == 32
    assert first != second
    assert store.key_for("key-0001") == first


def test_making_a_key_again_leaves_it_as_it_is(store: KeyStore) -> None:
    store.create(["key-0001"])
    before = store.key_for("key-0001")
    store.create(["key-0001", "key-0002", "key-0002"])
    store.create([])
    assert store.key_for("key-0001") == before


def test_an_unknown_key_is_told_from_a_destroyed_one(store: KeyStore) -> None:
    store.create(["key-0001", "key-0002"])
    store.destroy("key-0001")
    with pytest.raises(KeyDestroyed, match="key-0001"):
        store.key_for("key-0001")
    with pytest.raises(KeyUnknown, match="key-0003"):
        store.key_for("key-0003")
    assert len(store.key_for("key-0002")) == 32
    assert store.destroyed() == {"key-0001"}


def test_a_destroyed_id_is_never_used_again(store: KeyStore) -> None:
    store.create(["key-0001"])
    store.destroy("key-0001")
    store.destroy("key-0001")
    store.destroy("never-made")
    with pytest.raises(KeyDestroyed):
        store.create(["key-0002", "key-0001"])
    with pytest.raises(KeyDestroyed):
        store.create(["never-made"])
    with pytest.raises(KeyUnknown):
        store.key_for("key-0002")


@pytest.mark.parametrize("key_id", ["", "short", "two words", "a\nb-1234567", "x" * 65, "kéy-0001"])
def test_an_id_that_could_break_a_line_is_refused(store: KeyStore, key_id: str) -> None:
    with pytest.raises(ValueError, match="8 to 64"):
        store.create([key_id])
    with pytest.raises(ValueError, match="8 to 64"):
        store.destroy(key_id)
