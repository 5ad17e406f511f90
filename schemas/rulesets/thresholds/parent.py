"""Thresholds of the rules about placements with a parent."""

from schemas.reviewed_file import Reviewed
from schemas.rulesets.thresholds.figures import Positive


class PlacementWithParentThresholds(Reviewed):
    """See the rule."""

    parent_codes: list[str]
    temporary_codes: list[str]
    look_around_days: Positive


class PlacementWithParentAgreedThresholds(Reviewed):
    """See the rule. It asks placement-with-parent what a stay is."""

    working_days: Positive
    look_around_days: Positive
