"""Thresholds of the rules about meetings."""

from schemas.agencies import Role
from schemas.reviewed_file import Reviewed
from schemas.rulesets.thresholds.figures import Positive, Several


class MeetingWithoutThresholds(Reviewed):
    """See the rule. ``required`` is by kind of meeting, ``stand_ins`` by the role that is meant."""

    required: dict[str, list[Role]]
    stand_ins: dict[Role, list[Role]]
    carers: list[Role]
    same_meeting_days: Positive
    pattern_meetings: Several
    pattern_days: Positive
