"""A notification in words: all that its recipient is told, in the order in which it is needed."""

from dataclasses import dataclass
from datetime import timedelta

from projections.queries.short_ids import short
from projections.queries.words.line import Tone
from projections.queries.words.names import (
    cleaned,
    in_words,
    recipient_in_words,
    role_in_words,
    scheme_in_words,
)
from projections.queries.words.times import (
    after_in_words,
    duration_in_words,
    instant_in_words,
    moment_in_words,
)
from safeguarding.events import Subject
from safeguarding.facts import Alert, Ground, Mode, NotificationKind, Recipient
from safeguarding.identifiers import Identifier, Scheme
from safeguarding.moments import Moment, Precision
from safeguarding.notification import Notification

_SOON = timedelta(minutes=1)
_KINDS = {
    NotificationKind.RAISED: "new",
    NotificationKind.UPDATED: "update",
    NotificationKind.WITHDRAWN: "withdrawn",
    NotificationKind.REMINDER: "reminder, you have not answered",
    NotificationKind.ESCALATED: "another team has not answered",
    NotificationKind.BRIEFING: "open since before you joined",
}


@dataclass(frozen=True, slots=True)
class NotificationWords:
    """A title and labelled rows. ``caution`` stands below; ``tone`` is for the colour."""

    tone: Tone
    title: str
    rows: tuple[tuple[str, str], ...]
    caution: str


def notification_in_words(notification: Notification) -> NotificationWords:
    """Who, what, where, when, why, how late, from what, who else, and by when to answer."""
    alert = notification.alert
    withdrawn = notification.kind is NotificationKind.WITHDRAWN
    rows = [
        ("For", _for(notification)),
        ("Who", _who(alert.subject, notification)),
        ("What", cleaned(alert.what)),
        ("Where", cleaned(alert.where) if alert.where else ""),
        ("When", _when(alert.occurred)),
        ("How late", _late(alert)),
        ("Why", _why(alert)),
        *(("From", _ground(ground)) for ground in alert.grounds),
        ("Told too", _others(notification.others_told)),
        *(("Answer", text) for text in _answer(notification)),
        ("Number", _number(notification)),
    ]
    return NotificationWords(
        tone=Tone.WITHDRAWN if withdrawn else Tone(alert.severity.value),
        title=_title(notification),
        rows=tuple((label, text) for label, text in rows if text),
        caution=cleaned(notification.caution),
    )


def _title(notification: Notification) -> str:
    alert = notification.alert
    urgency = _urgency(notification)
    kind = _KINDS[notification.kind]
    # The headline of a withdrawal says that it is one; which alert it is, the rule says.
    withdrawn = notification.kind is NotificationKind.WITHDRAWN
    about = in_words(alert.rule) if withdrawn else cleaned(alert.headline)
    return f"{alert.severity.upper()}, {urgency}, {kind}: {about}"


def _urgency(notification: Notification) -> str:
    by = notification.acknowledge_by
    if notification.mode is Mode.URGENT:
        return "read now" if by is None else "act now"
    # Office work that arose while the office was closed: nobody is to act now.
    return "to read" if by is None else f"to answer by {instant_in_words(by)}"


def _for(notification: Notification) -> str:
    who = recipient_in_words(notification.recipient)
    if notification.unanswered_by in {None, notification.recipient}:
        return who
    return f"{who}, since {recipient_in_words(notification.unanswered_by)} has not answered"


def _who(subject: Subject, notification: Notification) -> str:
    parts = []
    if subject.name:
        parts.append(cleaned(subject.name))
    if subject.born:
        parts.append(f"born {subject.born.day} {subject.born:%B %Y}")
    parts += [_number_in_words(each) for each in subject.identifiers]
    return "; ".join([*parts, f"the hub's id {notification.child_id}"])


def _when(occurred: Moment) -> str:
    by_the_clock = {Precision.EXACT, Precision.MINUTE, Precision.HOUR}
    zone = ", London" if occurred.precision in by_the_clock else ""
    return moment_in_words(occurred) + zone


def _number_in_words(identifier: Identifier) -> str:
    value = cleaned(identifier.value)
    digits = value.replace(" ", "")
    if identifier.scheme == Scheme.NHS_NUMBER and len(digits) == 10:
        value = f"{digits[:3]} {digits[3:6]} {digits[6:]}"  # As the NHS writes it.
    issuer = f" of {cleaned(identifier.issuer)}" if identifier.issuer else ""
    return f"{scheme_in_words(identifier.scheme)}{issuer} {value}"


def _late(alert: Alert) -> str:
    if alert.late_seconds is None:
        return "the agency does not say when it knew"
    late = timedelta(seconds=alert.late_seconds)
    if late < _SOON:
        if any(ground.known.at > ground.received_at + _SOON for ground in alert.grounds):
            return "it cannot be told: the agency gives a time of knowing that was still to come"
        return "the hub was told within a minute of the agency's knowing"
    return f"the hub was told {duration_in_words(late)} after the agency knew"


def _why(alert: Alert) -> str:
    paragraphs = f" (review, {', '.join(alert.paragraphs)})" if alert.paragraphs else ""
    return f"{cleaned(alert.why)} Rule {alert.rule}{paragraphs}, rule set {alert.ruleset}."


def _ground(ground: Ground) -> str:
    told = instant_in_words(ground.received_at, beside=ground.occurred.at)
    after = after_in_words(ground.known, ground.received_at)
    return (
        f"{in_words(ground.type)} of {ground.agency}, {moment_in_words(ground.occurred)}; "
        f"told {told}{f', {after}' if after else ''} "
        f"(its reference {cleaned(ground.reference)}, version {ground.version})"
    )


def _others(others: tuple[Recipient, ...]) -> str:
    return ", ".join(recipient_in_words(other) for other in others) or "nobody else"


def _answer(notification: Notification) -> tuple[str, ...]:
    if notification.acknowledge_by is None:
        return ("none is asked for",)
    role = role_in_words(notification.recipient.role)
    by = instant_in_words(notification.acknowledge_by)
    agency = notification.recipient.agency
    return (
        f"by {by}, London, by the {role}",
        f"kith ack --agency {agency} {short(notification.notification_id)}",
    )


def _number(notification: Notification) -> str:
    decided = instant_in_words(notification.decided_at, seconds=True)
    return (
        f"{notification.number}, decided {decided}; alert {short(notification.alert.alert_id)}"
        f", revision {notification.alert.revision}"
    )
