"""Thresholds of the canary."""

from schemas.reviewed_file import Reviewed


class CanaryThresholds(Reviewed):
    """It has none."""
