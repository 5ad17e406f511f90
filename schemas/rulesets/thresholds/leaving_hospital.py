"""Thresholds of the rules about what is done before, and soon after, a child leaves hospital."""

from schemas.reviewed_file import Reviewed
from schemas.rulesets.thresholds.figures import Positive


class DischargeWithoutPlanThresholds(Reviewed):
    """See the rule."""

    self_harm_codes: list[str]
    incident_hours: Positive
    destination_hours: Positive
    look_around_days: Positive


class PsychosocialAssessmentThresholds(Reviewed):
    """See the rule."""

    self_harm_codes: list[str]
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
