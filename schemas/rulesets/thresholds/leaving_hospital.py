"""Thresholds of the rules about what is done before, and soon after, a child leaves hospital."""

from schemas.reviewed_file import Reviewed
from schemas.rulesets.thresholds.codes import ReadsSelfHarm
from schemas.rulesets.thresholds.figures import Positive


class DischargeWithoutPlanThresholds(ReadsSelfHarm):
    """See the rule."""

    incident_hours: Positive
    destination_hours: Positive
    look_around_days: Positive


class PsychosocialAssessmentThresholds(ReadsSelfHarm):
    """See the rule."""

    hours: Positive
    contact_ways: list[str]
    admission_hours: Positive
    look_around_days: Positive


class MentalHealthFollowUpThresholds(Reviewed):
    """See the rule."""

    after_bed_hours: Positive
    after_assessment_hours: Positive
    counted_ways: list[str]
    mental_health_sites: list[str]
    look_around_days: Positive
