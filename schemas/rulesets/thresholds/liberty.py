"""Thresholds of the rule about a child who is kept from leaving."""

from schemas.reviewed_file import Reviewed
from schemas.rulesets.thresholds.figures import Positive


class DeprivationOfLibertyThresholds(Reviewed):
    """See the rule. ``restrictions`` are kinds of the event."""

    restrictions: list[str]
    look_around_days: Positive
