"""Each lesson of the review as a module of its own, found by the name that people use for it."""

from safeguarding.rules.absconded_detained import AbscondedDetained
from safeguarding.rules.assessment_overdue import AssessmentOverdue
from safeguarding.rules.canary import Canary
from safeguarding.rules.carer_concern import CarerConcern
from safeguarding.rules.child_in_custody import ChildInCustody
from safeguarding.rules.custody_ligature import CustodyLigature
from safeguarding.rules.custody_release import CustodyRelease
from safeguarding.rules.deprivation_of_liberty import DeprivationOfLiberty
from safeguarding.rules.discharge_request import DischargeRequest
from safeguarding.rules.discharge_without_plan import DischargeWithoutPlan
from safeguarding.rules.exploitation import Exploitation
from safeguarding.rules.hospital_visit import HospitalVisit
from safeguarding.rules.late_disclosure import LateDisclosure
from safeguarding.rules.meeting_without import MeetingWithout
from safeguarding.rules.mental_health_follow_up import MentalHealthFollowUp
from safeguarding.rules.missing import Missing
from safeguarding.rules.missing_together import MissingTogether
from safeguarding.rules.placement_briefing import PlacementBriefing
from safeguarding.rules.placement_conditions import PlacementConditions
from safeguarding.rules.placement_move import PlacementMove
from safeguarding.rules.placement_silence import PlacementSilence
from safeguarding.rules.placement_with_parent import PlacementWithParent
from safeguarding.rules.planning_meeting_overdue import PlanningMeetingOverdue
from safeguarding.rules.professional_difference import ProfessionalDifference
from safeguarding.rules.psychosocial_assessment import PsychosocialAssessment
from safeguarding.rules.return_interview import ReturnInterview
from safeguarding.rules.review import Review
from safeguarding.rules.risk_stratification import RiskStratification
from safeguarding.rules.rule import Rule
from safeguarding.rules.safety_plan import SafetyPlan
from safeguarding.rules.self_harm import SelfHarm
from safeguarding.rules.self_harm_escalation import SelfHarmEscalation
from safeguarding.rules.serious_incident import SeriousIncident
from safeguarding.rules.serious_incident_notification import SeriousIncidentNotification
from safeguarding.rules.stated_intent import StatedIntent
from safeguarding.rules.statutory_visit import StatutoryVisit
from safeguarding.rules.team_support import TeamSupport

ALL: tuple[Rule, ...] = (
    CustodyLigature(),
    ChildInCustody(),
    CustodyRelease(),
    SelfHarm(),
    PsychosocialAssessment(),
    DischargeWithoutPlan(),
    MentalHealthFollowUp(),
    SelfHarmEscalation(),
    StatedIntent(),
    RiskStratification(),
    Missing(),
    PlacementMove(),
    PlacementBriefing(),
    ReturnInterview(),
    Exploitation(),
    CarerConcern(),
    ProfessionalDifference(),
    PlacementWithParent(),
    SeriousIncidentNotification(),
    PlanningMeetingOverdue(),
    AssessmentOverdue(),
    SafetyPlan(),
    StatutoryVisit(),
    Review(),
    HospitalVisit(),
    PlacementSilence(),
    LateDisclosure(),
    AbscondedDetained(),
    DeprivationOfLiberty(),
    DischargeRequest(),
    SeriousIncident(),
    MeetingWithout(),
    PlacementConditions(),
    MissingTogether(),
    TeamSupport(),
    Canary(),
)
"""Every rule, in the order in which they decide."""
