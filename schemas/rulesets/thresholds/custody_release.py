"""Thresholds of the rule about what must be said before a child leaves custody."""

from schemas.reviewed_file import Reviewed
from schemas.rulesets.thresholds.figures import Positive


class CustodyReleaseThresholds(Reviewed):
    """See the rule."""

    minutes_after_release: Positive
    look_around_days: Positive
