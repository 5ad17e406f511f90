"""Each lesson of the review as a module of its own, found by the name that people use for it."""

from safeguarding.rules.custody.child_in_custody import ChildInCustody
from safeguarding.rules.custody.custody_ligature import CustodyLigature
from safeguarding.rules.custody.custody_release import CustodyRelease
from safeguarding.rules.harm.exploitation import Exploitation
from safeguarding.rules.harm.serious_incident import SeriousIncident
from safeguarding.rules.harm.serious_incident_notification import SeriousIncidentNotification
from safeguarding.rules.harm.strategy_discussion import StrategyDiscussion
from safeguarding.rules.harm.team_support import TeamSupport
from safeguarding.rules.hospital.absconded_detained import AbscondedDetained
from safeguarding.rules.hospital.deprivation_of_liberty import DeprivationOfLiberty
from safeguarding.rules.hospital.detention_end import DetentionEnd
from safeguarding.rules.hospital.discharge_request import DischargeRequest
from safeguarding.rules.hospital.discharge_without_plan import DischargeWithoutPlan
from safeguarding.rules.hospital.fit_for_discharge import FitForDischarge
from safeguarding.rules.hospital.hospital_visit import HospitalVisit
from safeguarding.rules.hospital.mental_health_follow_up import MentalHealthFollowUp
from safeguarding.rules.hospital.order_end import OrderEnd
from safeguarding.rules.missing.missing import Missing
from safeguarding.rules.missing.missing_together import MissingTogether
from safeguarding.rules.missing.return_interview import ReturnInterview
from safeguarding.rules.placement.carer_concern import CarerConcern
from safeguarding.rules.placement.placement_briefing import PlacementBriefing
from safeguarding.rules.placement.placement_conditions import PlacementConditions
from safeguarding.rules.placement.placement_move import PlacementMove
from safeguarding.rules.placement.placement_silence import PlacementSilence
from safeguarding.rules.placement.placement_with_parent import PlacementWithParent
from safeguarding.rules.placement.placement_with_parent_agreed import PlacementWithParentAgreed
from safeguarding.rules.placement.planned_move import PlannedMove
from safeguarding.rules.planning.assessment_overdue import AssessmentOverdue
from safeguarding.rules.planning.forum_needed import ForumNeeded
from safeguarding.rules.planning.health_assessment import HealthAssessment
from safeguarding.rules.planning.meeting_without import MeetingWithout
from safeguarding.rules.planning.planning_meeting_overdue import PlanningMeetingOverdue
from safeguarding.rules.planning.professional_difference import ProfessionalDifference
from safeguarding.rules.planning.review import Review
from safeguarding.rules.planning.statutory_visit import StatutoryVisit
from safeguarding.rules.planning.transition import Transition
from safeguarding.rules.rule import Rule
from safeguarding.rules.self_harm.psychosocial_assessment import PsychosocialAssessment
from safeguarding.rules.self_harm.risk_stratification import RiskStratification
from safeguarding.rules.self_harm.safety_plan import SafetyPlan
from safeguarding.rules.self_harm.self_harm import SelfHarm
from safeguarding.rules.self_harm.self_harm_escalation import SelfHarmEscalation
from safeguarding.rules.self_harm.stated_intent import StatedIntent
from safeguarding.rules.self_harm.stated_intent_date import StatedIntentDate
from safeguarding.rules.telling.canary import Canary
from safeguarding.rules.telling.late_disclosure import LateDisclosure

ALL: tuple[Rule, ...] = (
    CustodyLigature(),
    ChildInCustody(),
    CustodyRelease(),
    SelfHarm(),
    PsychosocialAssessment(),
    DischargeWithoutPlan(),
    FitForDischarge(),
    MentalHealthFollowUp(),
    SelfHarmEscalation(),
    StatedIntent(),
    StatedIntentDate(),
    RiskStratification(),
    Missing(),
    PlacementMove(),
    PlacementBriefing(),
    PlannedMove(),
    ReturnInterview(),
    Exploitation(),
    StrategyDiscussion(),
    CarerConcern(),
    ProfessionalDifference(),
    PlacementWithParent(),
    PlacementWithParentAgreed(),
    SeriousIncidentNotification(),
    PlanningMeetingOverdue(),
    AssessmentOverdue(),
    Transition(),
    SafetyPlan(),
    StatutoryVisit(),
    Review(),
    HealthAssessment(),
    HospitalVisit(),
    PlacementSilence(),
    LateDisclosure(),
    AbscondedDetained(),
    DeprivationOfLiberty(),
    DetentionEnd(),
    OrderEnd(),
    DischargeRequest(),
    SeriousIncident(),
    MeetingWithout(),
    PlacementConditions(),
    MissingTogether(),
    TeamSupport(),
    ForumNeeded(),
    Canary(),
)
"""Every rule, in the order in which they decide."""
