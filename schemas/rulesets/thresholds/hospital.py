"""Thresholds of the rules about a stay in hospital."""

from schemas.reviewed_file import Reviewed
from schemas.rulesets.thresholds.figures import Positive


class DischargeRequestThresholds(Reviewed):
    """See the rule."""

    stay_days: Positive


class FitForDischargeThresholds(Reviewed):
    """See the rule. ``no_home_codes`` are 903 PLACE codes."""

    working_days: Positive
    days: Positive
    no_home_codes: list[str]
    look_around_days: Positive
