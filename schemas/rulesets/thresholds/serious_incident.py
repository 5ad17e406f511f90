"""Thresholds of the rule about death and serious harm."""

from schemas.reviewed_file import Reviewed
from schemas.rulesets.thresholds.figures import Positive


class SeriousIncidentThresholds(Reviewed):
    """See the rule. Working days are those of England."""

    notify_working_days: Positive
    review_working_days: Positive
    look_around_days: Positive
