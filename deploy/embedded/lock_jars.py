"""Write `kafka.lock.toml`: which jars Kafka needs, and the SHA-256 of each.

Run by `make lock-jars` when Kafka's version changes, never at run time. The lock is jgo's own form;
it holds coordinates and hashes and names no host, so any Maven repository will do.
"""

import sys
import tempfile
from pathlib import Path

from jgo.env import LockFile
from jgo.maven import MavenContext

from deploy.embedded.jars import COORDINATES, LOCK_PATH


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


if __name__ == "__main__":
    sys.stdout.write(f"{write_lock(COORDINATES, LOCK_PATH)} jars locked in {LOCK_PATH}\n")
