"""Write `kafka.lock.toml`: which jars Kafka needs, and the SHA-256 of each; and Apicurio's archive.

Run by `make lock-jars` when a version changes, never at run time. The locks are jgo's own form;
they hold coordinates and hashes and name no host, so any Maven repository will do.
"""

import sys
import tempfile
from pathlib import Path

from jgo.env import LockedDependency, LockFile
from jgo.maven import Dependency, MavenContext

from deploy.embedded.jars import (
    APICURIO_LOCK_PATH,
    APICURIO_VERSION,
    COORDINATES,
    LOCK_PATH,
)


def write_lock(coordinates: tuple[str, ...], lock_path: Path) -> int:
    """Resolve `coordinates` with what they need at run time; return how many jars were locked."""
    with tempfile.TemporaryDirectory() as repository:
        context = MavenContext(repo_cache=Path(repository), timeout=60)
        roots = [context.create_dependency(coordinate) for coordinate in coordinates]
        _, nodes = context.resolver.get_dependency_list(roots)
        wanted = {
            node.dep.artifact.key: node.dep
            for node in nodes
            if node.dep.scope in ("compile", "runtime", None) and not node.dep.optional
        }
        wanted |= {root.artifact.key: root for root in roots}
        lock = LockFile.from_resolved_dependencies(
            [wanted[key] for key in sorted(wanted)], environment_name="kafka"
        )
        lock.save(lock_path)
        return len(lock.dependencies)


def write_archive_lock(version: str, lock_path: Path) -> None:
    """Lock the one archive that holds Apicurio Registry with all that it needs."""
    with tempfile.TemporaryDirectory() as repository:
        context = MavenContext(repo_cache=Path(repository), timeout=60)
        project = context.project("io.apicurio", "apicurio-registry-app")
        archive = project.at_version(version).artifact(classifier="all", packaging="tar.gz")
        dependency = LockedDependency.from_dependency(Dependency(archive))
        LockFile([dependency], environment_name="apicurio").save(lock_path)


if __name__ == "__main__":
    write_archive_lock(APICURIO_VERSION, APICURIO_LOCK_PATH)
    sys.stdout.write(f"{write_lock(COORDINATES, LOCK_PATH)} jars locked in {LOCK_PATH}\n")
