"""Kafka's jars run only if they are what the lock says."""

import gc
import hashlib
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from deploy.embedded.jars import (
    LOCK_PATH,
    JarError,
    LockedJar,
    cache_dir,
    ensure_jars,
    read_lock,
)

GENUINE = b"genuine"
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def jar() -> LockedJar:
    return LockedJar("org.example", "thing", "1.0", hashlib.sha256(GENUINE).hexdigest())


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A Maven repository on this machine; gives the folder that it serves."""
    served = tmp_path / "repository"
    served.mkdir()
    handler = partial(QuietHandler, directory=str(served))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setenv("KITH_MAVEN_REPOSITORY", f"http://127.0.0.1:{server.server_port}")
        yield served
        server.shutdown()
        thread.join()
    gc.collect()  # jgo leaves sockets to be collected: here, and not in another test.


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def put(repository: Path, jar: LockedJar, content: bytes) -> None:
    folder = repository / jar.group.replace(".", "/") / jar.artifact / jar.version
    folder.mkdir(parents=True)
    (folder / f"{jar.artifact}-{jar.version}.jar").write_bytes(content)


def test_a_jar_is_fetched_once_and_checked(
    repository: Path, jar: LockedJar, tmp_path: Path
) -> None:
    put(repository, jar, GENUINE)
    fetched: list[tuple[int, int]] = []
    for _ in range(2):
        ensure_jars(tmp_path / "jars", [jar], lambda done, total: fetched.append((done, total)))
    assert fetched == [(1, 1)]
    assert [p.name for p in (tmp_path / "jars").iterdir()] == ["org.example.thing-1.0.jar"]


def test_another_file_than_the_locks_is_thrown_away(
    repository: Path, jar: LockedJar, tmp_path: Path
) -> None:
    put(repository, jar, b"something else")
    with pytest.raises(JarError, match=r"org\.example:thing:1\.0 was fetched with SHA-256"):
        ensure_jars(tmp_path / "jars", [jar])
    assert list((tmp_path / "jars").iterdir()) == []


def test_a_jar_that_was_changed_since_is_not_run(
    repository: Path, jar: LockedJar, tmp_path: Path
) -> None:
    put(repository, jar, GENUINE)
    (path,) = ensure_jars(tmp_path / "jars", [jar])
    path.write_bytes(GENUINE + b" and more")
    with pytest.raises(JarError, match="It was not run"):
        ensure_jars(tmp_path / "jars", [jar])


@pytest.mark.usefixtures("repository")
def test_a_repository_that_has_it_not_is_said_in_words(jar: LockedJar, tmp_path: Path) -> None:
    with pytest.raises(JarError, match="KITH_MAVEN_REPOSITORY"):
        ensure_jars(tmp_path / "jars", [jar])


@pytest.mark.usefixtures("services")
def test_one_changed_byte_in_kafka_stops_the_stack(tmp_path: Path) -> None:
    jars = read_lock()
    kept = cache_dir() / "kafka-jars"
    copies = tmp_path / "jars"
    copies.mkdir()
    for jar in jars:
        shutil.copy(kept / jar.file_name, copies)
    assert len(ensure_jars(copies, jars)) == len(jars)
    victim = next(copies / jar.file_name for jar in jars if jar.artifact == "kafka_2.13")
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 1
    victim.write_bytes(content)
    with pytest.raises(JarError, match=r"kafka_2\.13-.*It was not run"):
        ensure_jars(copies, jars)


def test_the_lock_names_no_host_and_a_hash_for_each_jar() -> None:
    text = LOCK_PATH.read_text()
    assert "://" not in text
    assert all(len(jar.sha256) == 64 for jar in read_lock())
    assert {"kafka_2.13", "kafka-server", "slf4j-simple"} <= {jar.artifact for jar in read_lock()}


def test_a_lock_without_a_hash_is_refused(tmp_path: Path) -> None:
    lines = LOCK_PATH.read_text().splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith("sha256"))
    broken = tmp_path / "kafka.lock.toml"
    broken.write_text("\n".join(lines[:first] + lines[first + 1 :]))
    with pytest.raises(JarError, match="has no SHA-256"):
        read_lock(broken)
