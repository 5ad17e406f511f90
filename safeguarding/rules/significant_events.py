"""Which events are significant, for every rule that asks what ought to follow from one.

Missing episodes are not among them: they are many, and have rules of their own. Rules ask for
different ends, and each end has a question of its own here:

* ``is_significant``: does the plan as a whole need a look (3.4, 3.7)?
* ``is_significant_for_a_placement``: must those she lives with have something to say (1.8, 3.18)?
  The same, but for a placement that broke down: the next one knows no more of it.
* ``is_grave``: must an admission after it not end without a plan (3.21), or an attendance not be
  told late (1.8)? Here a child counts who was unconscious for whatever reason, and was harmed by
  whomever; what she said, or was found with, brings no admission by itself.
* ``is_critical``: was somebody there while her life was in danger (3.36 to 3.39)? As each report
  says by itself.

``codes`` are those of ``self_harm_reports``.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from safeguarding.events import Event
from safeguarding.rules.absence import HARM
from safeguarding.rules.self_harm_reports import (
    ATTENDANCE,
    REPORTS,
    could_have_killed,
    may_be_self_harm,
)

_PLACEMENT_END = "placement-end"
_OTHERWISE: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "stated-intent": lambda says: says["step"] != "closed",
    "custody-detention": lambda _: True,
    "mental-health-detention": lambda says: says["step"] == "started",
    "absconded": lambda says: says["step"] == "left",
    "exploitation-concern": lambda says: says["level"] != "suspected",
    # Nobody is said to have failed by it. Where nobody says, it is not taken for unplanned.
    _PLACEMENT_END: lambda says: says["planned"] is False,
}

SIGNIFICANT = REPORTS | frozenset(_OTHERWISE)
"""The types among which significant events are found: the type alone does not say so."""

SIGNIFICANT_FOR_A_PLACEMENT = SIGNIFICANT - {_PLACEMENT_END}
"""The types among which those are found that its carers must have something to say of."""

GRAVE = REPORTS | {HARM}
"""The types among which grave and critical events are found."""


def is_significant(event: Event, codes: Collection[str]) -> bool:
    """Self-harm, an intent to die, detention, leaving a hospital, exploitation, a breakdown."""
    return may_be_self_harm(event, codes) or is_significant_otherwise(event)


def is_significant_otherwise(event: Event) -> bool:
    """The same without self-harm, for a rule that counts that by itself."""
    return event.type in _OTHERWISE and _OTHERWISE[event.type](event.details)


def is_significant_for_a_placement(event: Event, codes: Collection[str]) -> bool:
    """As what is significant, but for a placement that broke down."""
    return event.type in SIGNIFICANT_FOR_A_PLACEMENT and is_significant(event, codes)


def is_grave(event: Event, codes: Collection[str]) -> bool:
    """Self-harm, loss of consciousness, or serious harm."""
    if event.type == ATTENDANCE and event.details["unconscious"]:
        return True
    return _is_serious_harm(event) or may_be_self_harm(event, codes)


def is_critical(event: Event, codes: Collection[str]) -> bool:
    """A danger to life, or a death, as far as the report itself says so."""
    return event.type == HARM or could_have_killed(event, codes)


def _is_serious_harm(event: Event) -> bool:
    return event.type == HARM and bool(event.details["kind"] == "serious_harm")
