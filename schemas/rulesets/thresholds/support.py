"""Thresholds of the rule about those who work with a child."""

from schemas.agencies import Role
from schemas.rulesets.thresholds.codes import ReadsSelfHarmNow
from schemas.rulesets.thresholds.figures import Positive, Several


class TeamSupportThresholds(ReadsSelfHarmNow):
    """See the rule."""

    events: Several
    window_days: Positive
    session_days: Positive
    managers: list[Role]
