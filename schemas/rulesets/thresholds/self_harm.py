"""Thresholds of the rules about self-harm."""

from schemas.reviewed_file import Reviewed
from schemas.rulesets.thresholds.figures import Positive


class SelfHarmThresholds(Reviewed):
    """See the rule."""

    self_harm_codes: list[str]
    episode_hours: Positive
    assessment_days: Positive
    look_around_days: Positive


class SafetyPlanThresholds(Reviewed):
    """See the rule."""

    hours: Positive
    run_days: Positive
    look_around_days: Positive
