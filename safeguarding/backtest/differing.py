"""Which rules other rules change: only those need be tried.

A rule reads events, thresholds and the alerts that it raised itself, never another's alerts. So
where it stands alike in all rule sets, it decides as it did.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from safeguarding.office import Calendar
from safeguarding.ruleset import RuleSet


@dataclass(frozen=True, slots=True)
class Rules:
    """A rule set with the calendar that came with it."""

    ruleset: RuleSet
    calendar: Calendar

    @property
    def ids(self) -> frozenset[str]:
        """The rules that it puts in force."""
        return frozenset(each.id for each in self.ruleset.rules)

    def alike_for_all(self, other: "Rules") -> bool:
        """Whether what holds for every rule is the same: office hours, and what is old.

        How long people have to answer changes no alert, and who is asked again stays as it was.
        """
        ours, theirs = (
            (
                each.calendar,
                each.ruleset.old_after,
                each.ruleset.clock_tolerance,
            )
            for each in (self, other)
        )
        return ours == theirs


def differing(tried: Rules, in_force: Sequence[Rules]) -> frozenset[str]:
    """The rules that are not alike in ``tried`` and in all that were ever ``in_force``.

    What a rule asks of others stands among its own thresholds, so it differs where they do.
    """
    every = tried.ids.union(*(each.ids for each in in_force))
    if not all(map(tried.alike_for_all, in_force)):
        return every
    return frozenset(each for each in every if not _alike(each, tried, in_force))


def _alike(rule: str, tried: Rules, in_force: Sequence[Rules]) -> bool:
    if any(rule not in each.ids for each in (tried, *in_force)):
        return False
    figures = tried.ruleset.thresholds[rule]
    return all(each.ruleset.thresholds[rule] == figures for each in in_force)
