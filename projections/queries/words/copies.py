"""To whom an alert went, when it reached them, and whether they answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from projections.queries.timeline import Copy, Shown
from projections.queries.words.names import recipient_in_words
from projections.queries.words.times import instant_in_words
from safeguarding.facts import Acknowledged, ExpectationMissed, Mode, NotificationKind, Recipient


@dataclass(frozen=True, slots=True)
class Answer:
    """What an entry says of an alert and a recipient: ``at`` is None for a missed deadline."""

    sequence: int
    at: datetime | None


Answers = Mapping[tuple[UUID, Recipient], Sequence[Answer]]

_BY_KIND = {
    NotificationKind.REMINDER: "Reminded",
    NotificationKind.ESCALATED: "Told in their place",
    NotificationKind.BRIEFING: "Briefed",
}


def answers_of(entries: Sequence[Shown]) -> Answers:
    """Who answered which alert, and who did not in time."""
    found: dict[tuple[UUID, Recipient], list[Answer]] = {}
    for shown in entries:
        match shown.body:
            case Acknowledged() as given:
                key = (given.alert_id, given.recipient)
                answer = Answer(shown.sequence, given.acknowledged_at)
            case ExpectationMissed() as missed:
                key = (missed.alert.alert_id, missed.recipient)
                answer = Answer(shown.sequence, None)
            case _:
                continue
        found.setdefault(key, []).append(answer)
    return found


def copies_in_words(copies: Sequence[Copy], beside: datetime, answers: Answers) -> tuple[str, ...]:
    """A line for each who must act or answer, then those who only read, together.

    ``beside`` is the instant that stands next to it: of that day only the clock is given.
    """
    acting = [copy for copy in copies if copy.mode is Mode.URGENT]
    waiting = [copy for copy in copies if copy.mode is Mode.DIGEST and copy.acknowledge_by]
    reading: dict[str, list[str]] = {}
    for copy in copies:
        if copy.mode is Mode.DIGEST and not copy.acknowledge_by:
            who = recipient_in_words(copy.recipient)
            reading.setdefault(_reached(copy, beside), []).append(who)
    lines = [_acting(copy, beside, answers) for copy in (*acting, *waiting)]
    return (*lines, *(f"To read: {', '.join(who)}; {at}" for at, who in reading.items()))


def _acting(copy: Copy, beside: datetime, answers: Answers) -> str:
    parts = [f"{_label(copy)}: {recipient_in_words(copy.recipient)}", _reached(copy, beside)]
    if copy.acknowledge_by is not None:
        parts.append(f"to answer by {instant_in_words(copy.acknowledge_by, beside=beside)}")
        given = answers.get((copy.alert_id, copy.recipient), ())
        later = [answer for answer in given if answer.sequence > copy.sequence]
        parts += [_answer(answer, beside) for answer in later[:2]]
    return "; ".join(parts)


def _label(copy: Copy) -> str:
    if copy.mode is Mode.DIGEST:
        return "When the office opens"
    asked = copy.acknowledge_by is not None
    return _BY_KIND.get(copy.kind) or ("To act" if asked else "Told at once")


def _answer(answer: Answer, beside: datetime) -> str:
    if answer.at is None:
        return f"no answer in time (#{answer.sequence})"
    return f"answered {instant_in_words(answer.at, beside=beside)} (#{answer.sequence})"


def _reached(copy: Copy, beside: datetime) -> str:
    if copy.reached_at is None:
        return "not delivered yet"
    return f"reached {instant_in_words(copy.reached_at, beside=beside, seconds=True)}"
