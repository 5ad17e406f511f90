"""Thresholds of the rule about what carers are told before a child comes."""

from schemas.rulesets.thresholds.codes import ReadsSelfHarm
from schemas.rulesets.thresholds.figures import Positive


class PlacementBriefingThresholds(ReadsSelfHarm):
    """See the rule."""

    not_briefed_codes: list[str]
    custody_hours: Positive
    current_days: Positive
