"""Each lesson of the review as a module of its own, found by the name that people use for it."""

from safeguarding.rules.canary import Canary
from safeguarding.rules.child_in_custody import ChildInCustody
from safeguarding.rules.custody_ligature import CustodyLigature
from safeguarding.rules.custody_release import CustodyRelease
from safeguarding.rules.discharge_without_plan import DischargeWithoutPlan
from safeguarding.rules.late_disclosure import LateDisclosure
from safeguarding.rules.mental_health_follow_up import MentalHealthFollowUp
from safeguarding.rules.missing import Missing
from safeguarding.rules.placement_briefing import PlacementBriefing
from safeguarding.rules.placement_move import PlacementMove
from safeguarding.rules.psychosocial_assessment import PsychosocialAssessment
from safeguarding.rules.return_interview import ReturnInterview
from safeguarding.rules.rule import Rule
from safeguarding.rules.self_harm import SelfHarm

ALL: tuple[Rule, ...] = (
    CustodyLigature(),
    ChildInCustody(),
    CustodyRelease(),
    SelfHarm(),
    PsychosocialAssessment(),
    DischargeWithoutPlan(),
    MentalHealthFollowUp(),
    Missing(),
    PlacementMove(),
    PlacementBriefing(),
    ReturnInterview(),
    LateDisclosure(),
    Canary(),
)
"""Every rule, in the order in which they decide."""
