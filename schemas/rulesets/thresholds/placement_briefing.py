"""Thresholds of the rule about what carers are told before a child comes."""

from schemas.reviewed_file import Reviewed
from schemas.rulesets.thresholds.figures import Positive


class PlacementBriefingThresholds(Reviewed):
    """See the rule."""

    self_harm_codes: list[str]
    not_briefed_codes: list[str]
    custody_hours: Positive
    current_days: Positive
