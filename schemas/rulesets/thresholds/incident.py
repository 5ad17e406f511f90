"""Thresholds of the rule about serious incidents."""

from schemas.reviewed_file import Reviewed
from schemas.rulesets.thresholds.figures import Positive


class SeriousIncidentNotificationThresholds(Reviewed):
    """See the rule."""

    notification_working_days: Positive
    rapid_review_working_days: Positive
    rapid_review_kinds: list[str]
    same_incident_days: Positive
    look_around_days: Positive
