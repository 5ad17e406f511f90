"""Thresholds of the rules about where a child lives."""

from schemas.reviewed_file import Reviewed
from schemas.rulesets.thresholds.figures import Positive, Several


class PlacementMoveThresholds(Reviewed):
    """See the rule."""

    moves: Several
    window_days: Positive
    look_back_days: Positive
    temporary_codes: list[str]
