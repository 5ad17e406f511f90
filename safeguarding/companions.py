"""What is told where a missing report names a companion: to the companion's own network (1.4, 1.9).

Two children who go missing together may be looked after by two authorities, whose people do not
know of each other. The network of the child who is named is told that its own child is, and that
another child is concerned. Nothing that would say who the other child is goes into the alert: no
number, no name, no place, and not the report's own reference, by which a team on both networks
would know one report in two alerts. That stands in the named child's sealed log alone, where a
steward finds it and no timeline shows it (decision 0025).
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

from safeguarding.case import Case
from safeguarding.events import COMPANIONS, NOBODY, RETRACTION, Event, Reference
from safeguarding.facts import AlertRaised, AlertUpdated, AlertWithdrawn, NamedAsCompanion
from safeguarding.identifiers import Identifier
from safeguarding.ids import NAMESPACE
from safeguarding.own_alerts import take_back, tell
from safeguarding.rules.rule import Route, ground_key
from safeguarding.rules.telling.own import OwnRule
from safeguarding.ruleset import Context

NAMED_COMPANION = OwnRule(
    "named-companion",
    "Two children who go missing together are searched for by people who may not know of each "
    "other. What one of them knows may find both.",
    paragraphs=("1.4", "1.9"),
)
MAY_CHANGE = frozenset({"missing-report", RETRACTION})
"""The types of events after which a child may be named, or be so no more."""

# As for a child who is reported missing (rule missing): who can look for the child now.
_ABLE_TO_ACT = ("placement", "foster_carer", "missing_coordinator", "social_worker", "edt")


def companions_of(says: Mapping[str, Any]) -> tuple[Identifier, ...]:
    """The companions' numbers as an event's own fields give them."""
    return tuple(
        Identifier(each["scheme"], each["value"], each["issuer"])
        for each in says.get(COMPANIONS, ())
    )


def children_named(known: Iterable[UUID], own: UUID) -> tuple[UUID, ...]:
    """The children that a report names besides its ``own``, in the order of their ids."""
    return tuple(sorted({*known} - {own}))


def companion_key(reference: Reference) -> str:
    """What the alert about such a report is called by, in the log of each child that it names."""
    return ground_key("report", reference[0], _opaque(reference))


def tell_companion(
    event: Event, case: Case, context: Context
) -> tuple[NamedAsCompanion, AlertRaised | AlertUpdated] | None:
    """The facts for the log of a child that the report names. None if it was told before."""
    told = tell(
        NAMED_COMPANION,
        companion_key(event.key),
        _without_the_other(event),
        case,
        context,
        headline="Named as missing with another child",
        what=(
            f"By a report of {event.agency}, this child is thought to be missing together with "
            "another child. If this child is not known to be missing, find out where this child "
            f"is. Kith does not say who the other child is: ring {event.agency}."
        ),
        route=Route(act=_ABLE_TO_ACT),
    )
    if told is None:
        return None
    return NamedAsCompanion(event.agency, event.reference, event.version), told


def tell_no_companion(event: Event, case: Case, context: Context) -> AlertWithdrawn | None:
    """The fact that takes that back where a later version does not name the child any more."""
    return take_back(
        NAMED_COMPANION,
        companion_key(event.key),
        _without_the_other(event),
        case,
        context,
        headline="Withdrawn",
        what=(
            f"{event.agency} has corrected or taken back the report that named this child as "
            "missing with another child. It names this child no more. What else is known of this "
            "child stands."
        ),
        because="named no more",
    )


def _without_the_other(event: Event) -> Event:
    """The report without what it says of the child that it is about."""
    return replace(event, reference=_opaque(event.key), subject=NOBODY, details={})


def _opaque(reference: Reference) -> str:
    agency, name = reference
    return str(uuid5(NAMESPACE, f"companion|{agency}|{name}"))
