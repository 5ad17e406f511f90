"""How each process of the hub is: whether it lives, is ready, and gets on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kith import judgement
from kith.asking import asks
from kith.processes import HUB_PROCESSES

WATCH = "watch"
NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True)
class ProcessHealth:
    """One process. ``progress`` is ok, late, stuck or not known; ``since`` and ``why`` are its.

    ``waiting`` is how much it has to take, and the oldest of that has waited for at least
    ``oldest_seconds``.
    """

    name: str
    live: bool
    ready: bool
    progress: str
    since: str | None = None
    why: str = ""
    waiting: int = 0
    oldest_seconds: float = 0.0

    @property
    def well(self) -> bool:
        """Whether there is nothing that starting it again would mend."""
        return self.live and self.ready and self.progress != "stuck"


def health_of(
    run: Path, now: datetime, names: Sequence[str] = HUB_PROCESSES
) -> list[ProcessHealth]:
    """Ask each process, and the watch's last judgement, in the run directory."""
    judged = judgement.read(run)
    return [_one(run, name, judged, now) for name in names]


def _one(run: Path, name: str, judged: judgement.Judgement | None, now: datetime) -> ProcessHealth:
    live = asks(run, name, "/health/live") is True
    ready = live and asks(run, name, "/health/ready") is True
    if judged is None or judged.stale(now):
        last = (
            "has not looked yet" if judged is None else f"has not looked since {judged.at:%H:%M:%S}"
        )
        progress = "stuck" if name == WATCH and judged is not None else NOT_KNOWN
        return ProcessHealth(name, live, ready, progress, why=f"the watch {last}")
    said = judged.processes.get(name)
    if said is None:
        return ProcessHealth(name, live, ready, "ok" if name == WATCH else NOT_KNOWN)
    return ProcessHealth(
        name,
        live,
        ready,
        said["state"],
        said["since"],
        "" if said["state"] == "ok" else said["why"],
        said["waiting"],
        said["oldest_seconds"],
    )
