"""Thresholds of the rule about what worries carers."""

from typing import Literal

from schemas.reviewed_file import Reviewed


class CarerConcernThresholds(Reviewed):
    """See the rule."""

    substances: Literal["now", "today", "soon", "to_know"]
