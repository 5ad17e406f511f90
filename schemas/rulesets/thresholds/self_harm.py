"""Thresholds of the rules about self-harm, and about the intent of it."""

from typing import Literal

from schemas.reviewed_file import Reviewed
from schemas.rulesets.thresholds.codes import ReadsSelfHarm, ReadsSelfHarmNow
from schemas.rulesets.thresholds.figures import Positive, Rising


class SelfHarmThresholds(ReadsSelfHarm):
    """See the rule."""

    episode_hours: Positive
    assessment_days: Positive
    look_around_days: Positive


# Those of the event's contract; a method left out of an order is compared with none.
Method = Literal["ligature", "overdose", "laceration", "height", "railway", "water", "other"]


class SelfHarmEscalationThresholds(ReadsSelfHarm):
    """See the rule."""

    same_episode_hours: Positive
    within_days: Positive
    life_steps: Rising
    deadliness: dict[Method, Positive]
    life_days: Positive


class StatedIntentThresholds(Reviewed):
    """See the rule."""

    near_days: Positive
    life_days: Positive


class StatedIntentDateThresholds(Reviewed):
    """See the rule."""

    days_before: Positive
    plan_days: Positive
    hours_after: Positive
    life_days: Positive


class SafetyPlanThresholds(ReadsSelfHarmNow):
    """See the rule."""

    hours: Positive
    before_closing_hours: Positive
    at_least_hours: Positive
    run_days: Positive
    look_around_days: Positive
