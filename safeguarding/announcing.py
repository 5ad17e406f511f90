"""Announcing: from a finding to the fact that tells people, or to silence.

A finding is compared with the alert that stands under its key:

* none stands: raised, to the whole route; by digest only if the matter is settled already;
* severity or level rose: updated, told like a new alert, to the whole route;
* it sank, or the words changed: updated, by a digest line to the network of now and to whoever was
  told; where the finding settles the matter, urgently to whoever was told urgently or
  would be now; nobody has to acknowledge again;
* nothing changed: silence.

An urgent copy of what is raised or told like new asks for an answer within the time of its
severity. Office work that arises while the office is closed is told by digest and asks too: that
time begins when the office opens.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from safeguarding.case import AlertRecord, AlertState, Case, wording
from safeguarding.events import Event, Subject
from safeguarding.facts import (
    Alert,
    AlertRaised,
    AlertUpdated,
    AlertWithdrawn,
    Ground,
    Mode,
    Notice,
    NotificationKind,
    Recipient,
    Severity,
)
from safeguarding.identifiers import normalised
from safeguarding.ids import alert_id, notification_id
from safeguarding.network import on_network
from safeguarding.routing import asked_when_it_opens, recipients
from safeguarding.rules.rule import Finding, Route, Rule
from safeguarding.rules.wording import MOST_CHARACTERS_OF_ALL, MOST_GROUNDS, shortened
from safeguarding.ruleset import Context


@dataclass(frozen=True, slots=True)
class _Telling:
    """How one announcement is told. ``later`` are asked by digest, from the next opening on."""

    alert: UUID
    kind: NotificationKind
    revision: int
    severity: Severity
    acknowledge: bool
    later: frozenset[Recipient] = frozenset()


def announce(
    rule: Rule,
    key: str,
    finding: Finding,
    record: AlertRecord | None,
    arrived: Event,
    case: Case,
    context: Context,
) -> AlertRaised | AlertUpdated | None:
    """The fact that a finding leads to, or None when nothing new is to be said."""
    opens = record is None or record.state is AlertState.WITHDRAWN
    rose = record is not None and (
        finding.severity.rank > record.severity.rank or finding.level > record.level
    )
    if record is not None and not opens and _says_the_same(finding, record):
        return None
    revision = 1 if record is None else record.revision + 1
    identity = record.alert_id if record else alert_id(rule.id, case.child_id, key)
    alert = _alert(rule, key, finding, case, arrived, identity, revision, context)
    kind = NotificationKind.RAISED if opens else NotificationKind.UPDATED
    anew = opens or rose
    later = _later(finding, case, context) if anew else frozenset()
    telling = _Telling(identity, kind, revision, finding.severity, acknowledge=anew, later=later)
    told: dict[Recipient, Mode] = {}
    if not is_history(arrived, context):
        told = _whom(finding, record, arrived, case, context, anew=anew)
    notices = _notices(told, telling, context)
    return AlertRaised(alert, notices) if opens else AlertUpdated(alert, notices)


def _says_the_same(finding: Finding, record: AlertRecord) -> bool:
    """Of a fall too the record must know: what rises again is told like new."""
    stands = (record.severity, record.level, record.wording)
    return (finding.severity, finding.level, wording(finding.what)) == stands


def withdraw(
    rule: Rule, record: AlertRecord, arrived: Event, case: Case, context: Context
) -> AlertWithdrawn:
    """The fact that tells everyone who was told that the ground no longer stands."""
    alert = Alert(
        alert_id=record.alert_id,
        rule=rule.id,
        ruleset=context.ruleset.version,
        key=record.key,
        severity=record.severity,
        level=record.level,
        revision=record.revision + 1,
        headline="Withdrawn",
        what=f"The report behind this alert was {_taken_back(arrived, case)} by its agency.",
        where=None,
        why=rule.why,
        paragraphs=rule.paragraphs,
        subject=case.subject,
        occurred=arrived.occurred,
        late_seconds=late_seconds(arrived),
        grounds=(ground(arrived),),
        settled=True,
    )
    telling = _Telling(
        record.alert_id,
        NotificationKind.WITHDRAWN,
        alert.revision,
        record.severity,
        acknowledge=False,
    )
    notices = _notices(dict(record.told), telling, context)
    return AlertWithdrawn(alert, _taken_back(arrived, case), notices)


def late_seconds(event: Event) -> int | None:
    """How long after the agency knew of it the hub was told; None when it does not say."""
    if event.learned_at is None:
        return None
    return max(0, round((event.received_at - event.learned_at).total_seconds()))


def ground(event: Event) -> Ground:
    """The event as a ground that an alert was decided from."""
    return Ground(
        agency=event.agency,
        reference=event.reference,
        version=event.version,
        type=event.type,
        occurred=event.occurred,
        known=event.known,
        received_at=event.received_at,
    )


def _who(case: Case, arrived: Event) -> Subject:
    """Everything that tells who this is: what is known of the child, and what came now.

    A number that fails its check stands for no child, but may be all that a reader has.
    """
    said = tuple(normalised(each, arrived.agency) for each in arrived.subject.identifiers)
    name = arrived.subject.name and shortened(arrived.subject.name)
    return case.subject.with_what(replace(arrived.subject, identifiers=said, name=name))


def _taken_back(arrived: Event, case: Case) -> str:
    """What became of the report, to be read after "was"."""
    if arrived.type == "retraction":
        return "retracted"
    # Nothing stands under its reference here: it stands in another child's log now.
    return "corrected" if arrived.key in case.standings else "found to be about another child"


def _alert(
    rule: Rule,
    key: str,
    finding: Finding,
    case: Case,
    arrived: Event,
    identity: UUID,
    revision: int,
    context: Context,
) -> Alert:
    return Alert(
        alert_id=identity,
        rule=rule.id,
        ruleset=context.ruleset.version,
        key=key,
        severity=finding.severity,
        level=finding.level,
        revision=revision,
        headline=shortened(finding.headline),
        what=shortened(finding.what, MOST_CHARACTERS_OF_ALL),
        where=finding.where and shortened(finding.where),
        why=rule.why,
        paragraphs=rule.paragraphs,
        subject=_who(case, arrived),
        occurred=finding.occurred,
        late_seconds=late_seconds(arrived),
        grounds=tuple(ground(event) for event in finding.grounds[-MOST_GROUNDS:]),
        settled=finding.settled,
    )


def _whom(
    finding: Finding,
    record: AlertRecord | None,
    arrived: Event,
    case: Case,
    context: Context,
    *,
    anew: bool,
) -> dict[Recipient, Mode]:
    members = on_network(case.memberships.values(), context.now)
    # A repeat asks nobody to act, unless it settles the matter and calls people back; nor
    # does what was settled before it was told at all.
    quiet = anew == finding.settled
    route = replace(finding.route, act=()) if quiet else finding.route
    told = recipients(route, members, context.now, context.calendar, context.directory)
    if not anew and record is not None:
        before = {who: mode for who, mode in record.told if not has_left(who, case, context)}
        told = _repeated(finding, told, before)
    return {who: mode for who, mode in told.items() if not _own_news(who, finding.route, arrived)}


def _later(finding: Finding, case: Case, context: Context) -> frozenset[Recipient]:
    """Who is asked once the office opens. What is settled asks nobody."""
    if finding.settled:
        return frozenset()
    members = on_network(case.memberships.values(), context.now)
    return asked_when_it_opens(
        finding.route, members, context.now, context.calendar, context.directory
    )


def has_left(who: Recipient, case: Case, context: Context) -> bool:
    """Was on the network and is so no more. Who was told without being on it has not left."""
    if context.ruleset.network is None:
        return False
    memberships = [each for each in case.memberships.values() if each.recipient == who]
    return bool(memberships) and not any(each.active(context.now) for each in memberships)


def _repeated(
    finding: Finding, now: dict[Recipient, Mode], before: dict[Recipient, Mode]
) -> dict[Recipient, Mode]:
    """An update goes to whoever was told, and to whom the route names now."""
    if not finding.settled:
        return dict.fromkeys([*now, *before], Mode.DIGEST)
    urgent = {who for told in (now, before) for who, mode in told.items() if mode is Mode.URGENT}
    return {who: Mode.URGENT if who in urgent else Mode.DIGEST for who in [*now, *before]}


def _own_news(who: Recipient, route: Route, arrived: Event) -> bool:
    if route.tells_speakers:
        return False
    publisher = who.agency == arrived.agency and who.role == arrived.said_by
    return publisher or who.role in route.speakers


def is_history(arrived: Event, context: Context) -> bool:
    """Backfilled, and known so long before receipt that nobody is to be woken for it."""
    known_by = arrived.known.latest
    if not arrived.backfilled or known_by is None:
        return arrived.backfilled
    return arrived.received_at - known_by > context.ruleset.old_after


def _notices(
    told: Mapping[Recipient, Mode], telling: _Telling, context: Context
) -> tuple[Notice, ...]:
    return tuple(
        Notice(
            notification_id=notification_id(
                telling.alert, recipient, telling.kind, telling.revision
            ),
            recipient=recipient,
            kind=telling.kind,
            revision=telling.revision,
            mode=mode,
            acknowledge_by=_answer_by(recipient, mode, telling, context),
        )
        for recipient, mode in sorted(told.items())
    )


def _answer_by(who: Recipient, mode: Mode, telling: _Telling, context: Context) -> datetime | None:
    within = context.ruleset.acknowledge_within[telling.severity]
    if telling.acknowledge and mode is Mode.URGENT:
        return context.now + within
    if telling.acknowledge and who in telling.later:
        return context.calendar.next_opening(context.now) + within
    return None
