"""Holding back: agencies whose topics fail are tried again after longer and longer pauses."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

_FIRST_PAUSE_SECONDS = 5.0
_LONGEST_PAUSE_SECONDS = 300.0
# A topic may fail once while its broker is started again.
_TOLD_AT_FAILURE = 2


@dataclass(slots=True)
class _Held:
    """Until when an agency is held back, and how often in a row its topic has failed."""

    until: float
    failures: int = 1


@dataclass(slots=True)
class Holding:
    """Remembers which agencies are held back. ``clock`` counts seconds, monotonically."""

    clock: Callable[[], float]
    _held: dict[str, _Held] = field(default_factory=dict, init=False)

    def agencies(self) -> list[str]:
        """Those that are held back now."""
        now = self.clock()
        return sorted(agency for agency, held in self._held.items() if held.until > now)

    def well(self, agencies: Collection[str]) -> None:
        """The topics of these have taken something."""
        for agency in agencies:
            self._held.pop(agency, None)

    def hold(self, agency: str) -> bool:
        """An agency's topic has failed; whether a person must be told now."""
        held = self._held.get(agency)
        failures = 1 if held is None else held.failures + 1
        pause = min(_FIRST_PAUSE_SECONDS * 2 ** (failures - 1), _LONGEST_PAUSE_SECONDS)
        self._held[agency] = _Held(self.clock() + pause, failures)
        return failures == _TOLD_AT_FAILURE
