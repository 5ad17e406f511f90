"""Who reads of what lies close to a child, where the whole network is too many.

Roles that decide about the child or care for it. Left out are those who join for a day or for one
task (custody, an emergency department, a search for a placement). No person is ever among them: a
parent whom somebody put on a network by hand reads only what goes to the whole network.
"""

from safeguarding.rules.rule import Reader

CARERS = ("placement", "foster_carer", "ward")
"""Roles that have the child in their care, day and night."""

_OTHERS = (
    "social_worker",
    "team_manager",
    "edt",
    "iro",
    "senior_manager",
    "host_authority",
    "camhs_community",
    "camhs_crisis",
    "camhs_outreach",
    "safeguarding_nurse",
    "missing_coordinator",
    "advocate",
)

CLOSE = tuple(Reader(role) for role in (*_OTHERS, *CARERS))
"""Those who decide about the child, and those who care for it."""

WITHOUT_CARERS = tuple(Reader(role) for role in _OTHERS)
"""The same where somebody who cares for the child may be the one who is spoken of."""
