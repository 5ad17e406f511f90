"""Thresholds of the rules about missing children."""

from schemas.reviewed_file import Reviewed
from schemas.rulesets.thresholds.figures import Positive, Several


class MissingThresholds(Reviewed):
    """See the rule."""

    pattern_episodes: Several
    pattern_days: Positive
    look_around_days: Positive


class ReturnInterviewThresholds(Reviewed):
    """See the rule."""

    hours: Positive
    merged_days: Positive
    look_around_days: Positive


class MissingTogetherThresholds(Reviewed):
    """See the rule."""

    same_episode_days: Positive
