"""Facts of the hub in plain words, but for who was told: see the copies."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from projections.queries.words import awaited
from projections.queries.words.names import (
    cleaned,
    in_words,
    recipient_in_words,
    scheme_in_words,
    sentence,
)
from projections.queries.words.said import Said, labelled, lines, text_of
from projections.queries.words.times import from_in_words, instant_in_words
from safeguarding.facts import (
    Acknowledged,
    Alert,
    AlertRaised,
    AlertUpdated,
    AlertWithdrawn,
    AnswerReminded,
    Briefed,
    ChildIdentified,
    DeadlineDoubted,
    Delivered,
    ExpectationMissed,
    Fact,
    HandedOver,
    Moved,
    NamedAsCompanion,
    NamedWithAnother,
    NetworkJoined,
    NetworkLeft,
    RuleDecided,
    RuleFailed,
    RuleSetActivated,
    TimeFlagged,
    Undecided,
)


def fact_in_words(fact: Fact, entered_at: datetime) -> Said:
    """What a fact says. ``entered_at`` stands beside it: of that day only the clock is given."""
    return _WORDS[type(fact)](fact, entered_at)


def _raised(raised: AlertRaised, _: datetime) -> Said:
    alert = raised.alert
    return Said(f"Alert, {alert.severity}: {cleaned(alert.headline)}", _alert(alert))


def _updated(updated: AlertUpdated, _: datetime) -> Said:
    alert = updated.alert
    return Said(f"Alert updated, {alert.severity}: {cleaned(alert.headline)}", _alert(alert))


def _withdrawn(withdrawn: AlertWithdrawn, _: datetime) -> Said:
    alert = withdrawn.alert
    title = f"Alert withdrawn, {alert.severity}: {in_words(alert.rule)}"
    return Said(title, lines(text_of(alert.what)))


def _alert(alert: Alert) -> tuple[str, ...]:
    return lines(text_of(alert.what), labelled("Where", alert.where))


def _missed(missed: ExpectationMissed, entered_at: datetime) -> Said:
    who = recipient_in_words(missed.recipient)
    due = instant_in_words(missed.due_at, beside=entered_at)
    return Said(
        f"Not acknowledged in time: {who}",
        (f"Alert, {missed.alert.severity}: {cleaned(missed.alert.headline)}; due {due}",),
    )


def _reminded(reminded: AnswerReminded, entered_at: datetime) -> Said:
    due = instant_in_words(reminded.due_at, beside=entered_at)
    return Said(
        f"Asked again for an answer: {recipient_in_words(reminded.recipient)}",
        (f"Alert, {reminded.alert.severity}: {cleaned(reminded.alert.headline)}; due {due}",),
    )


def _briefed(briefed: Briefed, _: datetime) -> Said:
    alert = briefed.alert
    return Said(
        f"Briefed on joining: {recipient_in_words(briefed.recipient)}",
        (f"Alert, {alert.severity}: {cleaned(alert.headline)}",),
    )


def _acknowledged(answer: Acknowledged, _: datetime) -> Said:
    already = ", who knew already" if answer.already_known else ""
    return Said(
        f"Acknowledged by {recipient_in_words(answer.recipient)}{already}",
        lines(labelled("By", answer.by), labelled("Action", answer.action)),
    )


def _handed_over(handed: HandedOver, _: datetime) -> Said:
    return Said(
        f"Handed over within {recipient_in_words(handed.recipient)}",
        lines(
            labelled("From", handed.from_worker),
            labelled("To", handed.to_worker),
            labelled("Note", handed.note),
        ),
    )


def _joined(joined: NetworkJoined, entered_at: datetime) -> Said:
    since = None if joined.starts_at == entered_at else f"from {from_in_words(joined.starts_at)}"
    until = f"until {from_in_words(joined.ends_at)}" if joined.ends_at else None
    span = sentence(" ".join(lines(since, until)))
    return Said(
        f"Joined the network: {recipient_in_words(joined.recipient)}",
        lines(span, text_of(joined.reason)),
    )


def _left(left: NetworkLeft, entered_at: datetime) -> Said:
    since = None if left.ends_at == entered_at else f"From {from_in_words(left.ends_at)}"
    return Said(
        f"Left the network: {recipient_in_words(left.recipient)}",
        lines(since, text_of(left.reason)),
    )


def _identified(identified: ChildIdentified, _: datetime) -> Said:
    by = " and ".join(dict.fromkeys(scheme_in_words(each) for each in identified.schemes))
    doubts = tuple(_doubt(doubt) for doubt in identified.doubts)
    if identified.provisional:
        known = f"Known by {by}" if by else None
        return Said("A provisional child: a steward must say who this is", lines(known, *doubts))
    return Said(f"Identified by {by}" if by else "Identified", doubts)


def _doubt(doubt: str) -> str:
    """A doubt may begin with the kind of identifier that it is about."""
    scheme, colon, rest = doubt.partition(": ")
    return f"{sentence(scheme_in_words(scheme))}: {cleaned(rest)}" if colon else sentence(doubt)


def _failed(failed: RuleFailed, _: datetime) -> Said:
    text = f"It raised {failed.fault}; the other rules decided. The hub's people were told."
    return Said(f"A rule failed: {failed.rule}", (text,))


def _rule_decided(decided: RuleDecided, _: datetime) -> Said:
    return Said(f"The rule that had failed has decided: {decided.rule}")


def _undecided(undecided: Undecided, _: datetime) -> Said:
    text = (
        f"Kith failed on it ({undecided.fault}) and keeps it as it came. The network was told that "
        "something came; it is decided when Kith is mended."
    )
    what = f"{in_words(undecided.type)} of {undecided.agency}, {undecided.reference}"
    return Said(f"Undecided: {cleaned(what)}", (text,))


def _doubted(doubted: DeadlineDoubted, _: datetime) -> Said:
    why = lines(
        "An event about this child is undecided" if doubted.undecided else None,
        "Something from that agency is in quarantine" if doubted.quarantined else None,
    )
    return Said("Whether this was acknowledged in time is not known", why)


def _flagged(flagged: TimeFlagged, _: datetime) -> Said:
    which = " and ".join(in_words(name) for name in flagged.fields)
    return Said(f"A stated time cannot be right: {which}")


def _moved(moved: Moved, _: datetime) -> Said:
    where = f"Its agency corrected it: version {moved.version} names the other child"
    if moved.away:
        return Said(f"Was about another child: {moved.other_child}", (where,))
    return Said(f"Was taken for another child before: {moved.other_child}", (where,))


def _named(named: NamedWithAnother, _: datetime) -> Said:
    what = f"An event of {named.agency} names this child and another"
    where = f"Kept with provisional child {named.kept_with} until somebody says who is meant"
    return Said(what, (where,))


def _companion(named: NamedAsCompanion, _: datetime) -> Said:
    what = f"A report of {named.agency} names this child as missing with another child"
    return Said(what, ("Who the other child is stands in no log but that child's own.",))


def _delivered(delivered: Delivered, _: datetime) -> Said:
    return Said(f"Notifications delivered: {len(delivered.deliveries)}")


def _activated(activated: RuleSetActivated, _: datetime) -> Said:
    return Said(
        f"Rules of version {cleaned(activated.version)} are in force from here on",
        lines(labelled("By", activated.by), text_of(activated.reason)),
    )


_WORDS: Mapping[type, Callable[[Any, datetime], Said]] = {
    AlertRaised: _raised,
    AlertUpdated: _updated,
    AlertWithdrawn: _withdrawn,
    AnswerReminded: _reminded,
    ExpectationMissed: _missed,
    Briefed: _briefed,
    Acknowledged: _acknowledged,
    HandedOver: _handed_over,
    NetworkJoined: _joined,
    NetworkLeft: _left,
    ChildIdentified: _identified,
    Moved: _moved,
    NamedWithAnother: _named,
    NamedAsCompanion: _companion,
    RuleFailed: _failed,
    RuleDecided: _rule_decided,
    Undecided: _undecided,
    DeadlineDoubted: _doubted,
    TimeFlagged: _flagged,
    Delivered: _delivered,
    RuleSetActivated: _activated,
    **awaited.WORDS,
}
