"""Thresholds of the rule about what is told late."""

from schemas.agencies import Role
from schemas.reviewed_file import Reviewed
from schemas.rulesets.thresholds.codes import ReadsSelfHarmNow
from schemas.rulesets.thresholds.figures import Positive


class DisclosureClass(Reviewed):
    """How late a class of event may be told, and who at its publisher reads of it."""

    hours: Positive
    reader: Role | None


class LateDisclosureThresholds(ReadsSelfHarmNow):
    """See the rule."""

    classes: dict[str, DisclosureClass]
