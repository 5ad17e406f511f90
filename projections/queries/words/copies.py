"""To whom an alert went, when it reached them, and whether they answered."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from projections.queries.timeline import Copy, Shown
from projections.queries.words.names import recipient_in_words
from projections.queries.words.times import instant_in_words
from safeguarding.facts import Acknowledged, ExpectationMissed, Mode, NotificationKind, Recipient

# What each answer or missed deadline says of an alert and a recipient, by sequence.
Answers = Mapping[tuple[UUID, Recipient], Sequence[tuple[int, str]]]

_BY_KIND = {
    NotificationKind.REMINDER: "Reminded",
    NotificationKind.ESCALATED: "Told in their place",
}


def answers_in_words(entries: Sequence[Shown]) -> Answers:
    """Who answered which alert, and who did not in time."""
    found: dict[tuple[UUID, Recipient], list[tuple[int, str]]] = {}
    for shown in entries:
        match shown.body:
            case Acknowledged() as answer:
                text = f"answered {instant_in_words(answer.acknowledged_at)} (#{shown.sequence})"
                key = (answer.alert_id, answer.recipient)
            case ExpectationMissed() as missed:
                text = f"no answer in time (#{shown.sequence})"
                key = (missed.alert.alert_id, missed.recipient)
            case _:
                continue
        found.setdefault(key, []).append((shown.sequence, text))
    return found


def copies_in_words(copies: Sequence[Copy], beside: datetime, answers: Answers) -> tuple[str, ...]:
    """A line for each who must act, then those who only read, together.

    ``beside`` is the instant that stands next to it: of that day only the clock is given.
    """
    acting = [copy for copy in copies if copy.mode is Mode.URGENT]
    reading: dict[str, list[str]] = {}
    for copy in copies:
        if copy.mode is Mode.DIGEST:
            who = recipient_in_words(copy.recipient)
            reading.setdefault(_reached(copy, beside), []).append(who)
    lines = [_acting(copy, beside, answers) for copy in acting]
    return (*lines, *(f"To read: {', '.join(who)}; {at}" for at, who in reading.items()))


def _acting(copy: Copy, beside: datetime, answers: Answers) -> str:
    asked = copy.acknowledge_by is not None
    label = _BY_KIND.get(copy.kind) or ("To act" if asked else "Told at once")
    parts = [f"{label}: {recipient_in_words(copy.recipient)}", _reached(copy, beside)]
    if copy.acknowledge_by is not None:
        parts.append(f"to answer by {instant_in_words(copy.acknowledge_by, beside=beside)}")
        later = answers.get((copy.alert_id, copy.recipient), ())
        parts += [text for sequence, text in later if sequence > copy.sequence][:2]
    return "; ".join(parts)


def _reached(copy: Copy, beside: datetime) -> str:
    if copy.reached_at is None:
        return "not delivered yet"
    return f"reached {instant_in_words(copy.reached_at, beside=beside, seconds=True)}"
