"""Thresholds of the rule about differences between professionals."""

from schemas.reviewed_file import Reviewed
from schemas.rulesets.thresholds.figures import Positive


class ProfessionalDifferenceThresholds(Reviewed):
    """See the rule."""

    look_around_days: Positive
