"""How facts about what is awaited change a case: the part of ``evolve`` about expectations."""

from dataclasses import replace
from functools import lru_cache

from safeguarding.case import Awaited, Case, ExpectationState, wording
from safeguarding.facts import (
    ExpectationCancelled,
    ExpectationLapsed,
    ExpectationMet,
    ExpectationOpened,
    Verdict,
)
from safeguarding.timeline import Entry

_LAPSED = {
    Verdict.MISSED: ExpectationState.MISSED,
    Verdict.NOT_KNOWN: ExpectationState.NOT_KNOWN,
}


def await_(
    case: Case,
    entry: Entry,
    fact: ExpectationOpened | ExpectationMet | ExpectationCancelled | ExpectationLapsed,
) -> None:
    """Take in what is awaited, or what became of it."""
    match fact:
        case ExpectationOpened():
            _open(case, entry, fact)
        case ExpectationMet():
            _close(case, entry, fact, ExpectationState.MET)
        case ExpectationCancelled():
            _close(case, entry, fact, ExpectationState.CANCELLED)
        case ExpectationLapsed():
            _close(case, entry, fact, _LAPSED[fact.verdict])


@lru_cache(maxsize=1024)  # Rules have few ways to say what they await.
def said_of(what: str, awaits: tuple[str, ...], agencies: tuple[str, ...]) -> bytes:
    """Eight bytes that change when anything but the time that is awaited changes."""
    return wording("|".join([what, *awaits, "by", *agencies]))


def _open(case: Case, entry: Entry, fact: ExpectationOpened) -> None:
    key = (fact.rule, fact.key)
    case.awaited[key] = Awaited(
        expectation_id=fact.expectation_id,
        rule=fact.rule,
        key=fact.key,
        revision=fact.revision,
        due_at=fact.due_at,
        awaits=fact.awaits,
        agencies=fact.agencies,
        ground=(fact.ground.agency, fact.ground.reference),
        wording=said_of(fact.what, fact.awaits, fact.agencies),
        opened_sequence=entry.sequence,
        state=ExpectationState.OPEN,
    )
    case.changed.awaited.add(key)


def _close(
    case: Case,
    entry: Entry,
    fact: ExpectationMet | ExpectationCancelled | ExpectationLapsed,
    state: ExpectationState,
) -> None:
    key = (fact.rule, fact.key)
    awaited = case.awaited.get(key)
    if awaited is not None:
        case.awaited[key] = replace(awaited, state=state, closed_sequence=entry.sequence)
        case.changed.awaited.add(key)
