"""Which processes stand still, as the watch says; and whether the watch itself does."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

WATCH = "watch"
# The watch looks every few seconds; one that has said nothing for so long stands still itself.
SILENT_SECONDS = 30.0


@dataclass(slots=True)
class Judged:
    """Reads what the watch writes (see kith/judgement.py). Seconds are the caller's, monotonic."""

    path: Path
    _said: bytes | None = field(default=None, init=False)
    _said_at: float | None = field(default=None, init=False)
    _stuck: dict[str, str] = field(default_factory=dict, init=False)

    def stuck(self, now: float) -> Mapping[str, str]:
        """The processes that stand still, and why in words. Empty until the watch has spoken."""
        try:
            said = self.path.read_bytes()
        except FileNotFoundError:
            said = None
        if self._said_at is None or said != self._said:
            self._said, self._said_at = said, now
            self._stuck = _stuck_in(said)
        silent = now - self._said_at
        if silent >= SILENT_SECONDS:
            # What it said before is too old to end anyone for.
            return {WATCH: f"it has not looked for {silent:.0f} s"}
        return self._stuck


def _stuck_in(said: bytes | None) -> dict[str, str]:
    if said is None:
        return {}
    verdicts = json.loads(said)["processes"]
    return {name: each["why"] for name, each in verdicts.items() if each["state"] == "stuck"}
