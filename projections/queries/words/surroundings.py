"""The entries around one, by what points to them: ids, references, alerts."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from projections.queries.standing import Replaced, replaced
from projections.queries.timeline import Copy, Shown, by_sequence
from projections.queries.words.copies import Answers, answers_of
from safeguarding.events import Event, Reference
from safeguarding.facts import (
    Acknowledged,
    Alert,
    AlertRaised,
    AlertUpdated,
    AlertWithdrawn,
    Delivered,
    ExpectationOpened,
    Fact,
    HandedOver,
)


class Surroundings:
    """What a line may refer to: only what is shown with it."""

    def __init__(self, entries: Sequence[Shown], copies: Iterable[Copy]) -> None:
        self.replaced: Mapping[int, Replaced] = replaced(entries)
        self.answers: Answers = answers_of(entries)
        self._by_id = {shown.header.entry_id: shown for shown in entries}
        self._alerts: dict[UUID, int] = {}
        self._versions: dict[Reference, dict[int, int]] = {}
        self._became: dict[UUID, int] = {}
        self._awaited: dict[UUID, list[tuple[int, str]]] = {}
        self._copies = by_sequence(copies)
        for shown in entries:
            self._note(shown)

    def _note(self, shown: Shown) -> None:
        match shown.body:
            case Event() as event:
                self._versions.setdefault(event.key, {})[event.version] = shown.sequence
            case AlertRaised(alert=alert) | AlertUpdated(alert=alert):
                self._alerts.setdefault(alert.alert_id, shown.sequence)
            case ExpectationOpened(expectation_id=expectation_id, what=what):
                self._awaited.setdefault(expectation_id, []).append((shown.sequence, what))
            case Acknowledged() | HandedOver() if shown.header.caused_by is not None:
                self._became[shown.header.caused_by] = shown.sequence

    def is_folded(self, shown: Shown) -> bool:
        """Whether the entry stands in the line of another: a delivery, what a team published."""
        if isinstance(shown.body, Acknowledged | HandedOver):
            return shown.header.caused_by in self._by_id
        return isinstance(shown.body, Delivered)

    def copies(self, shown: Shown) -> Sequence[Copy]:
        """The copies that this fact announced."""
        return self._copies.get(shown.sequence, ())

    def cause(self, shown: Shown) -> int | None:
        """The sequence of the entry that this one follows from."""
        caused_by = shown.header.caused_by
        cause = self._by_id.get(caused_by) if caused_by is not None else None
        return cause.sequence if cause is not None else None

    def alert(self, alert_id: UUID) -> int | None:
        """Where this alert was first raised."""
        return self._alerts.get(alert_id)

    def awaited(self, shown: Shown, expectation_id: UUID) -> tuple[int, str] | None:
        """Where the log said last, before this entry, that it is awaited, and what that is."""
        said = self._awaited.get(expectation_id, ())
        return next((each for each in reversed(said) if each[0] < shown.sequence), None)

    def became(self, shown: Shown) -> int | None:
        """Where the answer, or the hand-over, that an agency published became one."""
        return self._became.get(shown.header.entry_id)

    def version(self, reference: Reference, version: int) -> int | None:
        """Where this version of a statement stands."""
        return self._versions.get(reference, {}).get(version)

    def earlier(self, event: Event) -> int | None:
        """Where the version before this one stands."""
        versions = self._versions.get(event.key, {})
        before = [version for version in versions if version < event.version]
        return versions[max(before)] if before else None


def alert_of(body: Event | Fact | None) -> Alert | None:
    """The alert that a fact raises, updates or withdraws."""
    if isinstance(body, AlertRaised | AlertUpdated | AlertWithdrawn):
        return body.alert
    return None
