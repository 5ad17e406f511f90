"""Decide: which facts follow from an entry, given the case and the rules in force."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import timedelta

from safeguarding.announcing import announce, withdraw
from safeguarding.awaiting import follow_up
from safeguarding.case import AlertState, Case
from safeguarding.events import ABOUT_ALERTS, RETRACTION, Event
from safeguarding.facts import Fact, RuleDecided, RuleFailed, TimeFlagged
from safeguarding.membership.following import follow, follow_publication, leave_publication
from safeguarding.moments import implausible
from safeguarding.rules.absence import Absence
from safeguarding.rules.rule import Finding, Rule
from safeguarding.ruleset import Context, RuleSet

# What a failed reading of memberships is called among failed rules.
NETWORK = "network"


def decide(case: Case, event: Event, before: Event | None, context: Context) -> Iterator[Fact]:
    """The facts that follow from ``event``, which ``case`` has already taken in.

    ``before`` is the event that stood under the same reference until then, None when the
    event is the first. The facts are not yet applied to the case: the caller applies each
    before it asks for the next, so that later rules see what earlier ones did.
    """
    flagged = _flagged(event, context.ruleset.clock_tolerance)
    if flagged:
        yield TimeFlagged(event.agency, event.reference, flagged)
    # Who is on the network is settled before anybody is told.
    yield from _publication(case, event, context)
    if event.type not in ABOUT_ALERTS and _stands(case, event):
        yield from _memberships(case, _abouts(event, before), event, context)
    yield from decide_rules(case, event, before, context)


def decide_rules(
    case: Case, event: Event, before: Event | None, context: Context
) -> Iterator[Fact]:
    """What of these facts the rules say; who is on the network is settled."""
    if event.type in ABOUT_ALERTS or not _stands(case, event):
        return  # What came late and is already replaced changes no alert.
    abouts = _abouts(event, before)
    for rule in context.ruleset.watching(*(about.type for about in abouts)):
        yield from _run(rule, case, abouts, event, context)


def decide_without(case: Case, gone: Event, context: Context) -> Iterator[Fact]:
    """The facts that follow from an event having turned out to be about another child.

    ``case`` holds it no more. Nothing of the other child is known here, and so nothing of
    it can reach this child's network.
    """
    yield from _memberships(case, [gone], gone, context, moved=True)
    yield from decide_rules_without(case, gone, context)


def decide_rules_without(case: Case, gone: Event, context: Context) -> Iterator[Fact]:
    """What of these facts the rules say; who is on the network is settled."""
    for rule in context.ruleset.watching(gone.type):
        yield from _run(rule, case, [gone], gone, context)


def decide_again(
    rule_id: str, case: Case, versions: Sequence[Event], context: Context
) -> list[Fact]:
    """What a rule that failed on a statement decides once it is mended.

    ``versions`` are all that the child's log holds of the statement, the last one last. What the
    statement opened, and was not known since the rule failed, is open again. Raises whatever the
    rule raises: it failed again. A rule that is in force no more decides nothing.
    """
    if not versions:
        return []
    last = versions[-1]
    facts: list[Fact] = [RuleDecided(rule_id, *last.key)]
    abouts = [each for each in versions if each.type != RETRACTION]
    if rule_id == NETWORK and context.ruleset.network is not None:
        network, directory = context.ruleset.network, context.directory
        facts += follow(case, abouts, network, directory, context.now)
    for rule in context.ruleset.rules:
        if rule.id == rule_id:
            facts += _decide(rule, case, abouts, last, context, _opened_by(abouts, rule))
    return facts


def keys_touched(ruleset: RuleSet, case: Case, event: Event) -> set[tuple[str, str]]:
    """The alerts (rule, key) that must be in the case before this event is decided.

    ``case`` holds the events that the rules need. A retraction touches what the event that
    it retracts touched.
    """
    before = case.standing_event(event.key)
    abouts = [event] if before is None else [before, event]
    return {
        (rule.id, key)
        for about in abouts
        for rule in ruleset.watching(about.type)
        for key in rule.keys(case, about)
    }


def _stands(case: Case, event: Event) -> bool:
    standing = case.standings.get(event.key)
    return standing is not None and standing.version == event.version


def _abouts(event: Event, before: Event | None) -> list[Event]:
    """What must be assessed anew: what was replaced, then what stands now."""
    if event.type == RETRACTION:
        return [] if before is None else [before]
    if before is not None and before.type != RETRACTION:
        return [before, event]
    return [event]


def _publication(case: Case, event: Event, context: Context) -> Iterator[Fact]:
    network = context.ruleset.network
    if network is not None:
        yield from follow_publication(case, event, network, context.directory, context.now)


def _memberships(
    case: Case, abouts: Sequence[Event], arrived: Event, context: Context, *, moved: bool = False
) -> Iterator[Fact]:
    network = context.ruleset.network
    if network is None:
        return
    try:
        changes = follow(case, abouts, network, context.directory, context.now)
    except Exception as fault:  # noqa: BLE001 - without a membership, others are told all the same
        yield RuleFailed(NETWORK, type(fault).__name__, arrived.agency, arrived.reference)
        return
    yield from changes
    if moved:
        yield from leave_publication(case, arrived, context.now)


def _run(
    rule: Rule, case: Case, abouts: Sequence[Event], arrived: Event, context: Context
) -> Iterator[Fact]:
    try:
        facts = _decide(rule, case, abouts, arrived, context)
    except Exception as fault:  # noqa: BLE001 - one rule's fault must not silence the others
        yield RuleFailed(rule.id, type(fault).__name__, arrived.agency, arrived.reference)
        return
    yield from facts


def _decide(
    rule: Rule,
    case: Case,
    abouts: Sequence[Event],
    arrived: Event,
    context: Context,
    again: Collection[str] = (),
) -> list[Fact]:
    if isinstance(rule, Absence):
        return list(follow_up(rule, case, abouts, arrived, context, again))
    findings: dict[str, Finding | None] = {}
    for about in abouts:
        # What stands now is seen from its own place in time, and so has the last word: an
        # event that was corrected from one year to another has not lost its ground.
        if about.type in rule.watches:
            findings |= rule.assess(case, about, context.ruleset.thresholds[rule.id])
    return list(_compare(rule, findings, case, arrived, context))


def _opened_by(abouts: Sequence[Event], rule: Rule) -> set[str]:
    """The grounds of what the rule awaits because of these events, where it awaits anything."""
    if not isinstance(rule, Absence):
        return set()
    return {key for about in abouts if about.type in rule.opens for key in rule.keys_of(about)}


def _compare(
    rule: Rule,
    findings: Mapping[str, Finding | None],
    case: Case,
    arrived: Event,
    context: Context,
) -> Iterator[Fact]:
    for key, finding in findings.items():
        record = case.alerts.get((rule.id, key))
        if finding is None:
            if record is not None and record.state is AlertState.OPEN:
                yield withdraw(rule, record, arrived, case, context)
            continue
        fact = announce(rule, key, finding, record, arrived, case, context)
        if fact is not None:
            yield fact


def _flagged(event: Event, tolerance: timedelta) -> tuple[str, ...]:
    return tuple(
        name
        for name, moment in (("occurred", event.occurred), ("known", event.known))
        if implausible(moment, event.received_at, tolerance)
    )
