"""Thresholds of the rules about custody."""

from schemas.reviewed_file import Reviewed
from schemas.rulesets.thresholds.figures import Positive


class CustodyLigatureThresholds(Reviewed):
    """See the rule."""

    same_record_days: Positive


class ChildInCustodyThresholds(Reviewed):
    """See the rule."""

    same_record_days: Positive
