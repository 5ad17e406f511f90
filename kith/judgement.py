"""What the watch found, as a file in the run directory: for `kith health`, and for supervisors.

JSON, replaced whole at each look. The embedded stack's supervisor reads it by
`deploy.embedded.judged`, which knows the same form.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from processors.watch.checks import Look, Verdict

FILE = "judgement"
# A watch that has said nothing for so long says nothing about now.
STALE_AFTER = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The watch's last look. ``processes`` has a verdict's fields for each name."""

    at: datetime
    hindered: str | None
    processes: dict[str, dict[str, Any]]

    def stale(self, now: datetime) -> bool:
        """Whether it is too old to say anything about now."""
        return now - self.at > STALE_AFTER


def write(run: Path, look: Look, verdicts: Sequence[Verdict]) -> None:
    """Put the judgement in place of the last one."""
    content = {
        "at": look.at.isoformat(),
        "hindered": look.hindered,
        "processes": {each.process: asdict(each) for each in verdicts},
    }
    run.mkdir(parents=True, exist_ok=True)
    temporary = run / f".{FILE}-{os.getpid()}"
    temporary.write_text(json.dumps(content, default=datetime.isoformat) + "\n", encoding="utf-8")
    temporary.replace(run / FILE)


def read(run: Path) -> Judgement | None:
    """The last judgement, None if there is none."""
    try:
        content = json.loads((run / FILE).read_bytes())
    except FileNotFoundError:
        return None
    return Judgement(
        datetime.fromisoformat(content["at"]), content["hindered"], content["processes"]
    )
