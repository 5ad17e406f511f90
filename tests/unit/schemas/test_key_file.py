import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from schemas.key_file import KeysInFiles, make_master_key
from schemas.keys import KeyDestroyed, KeyStoreDamaged, KeyUnknown


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_master_key(tmp_path / "master", os.urandom)
    return tmp_path / "keys"


def _open(folder: Path) -> KeysInFiles:
    return KeysInFiles(folder, folder.parent / "master", os.urandom)


def test_keys_outlive_the_process_and_are_on_disk_wrapped_only(folder: Path) -> None:
    store = _open(folder)
    store.create(["key-0001", "key-0002"])
    key = store.key_for("key-0001")
    assert _open(folder).key_for("key-0001") == key
    on_disk = (folder / "keys").read_bytes()
    assert b"key-0001:" in on_disk
    assert key not in on_disk
    assert key.hex().encode() not in on_disk


def test_files_are_their_owners_only(folder: Path) -> None:
    store = _open(folder)
    store.create(["key-0001"])
    store.destroy("key-0001")
    modes = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}
    assert modes == {"keys": 0o600, "destroyed": 0o600, "lock": 0o600}
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder.parent / "master").stat().st_mode & 0o777 == 0o600


def test_others_notice_new_and_destroyed_keys_at_once(folder: Path) -> None:
    one, other = _open(folder), _open(folder)
    one.create(["key-0001"])
    assert other.key_for("key-0001") == one.key_for("key-0001")
    other.create(["key-0002"])
    other.destroy("key-0001")
    with pytest.raises(KeyDestroyed):
        one.key_for("key-0001")
    assert one.key_for("key-0002") == other.key_for("key-0002")
    # The file was replaced twice by now; readers must follow each time.
    one.destroy("key-0002")
    one.create(["key-0003"])
    assert other.key_for("key-0003") == one.key_for("key-0003")
    assert one.destroyed() == other.destroyed() == {"key-0001", "key-0002"}


def test_destroying_takes_the_key_out_of_the_file(folder: Path) -> None:
    store = _open(folder)
    store.create(["key-0001", "key-0002"])
    before = (folder / "keys").read_bytes()
    wrapped = before.split(b"key-0001:")[1].split()[0]
    store.destroy("key-0001")
    after = (folder / "keys").read_bytes()
    assert wrapped not in after
    assert b"key-0002:" in after
    assert not list(folder.glob("*.new"))


def test_an_older_copy_put_back_brings_no_key_back(folder: Path) -> None:
    store = _open(folder)
    store.create(["key-0001", "key-0002"])
    shutil.copy(folder / "keys", folder.parent / "backup")
    kept = store.key_for("key-0002")
    store.destroy("key-0001")
    shutil.copy(folder.parent / "backup", folder / "keys")
    with pytest.raises(KeyDestroyed):
        store.key_for("key-0001")
    restored = _open(folder)
    with pytest.raises(KeyDestroyed):
        restored.key_for("key-0001")
    assert b"key-0001:" not in (folder / "keys").read_bytes()
    assert restored.key_for("key-0002") == kept
    assert restored.destroyed() == {"key-0001"}


def test_the_destroyed_list_may_live_elsewhere(folder: Path) -> None:
    elsewhere = folder.parent / "elsewhere"
    store = KeysInFiles(folder, folder.parent / "master", os.urandom, destroyed_file=elsewhere)
    store.create(["key-0001"])
    store.destroy("key-0001")
    assert elsewhere.read_text() == "key-0001\n"
    assert not (folder / "destroyed").exists()


@pytest.mark.parametrize(
    "tear",
    [
        lambda line: line[:-1],
        lambda line: line[: len(line) // 2],
        lambda line: line[:1],
        lambda line: bytes(len(line)),  # The file grew, its blocks were not written.
        lambda line: bytes(len(line) - 1) + b"\n",
        lambda line: line[:20] + bytes(len(line) - 21) + b"\n",
    ],
)
def test_a_line_torn_by_a_power_cut_is_cut_off(
    folder: Path, tear: Callable[[bytes], bytes]
) -> None:
    store = _open(folder)
    store.create(["key-0001"])
    kept = store.key_for("key-0001")
    whole = (folder / "keys").read_bytes()
    store.create(["key-0002", "key-0003"])
    line = (folder / "keys").read_bytes()[len(whole) :]
    (folder / "keys").write_bytes(whole + tear(line))

    reader = _open(folder)
    assert reader.key_for("key-0001") == kept
    with pytest.raises(KeyUnknown):
        reader.key_for("key-0002")
    reader.create(["key-0004"])
    again = _open(folder)
    assert again.key_for("key-0004") == reader.key_for("key-0004")
    assert (folder / "keys").read_bytes().startswith(whole)


def test_a_reader_waits_for_a_line_that_is_being_written(folder: Path) -> None:
    writer, reader = _open(folder), _open(folder)
    writer.create(["key-0001"])
    reader.key_for("key-0001")
    before = (folder / "keys").read_bytes()
    writer.create(["key-0002"])
    line = (folder / "keys").read_bytes()[len(before) :]
    (folder / "keys").write_bytes(before + line[:10])
    with pytest.raises(KeyUnknown):
        reader.key_for("key-0002")
    with (folder / "keys").open("ab") as file:
        file.write(line[10:])
    assert reader.key_for("key-0002") == writer.key_for("key-0002")


def test_a_torn_line_of_the_destroyed_list_is_cut_off(folder: Path) -> None:
    store = _open(folder)
    store.create(["key-0001", "key-0002"])
    store.destroy("key-0001")
    with (folder / "destroyed").open("ab") as file:
        file.write(b"key-00")
    again = _open(folder)
    again.destroy("key-0002")
    assert (folder / "destroyed").read_text() == "key-0001\nkey-0002\n"
    assert _open(folder).destroyed() == {"key-0001", "key-0002"}


def test_damage_before_the_last_line_stops_the_store(folder: Path) -> None:
    store = _open(folder)
    store.create(["key-0001"])
    store.create(["key-0002"])
    content = bytearray((folder / "keys").read_bytes())
    content[30] ^= 1
    (folder / "keys").write_bytes(bytes(content))
    with pytest.raises(KeyStoreDamaged, match="restore it from its backup"):
        _open(folder)


def test_a_failed_write_leaves_no_key_that_could_be_used(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = _open(folder)
    store.create(["key-0001"])
    before = (folder / "keys").read_bytes()

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            store.create(["key-0002"])
    assert (folder / "keys").read_bytes() == before
    with pytest.raises(KeyUnknown):
        store.key_for("key-0002")
    store.create(["key-0002"])
    assert _open(folder).key_for("key-0002") == store.key_for("key-0002")


def test_a_batch_is_one_fsync_before_its_first_use(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = _open(folder)
    store.create(["key-0000"])
    synced: list[int] = []
    real = os.fsync

    def counted(descriptor: int) -> None:
        synced.append(descriptor)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", counted)
    store.create([f"key-{number:04}" for number in range(50)])
    assert len(synced) == 1


def test_the_wrong_missing_or_open_master_key_is_named(folder: Path) -> None:
    _open(folder).create(["key-0001"])
    master = folder.parent / "master"
    key = master.read_bytes()
    master.chmod(0o640)
    with pytest.raises(KeyStoreDamaged, match="chmod 600"):
        _open(folder)
    master.chmod(0o600)
    master.write_bytes(b"00" * 32)
    with pytest.raises(KeyStoreDamaged, match="does not open with this master key"):
        _open(folder)
    master.write_bytes(b"00" * 16)
    with pytest.raises(KeyStoreDamaged, match="32 bytes"):
        _open(folder)
    master.unlink()
    with pytest.raises(KeyStoreDamaged, match="put it back"):
        _open(folder)
    assert not master.exists()
    master.write_bytes(key)
    master.chmod(0o600)
    make_master_key(master, os.urandom)
    assert master.read_bytes() == key


def test_threads_may_share_a_store(folder: Path) -> None:
    store = _open(folder)

    def make(number: int) -> None:
        for index in range(10):
            store.create([f"thread-{number}-{index}"])

    threads = [threading.Thread(target=make, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    fresh = _open(folder)
    for number in range(4):
        for index in range(10):
            key_id = f"thread-{number}-{index}"
            assert fresh.key_for(key_id) == store.key_for(key_id)


# Makes keys until it is killed, and says each once it may be used.
_WRITER = """
import os, sys
from pathlib import Path
from schemas.key_file import KeysInFiles
folder, name = Path(sys.argv[1]), sys.argv[2]
store = KeysInFiles(folder, folder.parent / "master", os.urandom)
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[3])):
    ids = [f"{name}-{number:06}-{i}" for i in range(3)]
    store.create(ids)
    for key_id in ids:
        print(key_id, store.key_for(key_id).hex(), flush=True)
    if number % 5 == 4:
        store.destroy(ids[0])
        print(ids[0], "destroyed", flush=True)
"""


def _writer(folder: Path, name: str, rounds: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(folder), name, str(rounds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _check(folder: Path, said: list[str]) -> int:
    store = _open(folder)
    states = dict(line.split() for line in said if len(line.split()) == 2)
    for key_id, state in states.items():
        if state == "destroyed":
            with pytest.raises(KeyDestroyed):
                store.key_for(key_id)
        else:
            assert len(state) == 64
            try:
                assert store.key_for(key_id).hex() == state
            except KeyDestroyed:
                # Killed between destroying the key and saying so.
                assert key_id.endswith("-0")
    return len(states)


def test_processes_take_turns(folder: Path) -> None:
    writers = [_writer(folder, f"writer{number}", 60) for number in range(3)]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    said = [line for writer in writers for line in writer.communicate(timeout=60)[0].splitlines()]
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    assert _check(folder, said) == 3 * 60 * 3


def test_a_kill_in_the_middle_loses_no_key_that_was_given(folder: Path) -> None:
    for attempt in range(6):
        writer = _writer(folder, f"attempt{attempt}", 100_000)
        assert writer.stdin is not None
        assert writer.stdout is not None
        writer.stdin.write("go\n")
        writer.stdin.close()
        said = [writer.stdout.readline() for _ in range(7 + 11 * attempt)]
        writer.send_signal(signal.SIGKILL)
        said += writer.stdout.read().splitlines()
        writer.wait(timeout=20)
        writer.stdout.close()
        # The last line may itself be torn by the kill.
        assert _check(folder, said[1:-1]) > 0
