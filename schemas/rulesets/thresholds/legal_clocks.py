"""Thresholds of the rules about the end of a detention, and of an order."""

from typing import Literal

from schemas.reviewed_file import Reviewed
from schemas.rulesets.thresholds.figures import Positive

# The kinds of order of which the rule knows what can follow.
Order = Literal[
    "deprivation_of_liberty", "secure_accommodation", "interim_care", "emergency_protection"
]


class DetentionEndThresholds(Reviewed):
    """See the rule. Codes are of mhsds.legal-status; hours and days are the law's, but for two."""

    hours: dict[str, Positive]
    place_of_safety_codes: list[str]
    more_hours: Positive
    journey_hours: Positive
    section_2_days: Positive
    near_days: Positive
    look_around_days: Positive


class OrderEndThresholds(Reviewed):
    """See the rule."""

    days_before: dict[Order, Positive]
    look_around_days: Positive
