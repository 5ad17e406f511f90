"""Measures: what each rule's alerts came to, counted from a child's log.

A rule that tells people what they know already, or that nobody acts on, teaches them not to listen.
So it is counted for each rule how often it fired and was taken back, and for each agency that was
told how soon it answered, whether it did something, and whether it had known.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from safeguarding.facts import (
    Acknowledged,
    Alert,
    AlertRaised,
    AlertUpdated,
    AlertWithdrawn,
    AnswerReminded,
    Briefed,
    Delivered,
    ExpectationCancelled,
    ExpectationLapsed,
    ExpectationMet,
    ExpectationMissed,
    ExpectationOpened,
    Mode,
    Notice,
    Recipient,
)
from safeguarding.moments import Precision
from safeguarding.timeline import Entry


@dataclass(slots=True)
class OfRule:
    """Of one rule: its alerts, and what it awaited.

    ``delays`` are the seconds from when the agency knew of what opened an alert to when the first
    of those who were told had it. ``awaited`` counts expectations by what became of them.
    """

    raised: int = 0
    withdrawn: int = 0
    delays: list[float] = field(default_factory=list)
    awaited: Counter[str] = field(default_factory=Counter)

    def add(self, other: "OfRule") -> None:
        """Count another part in."""
        self.raised += other.raised
        self.withdrawn += other.withdrawn
        self.delays += other.delays
        self.awaited += other.awaited


@dataclass(slots=True)
class OfAgency:
    """Of one rule's alerts at one agency that was told.

    ``answers`` are the seconds from the first copy to the answer, one for each team that answered.
    Office work that arose at night is answered in the morning, and the night is in its seconds.
    ``unanswered`` counts deadlines that passed.
    """

    urgent: int = 0
    digest: int = 0
    answers: list[float] = field(default_factory=list)
    acted: int = 0
    already_known: int = 0
    unanswered: int = 0

    def add(self, other: "OfAgency") -> None:
        """Count another part in."""
        self.urgent += other.urgent
        self.digest += other.digest
        self.answers += other.answers
        self.acted += other.acted
        self.already_known += other.already_known
        self.unanswered += other.unanswered


@dataclass(slots=True)
class Measures:
    """Of any number of children, by rule, and by rule and agency."""

    rules: defaultdict[str, OfRule] = field(default_factory=lambda: defaultdict(OfRule))
    agencies: defaultdict[tuple[str, str], OfAgency] = field(
        default_factory=lambda: defaultdict(OfAgency)
    )

    def add(self, other: "Measures") -> None:
        """Count another part in."""
        for rule, of_rule in other.rules.items():
            self.rules[rule].add(of_rule)
        for name, of_agency in other.agencies.items():
            self.agencies[name].add(of_agency)

    def take(self, entries: Iterable[Entry], since: datetime | None, before: datetime) -> None:
        """Count one child's log in: what was told since then, and before then.

        Answers and deliveries count wherever the copy that they belong to does. Entries come in
        their order.
        """
        child = _OneChild(self, since, before)
        for entry in entries:
            child.take(entry)
        child.close()


@dataclass(slots=True)
class _Copies:
    """What one team got of one alert."""

    rule: str
    first_at: datetime
    answered: bool = False


@dataclass(slots=True)
class _OneChild:
    measures: Measures
    since: datetime | None
    before: datetime
    copies: dict[tuple[UUID, Recipient], _Copies] = field(default_factory=dict)
    # Of each notification of a newly raised alert: its alert and when the agency knew.
    raised: dict[UUID, tuple[UUID, str, datetime]] = field(default_factory=dict)
    told: set[UUID] = field(default_factory=set)
    awaited: dict[tuple[str, str], str] = field(default_factory=dict)

    def take(self, entry: Entry) -> None:
        at = entry.entered_at
        match entry.body:
            case AlertRaised() | AlertUpdated() | AlertWithdrawn() as fact if self._counts(at):
                self._announced(fact, at)
            case ExpectationMissed() as missed if self._counts(at):
                name = (missed.alert.rule, missed.recipient.agency)
                self.measures.agencies[name].unanswered += 1
                self._copies(missed.alert, missed.notices, at)
            case Briefed() | AnswerReminded() as told if self._counts(at):
                self._copies(told.alert, told.notices, at)
            case Acknowledged() as answer:
                self._answered(answer)
            case Delivered() as delivered:
                for each in delivered.deliveries:
                    # By the hub's clock, which in a story is not the broker's; else it is later.
                    self._delivered(each.notification_id, min(each.delivered_at, at))
            case ExpectationOpened() as opened if self._counts(at):
                self.awaited[opened.rule, opened.key] = "open"
            case ExpectationMet() | ExpectationCancelled() | ExpectationLapsed() as closed:
                self._closed(closed)
            case _:
                pass

    def close(self) -> None:
        for (rule, _), state in self.awaited.items():
            self.measures.rules[rule].awaited[state] += 1

    def _counts(self, at: datetime) -> bool:
        return at < self.before and (self.since is None or at >= self.since)

    def _announced(self, fact: AlertRaised | AlertUpdated | AlertWithdrawn, at: datetime) -> None:
        of_rule = self.measures.rules[fact.alert.rule]
        of_rule.raised += isinstance(fact, AlertRaised)
        of_rule.withdrawn += isinstance(fact, AlertWithdrawn)
        self._copies(fact.alert, fact.notices, at)
        known_at = _known_at(fact.alert)
        if isinstance(fact, AlertRaised) and known_at is not None:
            of_alert = (fact.alert.alert_id, fact.alert.rule, known_at)
            self.raised |= {notice.notification_id: of_alert for notice in fact.notices}

    def _copies(self, alert: Alert, notices: Iterable[Notice], at: datetime) -> None:
        for notice in notices:
            who = notice.recipient
            of_agency = self.measures.agencies[alert.rule, who.agency]
            of_agency.urgent += notice.mode is Mode.URGENT
            of_agency.digest += notice.mode is Mode.DIGEST
            self.copies.setdefault((alert.alert_id, who), _Copies(alert.rule, at))

    def _answered(self, answer: Acknowledged) -> None:
        copies = self.copies.get((answer.alert_id, answer.recipient))
        if copies is None or copies.answered:
            return
        copies.answered = True
        of_agency = self.measures.agencies[copies.rule, answer.recipient.agency]
        of_agency.answers.append((answer.acknowledged_at - copies.first_at).total_seconds())
        of_agency.acted += bool(answer.action)
        of_agency.already_known += answer.already_known

    def _delivered(self, notification_id: UUID, at: datetime) -> None:
        if notification_id not in self.raised:
            return
        alert_id, rule, known_at = self.raised[notification_id]
        if alert_id not in self.told:
            self.told.add(alert_id)
            self.measures.rules[rule].delays.append(max(0.0, (at - known_at).total_seconds()))

    def _closed(self, fact: ExpectationMet | ExpectationCancelled | ExpectationLapsed) -> None:
        name = (fact.rule, fact.key)
        if name in self.awaited:
            match fact:
                case ExpectationMet():
                    self.awaited[name] = "met"
                case ExpectationCancelled():
                    self.awaited[name] = "cancelled"
                case ExpectationLapsed():
                    self.awaited[name] = fact.verdict.value


def _known_at(alert: Alert) -> datetime | None:
    """When the agency knew of what completed the alert: the ground that the hub was told last."""
    if not alert.grounds:
        return None
    last = max(alert.grounds, key=lambda each: each.received_at)
    return None if last.known.precision is Precision.UNKNOWN else last.known.at
