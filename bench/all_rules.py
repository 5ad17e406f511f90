"""The live path with all rules on, beside the seven that a hub had before them.

The same hub, the same lives, in turn: the rules of a version are put in force as a person does it,
so that no process starts anew between them.
"""

from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from bench.latency import Latency, measure, of_the_hub
from bench.lives import Lives, PathOfAll
from bench.preparing import drained
from kith.wiring import Wiring
from projections.append.in_force import activation
from schemas.reviewed_file import ReviewedFile
from schemas.rulesets import CURRENT, NEXT, read_ruleset

RATE = 50.0
ROUNDS = 2
_DRAIN_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class AllRules:
    """Milliseconds with all rules, and with the seven before them, a figure for each round."""

    all_rules: list[Latency]
    seven: list[Latency]

    @property
    def ratio(self) -> float:
        """The medians with all rules to those with seven."""
        with_all, with_seven = (
            median(each.p50 for each in rounds) for rounds in (self.all_rules, self.seven)
        )
        return round(with_all / with_seven, 2)

    def as_data(self) -> dict[str, Any]:
        """For the results."""
        return asdict(self) | {"ratio": self.ratio}


def put_in_force(wiring: Wiring, *, every_rule: bool) -> None:
    """Put all rules in force, or the first seven."""
    file = ReviewedFile(NEXT if every_rule else CURRENT)
    rules, _ = read_ruleset(file)
    with wiring.connect("kith-bench") as connection:
        row = connection.execute("select count(*) from derived.activation").fetchone()
    step = activation(rules.version, file.text, None, "The bench.", row[0] if row else 0)
    appending = wiring.appending("kith-bench", patience_seconds=30)
    appending.append([], [step])
    appending.close()


def compare(wiring: Wiring, lives: Lives, *, first: int, seconds: float) -> AllRules:
    """Measure in turn, the events numbered from ``first``. Raises NotPrepared."""
    of_all = of_the_hub(wiring.settings, wiring.world.registry)
    path = PathOfAll(
        of_all.events,
        of_all.access,
        of_all.key_secret,
        of_all.alerts,
        of_all.registry,
        wiring.settings,
    )
    found: dict[bool, list[Latency]] = {True: [], False: []}
    numbers = int((seconds + 1) * RATE * 1.2)
    for turn in range(2 * ROUNDS):
        every_rule = turn % 2 == 0
        put_in_force(wiring, every_rule=every_rule)
        begin = first + turn * numbers
        found[every_rule].append(measure(path, lives, first=begin, rate=RATE, seconds=seconds))
        drained(wiring, _DRAIN_SECONDS)
    return AllRules(found[True], found[False])
