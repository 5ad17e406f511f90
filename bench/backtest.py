"""Back-test: how fast a changed figure is tried on a long log, while the hub is up."""

from dataclasses import dataclass
from typing import Self

from kith.backtesting import Backtest, backtest
from kith.wiring import Wiring
from projections.append.in_force import ever
from projections.backtest import Asked
from safeguarding.backtest.differing import Rules
from schemas.rulesets import CURRENT

# That of the rule which every alert of the load is of. No two incidents of the load are of one
# custody record, so it changes nothing, and every alert must be found again where it was.
_FIGURE, _CHANGED = "same_record_days: 400", "same_record_days: 300"


@dataclass(frozen=True, slots=True)
class BacktestSpeed:
    """From the command's first step to its last: start of the processes and comparison included.

    ``same`` counts alerts that come when they came, ``moved`` those that do not, which must be
    none.
    """

    entries: int
    children: int
    tried: tuple[str, ...]
    same: int
    moved: int
    entries_per_second: float
    seconds: float

    @classmethod
    def of(cls, done: Backtest) -> Self:
        """What the bench keeps of it."""
        comparison = done.tried.comparison
        changes = (comparison.gained, comparison.lost, comparison.earlier, comparison.later)
        return cls(
            entries=done.tried.entries,
            children=done.tried.children,
            tried=tuple(sorted(done.only or ())),
            same=comparison.same,
            moved=sum(map(len, changes)),
            entries_per_second=round(done.entries_per_second),
            seconds=round(done.seconds, 2),
        )


def measure(wiring: Wiring) -> BacktestSpeed:
    """Try a figure of one rule on the whole log."""
    text = CURRENT.read_text(encoding="utf-8")
    if _FIGURE not in text:
        raise LookupError(f"{CURRENT.name} has no figure {_FIGURE}: give the bench another")
    file = wiring.settings.state_dir / "bench-rules.yaml"
    file.write_text(text.replace(_FIGURE, _CHANGED, 1), encoding="utf-8")
    with wiring.connect("kith-bench") as connection:
        in_force = [Rules(*each) for each in ever(connection, wiring.world)]
    world = wiring.world
    return BacktestSpeed.of(backtest(wiring.settings, file, Asked(None, world.now()), in_force))
