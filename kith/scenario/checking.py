"""Every notification of every recipient, as it came, against what was written by hand."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from kith.scenario.player import Sent
from producers.scenario.expected import Expectations, ExpectedNotification
from safeguarding.facts import Recipient
from safeguarding.notification import Notification


@dataclass(frozen=True, slots=True, order=True)
class Copy:
    """A copy as both sides can name it. ``alert`` is rule, kind of key and the step that raised."""

    story: str
    step: str
    alert: tuple[str, str, str]
    kind: str
    mode: str
    severity: str
    recipient: Recipient


@dataclass(frozen=True, slots=True)
class Verdict:
    """What differs. ``faults`` are about the topics themselves: gaps, and what nobody sent."""

    matched: int
    missing: tuple[Copy, ...]
    unexpected: tuple[Copy, ...]
    faults: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether exactly the expected came."""
        return not (self.missing or self.unexpected or self.faults)


def together(verdicts: Iterable[Verdict]) -> Verdict:
    """What several hubs have shown, as one verdict."""
    each = list(verdicts)
    return Verdict(
        matched=sum(one.matched for one in each),
        missing=tuple(copy for one in each for copy in one.missing),
        unexpected=tuple(copy for one in each for copy in one.unexpected),
        faults=tuple(fault for one in each for fault in one.faults),
    )


def check(
    expected: Mapping[str, Expectations],
    sent: Iterable[Sent],
    received: Sequence[Notification],
    children: Container[UUID] | None = None,
) -> Verdict:
    """Compare what is on the topics with what was expected.

    ``expected`` is what is written of each story, by its id; ``sent`` places each notification
    in its step; ``received`` is everything on all alerts topics, repeats and all. With
    ``children``, nothing is said about notifications of others.
    """
    places = {each.notification_id: each for each in sent}
    faults = [*_gaps(received), *_nobody(received)]
    came: Counter[Copy] = Counter()
    for notification in {each.notification_id: each for each in received}.values():
        if children is not None and notification.child_id not in children:
            continue
        place = places.pop(notification.notification_id, None)
        if place is None:
            faults.append(f"notification {notification.notification_id} belongs to no step")
            continue
        if expected[place.story].speak_of(place.alert.rule):
            came[_of(place, notification)] += 1
    faults += [f"notification {each} never reached its topic" for each in places]
    wanted = Counter(
        _wanted(story, copy) for story, written in expected.items() for copy in written.copies
    )
    return Verdict(
        matched=(came & wanted).total(),
        missing=tuple(sorted((wanted - came).elements())),
        unexpected=tuple(sorted((came - wanted).elements())),
        faults=tuple(faults),
    )


def _gaps(received: Sequence[Notification]) -> Iterable[str]:
    """Each agency's numbers start at 1 and have no gaps; a repeat bears its number again."""
    numbers: dict[str, dict[int, set[object]]] = {}
    for each in received:
        own = numbers.setdefault(each.recipient.agency, {})
        own.setdefault(each.number, set()).add(each.notification_id)
    for agency, own in sorted(numbers.items()):
        if sorted(own) != list(range(1, len(own) + 1)):
            yield f"the numbers of {agency} have gaps"
        if any(len(ids) > 1 for ids in own.values()):
            yield f"a number of {agency} was given twice"


def _nobody(received: Sequence[Notification]) -> Iterable[str]:
    """Whoever is told must be able to say of whom: by a national number or one of its own."""
    for each in received:
        readable = {None, each.recipient.agency}
        if not any(known.issuer in readable for known in each.alert.subject.identifiers):
            yield f"notification {each.notification_id} does not tell its reader who is meant"


def _of(place: Sent, notification: Notification) -> Copy:
    return Copy(
        story=place.story,
        step=place.step,
        alert=(place.alert.rule, place.alert.key or "", place.alert.raised_by),
        kind=notification.kind.value,
        mode=notification.mode.value,
        severity=notification.alert.severity.value,
        recipient=notification.recipient,
    )


def _wanted(story: str, copy: ExpectedNotification) -> Copy:
    return Copy(
        story=story,
        step=copy.step,
        alert=(copy.alert.rule, copy.alert.key or "", copy.alert.raised_by),
        kind=copy.kind.value,
        mode=copy.mode.value,
        severity=copy.severity.value,
        recipient=copy.recipient,
    )
