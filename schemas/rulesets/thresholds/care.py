"""Thresholds of the rules about what the care planning regulations set times for."""

from schemas.reviewed_file import Reviewed
from schemas.rulesets.thresholds.codes import ReadsSelfHarmNow
from schemas.rulesets.thresholds.figures import Positive


class StatutoryVisitThresholds(Reviewed):
    """See the rule."""

    first_days: Positive
    days: Positive
    first_year_days: Positive
    later_months: Positive
    visitors: list[str]
    temporary_codes: list[str]
    look_around_days: Positive


class ReviewThresholds(Reviewed):
    """See the rule."""

    first_working_days: Positive
    second_months: Positive
    months: Positive
    same_review_days: Positive
    first_within_days: Positive
    care_known_days: Positive
    temporary_codes: list[str]
    look_around_days: Positive


class HealthAssessmentThresholds(Reviewed):
    """See the rule."""

    first_working_days: Positive
    fresh_months: Positive
    young_years: Positive
    young_months: Positive
    months: Positive
    doctors: list[str]
    care_known_days: Positive
    temporary_codes: list[str]
    look_around_days: Positive


class HospitalVisitThresholds(Reviewed):
    """See the rule."""

    first_days: Positive
    days: Positive
    visitors: list[str]
    look_around_days: Positive


class PlacementSilenceThresholds(ReadsSelfHarmNow):
    """See the rule."""

    days: Positive
    recent_days: Positive
    placement_days: Positive
    codes_without_carers: list[str]
    temporary_codes: list[str]
