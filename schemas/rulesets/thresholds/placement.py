"""Thresholds of the rules about where a child lives."""

from schemas.reviewed_file import Reviewed
from schemas.rulesets.thresholds.figures import Positive, Several


class PlacementMoveThresholds(Reviewed):
    """See the rule."""

    moves: Several
    window_days: Positive
    look_back_days: Positive
    temporary_codes: list[str]


class PlacementConditionsThresholds(Reviewed):
    """See the rule."""

    unregulated_codes: list[str]
    temporary_codes: list[str]
    decision_kinds: list[str]
    decision_days_before: Positive
    decision_working_days_after: Positive
    place_hours: Positive
    approval_days: Positive
    look_around_days: Positive


class PlannedMoveThresholds(Reviewed):
    """See the rule."""

    moves: Positive
    window_days: Positive
    look_back_days: Positive
    temporary_codes: list[str]
    other_codes: list[str]
    kinds: list[str]
    carers: list[str]
    agencies: Several
    plan_days: Positive
    late_days: Positive
