"""Awaiting: from what a rule awaits to the facts that open, meet, cancel or lapse it.

What the history says is compared with what stands in the case, whatever came first:

* nothing stands: opened; met at once where what meets it came before;
* met in time: met, also where the hub is told so after it was missed, and then the alert is
  withdrawn and says so;
* not met (any more), or due at another time that has not passed: opened again, as a new revision;
* the ground is gone, the child has died: cancelled;
* its time has passed: found by the clock alone, see ``lapse``.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from safeguarding.announcing import announce, ground, is_history, withdraw
from safeguarding.awaited import said_of
from safeguarding.case import AlertState, Awaited, Case, ExpectationState
from safeguarding.events import Event
from safeguarding.expectations import awaited_expectation_id
from safeguarding.facts import (
    AlertRaised,
    AlertUpdated,
    AlertWithdrawn,
    ExpectationCancelled,
    ExpectationLapsed,
    ExpectationMet,
    ExpectationOpened,
    Fact,
    Verdict,
)
from safeguarding.moments import Precision
from safeguarding.rules.absence import Absence, Expected
from safeguarding.rules.rule import Finding, Reader
from safeguarding.ruleset import Context

_OPEN = ExpectationState.OPEN
_MISSED = ExpectationState.MISSED
_NOT_KNOWN = ExpectationState.NOT_KNOWN
_UNMET = (_MISSED, _NOT_KNOWN)
HISTORY = "it was past when the hub was told of it"


def follow_up(
    rule: Absence,
    case: Case,
    abouts: Sequence[Event],
    arrived: Event,
    context: Context,
    again: Collection[str] = (),
) -> Iterator[Fact]:
    """What follows from an event for all that the rule awaits around it.

    Of the grounds in ``again`` what is not known is opened again, to be judged anew by the clock:
    what made it so is mended.
    """
    expectations: dict[str, Expected | None] = {}
    for about in abouts:
        if about.type in rule.watches:
            thresholds = context.ruleset.thresholds[rule.id]
            expectations |= rule.expectations(case, about, thresholds, context.calendar)
    for key, expected in expectations.items():
        record = case.awaited.get((rule.id, key))
        anew = key in again and record is not None and record.state is _NOT_KNOWN
        facts = [*_compare(rule, key, expected, record, arrived, case, context, anew=anew)]
        yield from facts
        state = _state_after(facts, record)
        missed = expected.missed if expected is not None and state is _MISSED else None
        told = _tell(rule, key, missed, expected, arrived, case, context)
        if told is not None:
            yield told


def lapse(
    rule: Absence,
    awaited: Awaited,
    opening: Event,
    unknown: str | None,
    case: Case,
    context: Context,
) -> Iterator[Fact]:
    """What follows from the time of ``awaited`` having passed, for the clock.

    ``unknown`` says why nothing is known of it: nobody who would say so is heard from, or what came
    cannot be read. The history is read again: what has met it since is no miss.
    """
    thresholds = context.ruleset.thresholds[rule.id]
    found = rule.expectations(case, opening, thresholds, context.calendar)
    expected = found.get(awaited.key)
    # What opened it may be history. That it was not followed by what is awaited is not.
    unsaid = replace(opening.known, precision=Precision.UNKNOWN)
    opening = replace(opening, backfilled=False, known=unsaid)
    facts = [*_compare(rule, awaited.key, expected, awaited, opening, case, context)]
    yield from facts
    due_at = None if expected is None else expected.due_at
    if facts or expected is None or due_at is None or due_at > context.now:
        return
    verdict = Verdict.MISSED if unknown is None else Verdict.NOT_KNOWN
    yield ExpectationLapsed(awaited.expectation_id, rule.id, awaited.key, due_at, verdict, unknown)
    if verdict is Verdict.MISSED:
        told = _tell(rule, awaited.key, expected.missed, expected, opening, case, context)
        if told is not None:
            yield told


def _compare(
    rule: Absence,
    key: str,
    expected: Expected | None,
    record: Awaited | None,
    arrived: Event,
    case: Case,
    context: Context,
    *,
    anew: bool = False,
) -> Iterator[Fact]:
    over = None if record is None else record.state
    if expected is None:
        if record is not None and over is not ExpectationState.CANCELLED:
            because = "what opened it stands no more"
            yield ExpectationCancelled(record.expectation_id, rule.id, key, because)
        return
    if expected.cancelled is not None:
        if record is not None and over not in {ExpectationState.MET, ExpectationState.CANCELLED}:
            yield ExpectationCancelled(record.expectation_id, rule.id, key, expected.cancelled)
        return
    met = expected.met_in_time
    if met is not None and over is ExpectationState.MET:
        return
    if met is None and not anew and _stands(record, expected, context):
        return
    # Most events change nothing of most that is awaited: no fact is made before one is needed.
    opened = _opened(rule, key, expected, record, case, context)
    if met is not None:
        if record is None or over is ExpectationState.CANCELLED:
            yield opened
        yield ExpectationMet(opened.expectation_id, rule.id, key, met.at, ground(met.by))
    else:
        yield opened
        if is_history(arrived, context) and opened.due_at and opened.due_at <= context.now:
            # Nobody is told of what was due long before the hub knew of it.
            yield ExpectationLapsed(
                opened.expectation_id,
                rule.id,
                key,
                opened.due_at,
                Verdict.NOT_KNOWN,
                HISTORY,
            )


def _stands(record: Awaited | None, expected: Expected, context: Context) -> bool:
    """Whether what stands says the same, or is judged already by a time that is still past."""
    if record is None or record.state in {ExpectationState.MET, ExpectationState.CANCELLED}:
        return False
    if record.state in _UNMET:
        return expected.due_at is not None and expected.due_at <= context.now
    # The clock reads the history from its ground: one that was taken back would show it nothing.
    if record.due_at != expected.due_at or record.ground != expected.opening.key:
        return False
    awaits, agencies = tuple(sorted(expected.awaits)), tuple(sorted(expected.agencies))
    return record.wording == said_of(expected.what, awaits, agencies)


def _state_after(facts: Sequence[Fact], record: Awaited | None) -> ExpectationState | None:
    for fact in reversed(facts):
        match fact:
            case ExpectationOpened():
                return _OPEN
            case ExpectationMet():
                return ExpectationState.MET
            case ExpectationCancelled():
                return ExpectationState.CANCELLED
            case _:
                return _NOT_KNOWN
    return None if record is None else record.state


def _tell(
    rule: Absence,
    key: str,
    missed: Finding | None,
    expected: Expected | None,
    arrived: Event,
    case: Case,
    context: Context,
) -> AlertRaised | AlertUpdated | AlertWithdrawn | None:
    record = case.alerts.get((rule.id, key))
    if missed is not None:
        told = _quiet(missed) if missed.settled else missed
        return announce(rule, key, told, record, arrived, case, context)
    if record is None or record.state is not AlertState.OPEN:
        return None
    fact = withdraw(rule, record, arrived, case, context)
    if expected is not None and expected.cancelled is not None:
        headline, what = "Not awaited after all", f"{expected.cancelled}."
    elif expected is not None and expected.met_in_time is not None:
        headline, what = "Done in time", f"It was done in time: {expected.what}. It was told late."
    elif expected is not None:
        headline = "Not due yet after all"
        what = f"Told since, so that it is due later: {expected.what}."
    else:
        return fact
    what = what[0].upper() + what[1:]
    return replace(
        fact,
        alert=replace(fact.alert, headline=headline, what=what),
        because=headline.lower(),
    )


def _quiet(over: Finding) -> Finding:
    """What is over calls nobody but whoever was called before; who could act reads of it."""
    route = over.route
    readers = route.readers
    if readers is not None:
        readers = (*map(Reader, route.act), *readers)
    return replace(over, route=replace(route, act=(), readers=readers))


def _opened(
    rule: Absence,
    key: str,
    expected: Expected,
    record: Awaited | None,
    case: Case,
    context: Context,
) -> ExpectationOpened:
    return ExpectationOpened(
        expectation_id=awaited_expectation_id(rule.id, case.child_id, key),
        rule=rule.id,
        ruleset=context.ruleset.version,
        key=key,
        revision=1 if record is None else record.revision + 1,
        what=expected.what,
        due_at=expected.due_at,
        awaits=tuple(sorted(expected.awaits)),
        agencies=tuple(sorted(expected.agencies)),
        ground=ground(expected.opening),
    )
