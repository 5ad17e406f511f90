"""Thresholds of the rules about a stay in hospital."""

from schemas.reviewed_file import Reviewed
from schemas.rulesets.thresholds.figures import Positive


class DischargeRequestThresholds(Reviewed):
    """See the rule."""

    stay_days: Positive
