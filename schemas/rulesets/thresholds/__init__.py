"""The thresholds of each rule, as a rule set's file gives them; a module for each field of work.

A rule that a file does not name is not in force. One that it names has all its thresholds, or the
file is refused.
"""

from typing import Any

from pydantic import Field, create_model

from schemas.reviewed_file import Reviewed
from schemas.rulesets.thresholds.canary import CanaryThresholds
from schemas.rulesets.thresholds.care import (
    HospitalVisitThresholds,
    PlacementSilenceThresholds,
    ReviewThresholds,
    StatutoryVisitThresholds,
)
from schemas.rulesets.thresholds.custody import (
    ChildInCustodyThresholds,
    CustodyLigatureThresholds,
)
from schemas.rulesets.thresholds.disclosure import LateDisclosureThresholds
from schemas.rulesets.thresholds.figures import Positive
from schemas.rulesets.thresholds.incident import SeriousIncidentNotificationThresholds
from schemas.rulesets.thresholds.missing import MissingThresholds, ReturnInterviewThresholds
from schemas.rulesets.thresholds.placement import PlacementMoveThresholds
from schemas.rulesets.thresholds.planning import (
    AssessmentOverdueThresholds,
    PlanningMeetingOverdueThresholds,
)
from schemas.rulesets.thresholds.self_harm import (
    SafetyPlanThresholds,
    SelfHarmThresholds,
)

__all__ = ["THRESHOLDS", "Positive", "RulesInForce"]

THRESHOLDS: dict[str, type[Reviewed]] = {
    "canary": CanaryThresholds,
    "custody-ligature": CustodyLigatureThresholds,
    "child-in-custody": ChildInCustodyThresholds,
    "self-harm": SelfHarmThresholds,
    "missing": MissingThresholds,
    "return-interview": ReturnInterviewThresholds,
    "placement-move": PlacementMoveThresholds,
    "serious-incident-notification": SeriousIncidentNotificationThresholds,
    "planning-meeting-overdue": PlanningMeetingOverdueThresholds,
    "assessment-overdue": AssessmentOverdueThresholds,
    "safety-plan": SafetyPlanThresholds,
    "statutory-visit": StatutoryVisitThresholds,
    "review": ReviewThresholds,
    "hospital-visit": HospitalVisitThresholds,
    "placement-silence": PlacementSilenceThresholds,
    "late-disclosure": LateDisclosureThresholds,
}

_FIELDS: dict[str, Any] = {
    rule.replace("-", "_"): (model, Field(default=None, alias=rule))
    for rule, model in THRESHOLDS.items()
}
# One field for each rule, so that a misspelt rule or threshold is named with its line.
RulesInForce: Any = create_model("RulesInForce", __base__=Reviewed, **_FIELDS)
