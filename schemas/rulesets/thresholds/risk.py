"""Thresholds of the rule that adds up risk."""

from typing import Literal

from schemas.rulesets.thresholds.codes import ReadsSelfHarm
from schemas.rulesets.thresholds.figures import Positive, Rising

Part = Literal[
    "self_harm",
    "stated_intent",
    "mental_health_detention",
    "absconded",
    "exploitation",
    "custody",
    "missing",
    "substances",
    "unplanned_placement",
]


class RiskStratificationThresholds(ReadsSelfHarm):
    """See the rule."""

    period_days: Positive
    points: dict[Part, Positive]
    counted_at_most: Positive
    bands: Rising
    same_episode_hours: Positive
