"""Each lesson of the review as a module of its own, found by the name that people use for it."""

from safeguarding.rules.canary import Canary
from safeguarding.rules.carer_concern import CarerConcern
from safeguarding.rules.child_in_custody import ChildInCustody
from safeguarding.rules.custody_ligature import CustodyLigature
from safeguarding.rules.exploitation import Exploitation
from safeguarding.rules.late_disclosure import LateDisclosure
from safeguarding.rules.missing import Missing
from safeguarding.rules.placement_move import PlacementMove
from safeguarding.rules.placement_with_parent import PlacementWithParent
from safeguarding.rules.professional_difference import ProfessionalDifference
from safeguarding.rules.rule import Rule
from safeguarding.rules.self_harm import SelfHarm

ALL: tuple[Rule, ...] = (
    CustodyLigature(),
    ChildInCustody(),
    SelfHarm(),
    Missing(),
    PlacementMove(),
    Exploitation(),
    CarerConcern(),
    ProfessionalDifference(),
    PlacementWithParent(),
    LateDisclosure(),
    Canary(),
)
"""Every rule, in the order in which they decide."""
