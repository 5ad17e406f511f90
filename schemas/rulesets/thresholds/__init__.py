"""The thresholds of each rule, as a rule set's file gives them; a module for each field of work.

A rule that a file does not name is not in force. One that it names has all its thresholds, or the
file is refused.
"""

from typing import Any

from pydantic import Field, create_model

from schemas.reviewed_file import Reviewed
from schemas.rulesets.thresholds.canary import CanaryThresholds
from schemas.rulesets.thresholds.care import (
    HealthAssessmentThresholds,
    HospitalVisitThresholds,
    PlacementSilenceThresholds,
    ReviewThresholds,
    StatutoryVisitThresholds,
)
from schemas.rulesets.thresholds.carer_concern import CarerConcernThresholds
from schemas.rulesets.thresholds.challenge import ProfessionalDifferenceThresholds
from schemas.rulesets.thresholds.custody import (
    ChildInCustodyThresholds,
    CustodyLigatureThresholds,
)
from schemas.rulesets.thresholds.custody_release import CustodyReleaseThresholds
from schemas.rulesets.thresholds.disclosure import LateDisclosureThresholds
from schemas.rulesets.thresholds.exploitation import (
    ExploitationThresholds,
    StrategyDiscussionThresholds,
)
from schemas.rulesets.thresholds.figures import Positive
from schemas.rulesets.thresholds.hospital import (
    DischargeRequestThresholds,
    FitForDischargeThresholds,
)
from schemas.rulesets.thresholds.incident import SeriousIncidentNotificationThresholds
from schemas.rulesets.thresholds.leaving_hospital import (
    DischargeWithoutPlanThresholds,
    MentalHealthFollowUpThresholds,
    PsychosocialAssessmentThresholds,
)
from schemas.rulesets.thresholds.legal_clocks import DetentionEndThresholds, OrderEndThresholds
from schemas.rulesets.thresholds.liberty import DeprivationOfLibertyThresholds
from schemas.rulesets.thresholds.meetings import MeetingWithoutThresholds
from schemas.rulesets.thresholds.mental_health import AbscondedDetainedThresholds
from schemas.rulesets.thresholds.missing import (
    MissingThresholds,
    MissingTogetherThresholds,
    ReturnInterviewThresholds,
)
from schemas.rulesets.thresholds.parent import (
    PlacementWithParentAgreedThresholds,
    PlacementWithParentThresholds,
)
from schemas.rulesets.thresholds.placement import (
    PlacementConditionsThresholds,
    PlacementMoveThresholds,
    PlannedMoveThresholds,
)
from schemas.rulesets.thresholds.placement_briefing import PlacementBriefingThresholds
from schemas.rulesets.thresholds.planning import (
    AssessmentOverdueThresholds,
    ForumNeededThresholds,
    PlanningMeetingOverdueThresholds,
    TransitionThresholds,
)
from schemas.rulesets.thresholds.risk import RiskStratificationThresholds
from schemas.rulesets.thresholds.self_harm import (
    SafetyPlanThresholds,
    SelfHarmEscalationThresholds,
    SelfHarmThresholds,
    StatedIntentDateThresholds,
    StatedIntentThresholds,
)
from schemas.rulesets.thresholds.serious_incident import SeriousIncidentThresholds
from schemas.rulesets.thresholds.support import TeamSupportThresholds

__all__ = ["THRESHOLDS", "Positive", "RulesInForce"]

THRESHOLDS: dict[str, type[Reviewed]] = {
    "canary": CanaryThresholds,
    "custody-ligature": CustodyLigatureThresholds,
    "child-in-custody": ChildInCustodyThresholds,
    "custody-release": CustodyReleaseThresholds,
    "self-harm": SelfHarmThresholds,
    "psychosocial-assessment": PsychosocialAssessmentThresholds,
    "discharge-without-plan": DischargeWithoutPlanThresholds,
    "mental-health-follow-up": MentalHealthFollowUpThresholds,
    "self-harm-escalation": SelfHarmEscalationThresholds,
    "stated-intent": StatedIntentThresholds,
    "stated-intent-date": StatedIntentDateThresholds,
    "risk-stratification": RiskStratificationThresholds,
    "missing": MissingThresholds,
    "return-interview": ReturnInterviewThresholds,
    "placement-move": PlacementMoveThresholds,
    "placement-briefing": PlacementBriefingThresholds,
    "planned-move": PlannedMoveThresholds,
    "serious-incident-notification": SeriousIncidentNotificationThresholds,
    "planning-meeting-overdue": PlanningMeetingOverdueThresholds,
    "forum-needed": ForumNeededThresholds,
    "assessment-overdue": AssessmentOverdueThresholds,
    "transition": TransitionThresholds,
    "safety-plan": SafetyPlanThresholds,
    "statutory-visit": StatutoryVisitThresholds,
    "review": ReviewThresholds,
    "health-assessment": HealthAssessmentThresholds,
    "hospital-visit": HospitalVisitThresholds,
    "placement-silence": PlacementSilenceThresholds,
    "late-disclosure": LateDisclosureThresholds,
    "absconded-detained": AbscondedDetainedThresholds,
    "deprivation-of-liberty": DeprivationOfLibertyThresholds,
    "detention-end": DetentionEndThresholds,
    "order-end": OrderEndThresholds,
    "discharge-request": DischargeRequestThresholds,
    "fit-for-discharge": FitForDischargeThresholds,
    "serious-incident": SeriousIncidentThresholds,
    "meeting-without": MeetingWithoutThresholds,
    "placement-conditions": PlacementConditionsThresholds,
    "missing-together": MissingTogetherThresholds,
    "team-support": TeamSupportThresholds,
    "exploitation": ExploitationThresholds,
    "strategy-discussion": StrategyDiscussionThresholds,
    "carer-concern": CarerConcernThresholds,
    "professional-difference": ProfessionalDifferenceThresholds,
    "placement-with-parent": PlacementWithParentThresholds,
    "placement-with-parent-agreed": PlacementWithParentAgreedThresholds,
}

_FIELDS: dict[str, Any] = {
    rule.replace("-", "_"): (model, Field(default=None, alias=rule))
    for rule, model in THRESHOLDS.items()
}
# One field for each rule, so that a misspelt rule or threshold is named with its line.
RulesInForce: Any = create_model("RulesInForce", __base__=Reviewed, **_FIELDS)
