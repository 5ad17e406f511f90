"""Thresholds of the rules about planning for a looked-after child."""

from schemas.reviewed_file import Reviewed
from schemas.rulesets.thresholds.codes import ReadsSelfHarmNow
from schemas.rulesets.thresholds.figures import Positive, Several


class PlanningMeetingOverdueThresholds(ReadsSelfHarmNow):
    """See the rule."""

    days: Positive
    kinds: list[str]
    risk_days: Positive
    meetings_step: Several
    look_around_days: Positive


class AssessmentOverdueThresholds(Reviewed):
    """See the rule."""

    months: Positive
    days_after_disruption: Positive
    days_after_change: Positive
    fresh_days: Positive
    run_days: Positive
    look_around_days: Positive


class TransitionThresholds(ReadsSelfHarmNow):
    """See the rule."""

    due_months: Positive
    days_after: Positive
    risk_months: Positive
    days: Several
    plan_months: Positive
    kinds: list[str]
