"""Backup and restore of a database and of the children's keys."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import pytest

from deploy.backup.making import Place, make
from deploy.backup.manifest import DATABASE, DESTROYED, KEYS, MANIFEST, NotABackup
from deploy.backup.restoring import NotRestored, Restored, restore
from kith.hub_keys import IDENTITY_KEY, MASTER_KEY, key_store
from kith.wiring import now
from projections.append.guarding import AnotherHub
from schemas.keys import KeyDestroyed
from tests.integration.restored import RestoredHub
from tests.integration.test_catching_up import CALLED, ligature, other_child
from tests.services.services import FreshHub


@dataclass
class BackedUp:
    hub: RestoredHub
    place: Place
    folder: Path

    def restore(self, place: Place | None = None, mode: str = "production") -> Restored:
        """End what uses the database, and restore it."""
        self.hub.appending.close()
        settings = self.hub.hub.settings
        return restore(
            self.folder, place or self.place, mode, lambda: key_store(settings), now, uuid4
        )


@pytest.fixture
def backed_up(fresh_hub: FreshHub, tmp_path: Path) -> Iterator[BackedUp]:
    """A hub with a child on the log, and a backup of it as it was then."""
    hub = RestoredHub(fresh_hub)
    hub.say(CALLED)
    hub.members("placement social_worker")
    hub.drain()
    settings = fresh_hub.settings
    place = Place(
        dsn=fresh_hub.dsn("owner"),
        keys=settings.child_keys_dir,
        master_key=settings.secrets_dir / MASTER_KEY,
        identity_key=settings.secrets_dir / IDENTITY_KEY,
        tools=None,
    )
    folder = tmp_path / "backup"
    make(folder, place, now)
    made = BackedUp(hub, place, folder)
    yield made
    hub.appending.close()
    for (name,) in hub.rows(
        "select datname from pg_database where datname like %s", f"{fresh_hub.database}_replaced%"
    ):
        fresh_hub.services.drop_database(name)


def test_what_came_after_the_backup_is_there_again(backed_up: BackedUp) -> None:
    """Fails without: ``_begin_anew``, since then appends do not wait for the log."""
    hub = backed_up.hub
    hub.say(ligature(1), other_child(2))
    hub.drain()
    before = hub.entries()
    done = backed_up.restore()
    assert len(hub.entries()) < len(before)
    assert hub.one("select caught_up from kept.hub") is False
    assert hub.one("select incarnation from kept.hub") == done.incarnation
    assert hub.catch_up().taken == len(before) - done.manifest.entries
    assert hub.entries() == before
    assert hub.disagreement().none
    hub.assert_chains_hold()


def test_a_process_that_lived_through_a_restore_ends(backed_up: BackedUp) -> None:
    """Fails without: the new incarnation in ``_begin_anew``."""
    hub = backed_up.hub
    hub.say(ligature(1))
    hub.drain()
    backed_up.restore()
    hub.catch_up()
    with pytest.raises(AnotherHub):
        hub.say(ligature(2))


def test_a_backup_that_was_changed_is_refused(backed_up: BackedUp) -> None:
    """Fails without: the comparison of checksums in ``read_manifest``."""
    for name in (DATABASE, KEYS, DESTROYED):
        path = backed_up.folder / name
        whole = path.read_bytes()
        path.write_bytes(whole + b"x")
        with pytest.raises(NotABackup, match=name):
            backed_up.restore()
        path.write_bytes(whole)
    (backed_up.folder / KEYS).unlink()
    with pytest.raises(NotABackup, match="missing"):
        backed_up.restore()
    (backed_up.folder / MANIFEST).unlink()
    with pytest.raises(NotABackup, match="no backup"):
        backed_up.restore()


def test_a_backup_of_another_hub_is_refused(backed_up: BackedUp, tmp_path: Path) -> None:
    """Fails without: ``_refuse_foreign``."""
    other = tmp_path / "master.key"
    other.write_text("00" * 32, encoding="ascii")
    with pytest.raises(NotABackup, match="another hub"):
        backed_up.restore(replace(backed_up.place, master_key=other))
    with pytest.raises(NotABackup, match="scenario mode"):
        backed_up.restore(mode="scenario")
    manifest = json.loads((backed_up.folder / MANIFEST).read_bytes())
    manifest["migrations"].append(999)
    (backed_up.folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(NotABackup, match="migration 999"):
        backed_up.restore()


def test_nothing_is_restored_while_a_process_runs(backed_up: BackedUp) -> None:
    """Fails without: ``_refuse_running`` (and, later, PostgreSQL itself refuses)."""
    before = backed_up.hub.entries()
    with (
        backed_up.hub.wiring.connect("kith-timeline"),
        pytest.raises(NotRestored, match="kith-timeline"),
    ):
        backed_up.restore()
    assert backed_up.hub.entries() == before


def test_a_folder_that_holds_something_is_no_place_for_a_backup(backed_up: BackedUp) -> None:
    """Fails without: the check in ``make``: an old dump would be mixed with a new one."""
    with pytest.raises(NotABackup, match="not empty"):
        make(backed_up.folder, backed_up.place, now)


def test_keys_are_merged_and_none_that_was_destroyed_comes_back(
    backed_up: BackedUp, tmp_path: Path
) -> None:
    """Fails without: leaving out the destroyed in ``KeysInFiles.merge``; or with a plain copy."""
    hub = backed_up.hub
    ((old,),) = hub.rows("select key_id from derived.child")
    store = key_store(hub.hub.settings)
    hub.say(other_child(3))
    ((new,),) = hub.rows("select key_id from derived.child where key_id <> %s", old)
    newer = store.key_for(new)
    keys, destroyed = (backed_up.folder / name for name in (KEYS, DESTROYED))

    # The store itself was set back to before: what it lacks comes from the backup.
    place = tmp_path / "store"
    shutil.copytree(backed_up.place.keys, place)
    (place / KEYS).write_bytes(b"")
    settings = hub.hub.settings.model_copy(update={"keys_dir": place})
    empty = key_store(settings)
    assert empty.merge(keys.read_bytes(), destroyed.read_bytes()) > 0
    assert empty.key_for(old) == store.key_for(old)

    # A key that was destroyed since the backup stays so, and newer ones stay.
    assert store.merge(keys.read_bytes(), destroyed.read_bytes()) == 0
    assert store.key_for(new) == newer
    empty.destroy(old)
    empty.merge(keys.read_bytes(), destroyed.read_bytes())
    with pytest.raises(KeyDestroyed):
        empty.key_for(old)
    assert old.encode() not in (place / KEYS).read_bytes()
    # And one that the backup knows as destroyed is destroyed here too.
    assert empty.merge(b"", new.encode() + b"\n") == 0
    with pytest.raises(KeyDestroyed):
        empty.key_for(new)
