"""The rules in force, and what a decision may lean on besides the case."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from safeguarding.facts import Severity
from safeguarding.membership.rules import NetworkRules
from safeguarding.network import Directory
from safeguarding.office import Calendar
from safeguarding.rules.rule import Need, Rule, Thresholds


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules in force, their thresholds and deadlines; ``version`` stands on each alert.

    ``old_after`` is the age (known before receipt) from which backfilled history tells
    nobody; ``clock_tolerance`` is how far ahead of the hub a sender's clock may be. ``network``
    says which memberships follow from events: none where it is None. ``remind_before`` says how
    long before its deadline an answer is asked for again; with it, where nothing is said.
    """

    version: str
    rules: tuple[Rule, ...]
    thresholds: Mapping[str, Thresholds]
    acknowledge_within: Mapping[Severity, timedelta]
    old_after: timedelta
    clock_tolerance: timedelta
    network: NetworkRules | None = None
    remind_before: Mapping[Severity, timedelta] = field(default_factory=dict)

    def following(self, network: NetworkRules | None) -> "RuleSet":
        """The same with memberships that follow from events: by its version another set."""
        if network is None:
            return replace(self, network=None)
        version = f"{self.version}+network-{network.version}"
        return replace(self, version=version, network=network)

    def watching(self, *types: str | None) -> list[Rule]:
        """The rules that watch any of these event types."""
        return [rule for rule in self.rules if not rule.watches.isdisjoint(types)]

    def needs(self, event_type: str) -> list[Need]:
        """What the rules that watch this type need to have at hand."""
        needs = [
            need
            for rule in self.watching(event_type)
            for need in rule.needs(self.thresholds[rule.id])
        ]
        if self.network is not None:
            needs += self.network.needs(event_type)
        return needs


@dataclass(frozen=True, slots=True)
class Context:
    """What a decision may lean on besides the case. ``now`` is the hub's time."""

    ruleset: RuleSet
    directory: Directory
    calendar: Calendar
    now: datetime
