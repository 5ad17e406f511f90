"""Each lesson of the review as a module of its own, found by the name that people use for it."""

from safeguarding.rules.assessment_overdue import AssessmentOverdue
from safeguarding.rules.canary import Canary
from safeguarding.rules.child_in_custody import ChildInCustody
from safeguarding.rules.custody_ligature import CustodyLigature
from safeguarding.rules.hospital_visit import HospitalVisit
from safeguarding.rules.late_disclosure import LateDisclosure
from safeguarding.rules.missing import Missing
from safeguarding.rules.placement_move import PlacementMove
from safeguarding.rules.placement_silence import PlacementSilence
from safeguarding.rules.planning_meeting_overdue import PlanningMeetingOverdue
from safeguarding.rules.return_interview import ReturnInterview
from safeguarding.rules.review import Review
from safeguarding.rules.rule import Rule
from safeguarding.rules.safety_plan import SafetyPlan
from safeguarding.rules.self_harm import SelfHarm
from safeguarding.rules.serious_incident_notification import SeriousIncidentNotification
from safeguarding.rules.statutory_visit import StatutoryVisit

ALL: tuple[Rule, ...] = (
    CustodyLigature(),
    ChildInCustody(),
    SelfHarm(),
    Missing(),
    PlacementMove(),
    ReturnInterview(),
    SeriousIncidentNotification(),
    PlanningMeetingOverdue(),
    AssessmentOverdue(),
    SafetyPlan(),
    StatutoryVisit(),
    Review(),
    HospitalVisit(),
    PlacementSilence(),
    LateDisclosure(),
    Canary(),
)
"""Every rule, in the order in which they decide."""
