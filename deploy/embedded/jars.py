"""Kafka's jars: fetched by Maven coordinates, checked against the committed lock at each use.

The registry that the tests use comes the same way, as one archive with a lock of its own.
"""

import hashlib
import os
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from jgo.env import LockFile
from jgo.maven import MavenContext

KAFKA_VERSION = "4.3.1"
COORDINATES = (
    f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}",
    "org.slf4j:slf4j-simple:1.7.36",  # Without a provider of slf4j the broker logs nothing at all.
)
LOCK_PATH = Path(__file__).with_name("kafka.lock.toml")
APICURIO_VERSION = "3.3.3"
APICURIO_LOCK_PATH = Path(__file__).with_name("apicurio.lock.toml")
FETCH_TIMEOUT_SECONDS = 60
FETCH_THREADS = 8
# After a failed download, and after the next.
FETCH_PAUSES_SECONDS = (1.0, 5.0, 15.0)


class JarError(RuntimeError):
    """A jar is not what the lock says, or could not be fetched. Says which, and what to do."""


@dataclass(frozen=True, slots=True)
class LockedJar:
    """One line of the lock: Maven coordinates and the SHA-256 (hex) that the file must have."""

    group: str
    artifact: str
    version: str
    sha256: str
    packaging: str = "jar"
    classifier: str | None = None

    @property
    def file_name(self) -> str:
        """The group is part of the name, since two groups may use one artifact name."""
        classifier = f"-{self.classifier}" if self.classifier else ""
        return f"{self.group}.{self.artifact}-{self.version}{classifier}.{self.packaging}"

    @property
    def coordinate(self) -> str:
        """Group, artifact and version as Maven writes them."""
        return f"{self.group}:{self.artifact}:{self.version}"


def read_lock(lock_path: Path = LOCK_PATH) -> list[LockedJar]:
    """Read jgo's lock; a jar without a hash is refused, as nothing could hold it to account."""
    jars = []
    for dependency in LockFile.load(lock_path).dependencies:
        if not dependency.sha256:
            raise JarError(
                f"{lock_path}: {dependency.groupId}:{dependency.artifactId} has no SHA-256. "
                "Write the lock again with `make lock-jars`."
            )
        jars.append(
            LockedJar(
                dependency.groupId,
                dependency.artifactId,
                dependency.version,
                dependency.sha256,
                dependency.packaging,
                dependency.classifier,
            )
        )
    return jars


def cache_dir() -> Path:
    """Where downloads are kept between stacks: KITH_CACHE_DIR, else the user's cache."""
    if configured := os.environ.get("KITH_CACHE_DIR"):
        return Path(configured).expanduser().resolve()
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "kith"


def ensure_jars(
    jar_dir: Path,
    jars: list[LockedJar],
    on_fetched: Callable[[int, int], None] | None = None,
) -> list[Path]:
    """Return the paths of all jars, in the lock's order, each with the hash that the lock gives.

    Missing ones are fetched first (`on_fetched` is told how many of how many have come). A file
    that is present with another content is never replaced in silence: it raises JarError, because
    somebody or something changed code that was about to run.
    """
    jar_dir.mkdir(parents=True, exist_ok=True)
    missing = [jar for jar in jars if not (jar_dir / jar.file_name).exists()]
    if missing:
        _fetch_all(jar_dir, missing, on_fetched)
    for jar in jars:
        path = jar_dir / jar.file_name
        found = _sha256(path)
        if found != jar.sha256:
            raise JarError(
                f"{path} is not the file that the lock names: SHA-256 {found}, not {jar.sha256}. "
                "It was not run. Find out who changed it; then delete it, and the next start "
                "fetches it again."
            )
    return [jar_dir / jar.file_name for jar in jars]


def _fetch_all(
    jar_dir: Path, jars: list[LockedJar], on_fetched: Callable[[int, int], None] | None
) -> None:
    mirror = os.environ.get("KITH_MAVEN_REPOSITORY")
    # Downloads land in a directory of their own and are moved when their hash is right, so that an
    # interrupted download can never be taken for a jar.
    with (
        tempfile.TemporaryDirectory(dir=jar_dir, prefix=".fetch-") as landing,
        ThreadPoolExecutor(FETCH_THREADS) as pool,
    ):
        context = MavenContext(
            repo_cache=Path(landing),
            remote_repos={"mirror": mirror} if mirror else None,
            timeout=FETCH_TIMEOUT_SECONDS,
        )
        futures = [pool.submit(_fetch, context, jar, jar_dir) for jar in jars]
        try:
            for done, future in enumerate(as_completed(futures), start=1):
                future.result()
                if on_fetched:
                    on_fetched(done, len(jars))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _fetch(context: MavenContext, jar: LockedJar, jar_dir: Path) -> None:
    landed = fetched(context, jar)
    found = _sha256(landed)
    if found != jar.sha256:
        raise JarError(
            f"{jar.coordinate} was fetched with SHA-256 {found}, but the lock says {jar.sha256}. "
            "It was thrown away. The repository, or something on the way to it, serves another "
            "file: find out why."
        )
    landed.replace(jar_dir / jar.file_name)


def fetched(
    context: MavenContext, jar: LockedJar, sleep: Callable[[float], None] = time.sleep
) -> Path:
    """Where the download landed. Tried again after some seconds; raises JarError in the end.

    One of a hundred downloads meets a bad moment of the network now and then.
    """
    pauses = iter(FETCH_PAUSES_SECONDS)
    while True:
        try:
            landed: Path = (
                context.project(jar.group, jar.artifact)
                .at_version(jar.version)
                .artifact(classifier=jar.classifier or "", packaging=jar.packaging)
                .resolve()
            )
        except Exception as error:
            pause = next(pauses, None)
            if pause is None:
                raise JarError(
                    f"Could not fetch {jar.coordinate} from a Maven repository "
                    f"({type(error).__name__}). Is there a network? Behind a mirror, set "
                    "KITH_MAVEN_REPOSITORY to its address."
                ) from error
            sleep(pause)
        else:
            return landed


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
