"""A child's episodes of care as placements and legal statuses.

An episode row says what changed when it began (RNE), and why it ended. A placement or a legal
status may last over several rows, so a row is read beside the ones before and after it. Those only
decide *whether* an event is made; what it says comes from its own row (see ``statements``).

Where RNE and the rows disagree, both are believed: a change that either of them tells is sent, with
a warning. Where the folder begins in the middle of a history, what the first row only continues is
sent too, as a thing that was so on that day and began at a time not known: else nobody would learn
where the child lives, or under which order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from producers.ssda903.findings import Findings
from producers.ssda903.rows import EpisodeRow
from producers.ssda903.statements import Child, Statements, Step, Told


class _Begins(Enum):
    """How something begins with a row: on its first day, or it was so before."""

    THAT_DAY = 1
    BEFORE = 2


@dataclass(frozen=True, slots=True)
class _Change:
    """What begins with a row; None for what only goes on."""

    legal_status: _Begins | None
    placement: _Begins | None


class CareHistory:
    """Makes the events of one child's episodes, and warns of what does not fit together."""

    def __init__(self, statements: Statements, findings: Findings) -> None:
        self._statements = statements
        self._warn = findings.add

    def told(self, rows: Sequence[EpisodeRow], child: Child) -> Iterator[Told]:
        """Make the events of distinct episodes, which are in order of time."""
        changes = [
            self._change(row, rows[index - 1] if index else None) for index, row in enumerate(rows)
        ]
        for index, row in enumerate(rows):
            change = changes[index]
            if change.legal_status is not None:
                yield self._legal_status(row, change.legal_status, child)
            if change.placement is not None:
                yield self._start(row, change.placement, child)
            following = changes[index + 1] if index + 1 < len(changes) else None
            if row.ends is None:
                self._warn_of_reason_without_end(row)
            elif self._placement_ends(row, following):
                yield self._end(row, row.ends, child)

    def _change(self, row: EpisodeRow, before: EpisodeRow | None) -> _Change:
        told = self._statements.implied("RNE", row.new_because)
        status_told, placement_told = told["legal_status_changes"], told["placement_changes"]
        if before is None:
            return _Change(
                _Begins.THAT_DAY if status_told else _Begins.BEFORE,
                _Begins.THAT_DAY if placement_told else _Begins.BEFORE,
            )
        care_had_ended = (
            self._care_ends(before) and before.ends is not None and before.ends <= row.starts
        )
        self._warn_of_order(row, before, care_had_ended=care_had_ended)
        status_seen = care_had_ended or row.legal_status != before.legal_status
        placement_seen = care_had_ended or row.placement != before.placement
        if not care_had_ended and not told["care_starts"]:
            if (status_seen and not status_told) or (placement_seen and not placement_told):
                self._warn("change-not-told", row.source, "RNE")
            if (status_told and not status_seen) or (placement_told and not placement_seen):
                self._warn("change-not-seen", row.source, "RNE")
        return _Change(
            _Begins.THAT_DAY if status_told or status_seen else None,
            _Begins.THAT_DAY if placement_told or placement_seen else None,
        )

    def _warn_of_order(self, row: EpisodeRow, before: EpisodeRow, *, care_had_ended: bool) -> None:
        starts_care = self._statements.implied("RNE", row.new_because)["care_starts"]
        if care_had_ended and not starts_care:
            self._warn("no-start-after-care-ended", row.source, "RNE")
        if before.ends is None:
            self._warn("episode-before-open", row.source, "DECOM")
        elif row.starts < before.ends:
            self._warn("episodes-overlap", row.source, "DECOM")
        elif not care_had_ended:
            if starts_care and row.starts == before.ends:
                self._warn("start-while-looked-after", row.source, "RNE")
            elif not starts_care and row.starts > before.ends:
                self._warn("gap-before-episode", row.source, "DECOM")

    def _care_ends(self, row: EpisodeRow) -> bool:
        ended = self._statements.implied("REC", row.ended_because).get("care_ends")
        return row.ends is not None and ended is True

    def _placement_ends(self, row: EpisodeRow, following: _Change | None) -> bool:
        """Tell whether the placement ended with the episode, and warn of what does not fit."""
        reason = row.place_change_because
        if row.within_a_day:
            self._warn("episode-within-a-day-alone", row.source, "DEC")
        if row.ended_because is None:
            self._warn("end-date-without-reason", row.source, "REC")
        if self._care_ends(row):
            if reason is not None:
                self._warn("place-change-reason-not-needed", row.source, "REASON_PLACE_CHANGE")
            return True
        if following is None:
            self._warn("next-episode-missing", row.source, "REC")
            return reason is not None
        moves = following.placement is not None
        if moves and reason is None:
            self._warn("place-change-reason-missing", row.source, "REASON_PLACE_CHANGE")
        if reason is not None and not moves:
            self._warn("place-change-reason-not-needed", row.source, "REASON_PLACE_CHANGE")
        return moves

    def _warn_of_reason_without_end(self, row: EpisodeRow) -> None:
        if row.ended_because is not None or row.place_change_because is not None:
            self._warn("end-reason-without-date", row.source, "DEC")

    def _legal_status(self, row: EpisodeRow, begins: _Begins, child: Child) -> Told:
        return self._begins(
            "legal-status",
            Step.STATUS_BEGINS,
            row,
            begins,
            child,
            status=self._statements.code("LS", row.legal_status),
        )

    def _start(self, row: EpisodeRow, begins: _Begins, child: Child) -> Told:
        registration = self._statements.implied("PLACE", row.place).get("registration")
        return self._begins(
            "placement-start",
            Step.PLACEMENT_BEGINS,
            row,
            begins,
            child,
            placement=self._placement(row),
            kind=self._statements.code("PLACE", row.place),
            provider=self._statements.code("PLACE_PROVIDER", row.provider),
            registration=registration or "not_known",
            postcode=row.postcode,
            urn=row.urn,
        )

    def _begins(
        self,
        event_type: str,
        step: Step,
        row: EpisodeRow,
        begins: _Begins,
        child: Child,
        **own: Any,
    ) -> Told:
        before = begins is _Begins.BEFORE
        kind = f"{event_type}-before" if before else event_type
        event = self._statements.event(
            event_type, self._reference(kind, row), child, row.starts, since_before=before, **own
        )
        if not before:
            return Told(row.starts, step, row.source, event)
        # A return of a later year starts where the earlier one did not. If that one told what
        # began with this row, it also had the rows before it, and so what goes on.
        other = "placement-start" if event_type == "legal-status" else "legal-status"
        return Told(row.starts, Step.GOES_ON, row.source, event, self._reference(other, row))

    def _end(self, row: EpisodeRow, ends: date, child: Child) -> Told:
        care_ends = self._care_ends(row)
        field = "REC" if care_ends else "REASON_PLACE_CHANGE"
        reason = row.ended_because if care_ends else row.place_change_because
        implied = self._statements.implied(field, reason)
        event = self._statements.event(
            "placement-end",
            self._reference("placement-end", row),
            child,
            ends,
            placement=self._placement(row),
            kind=self._statements.code("PLACE", row.place),
            reason=self._statements.code(field, reason),
            ended_by=implied.get("ended_by", "not_known"),
            planned=implied.get("planned"),
        )
        return Told(ends, Step.PLACEMENT_ENDS, row.source, event)

    def _reference(self, kind: str, row: EpisodeRow) -> str:
        return self._statements.reference(kind, row.child, row.starts.isoformat())

    def _placement(self, row: EpisodeRow) -> str:
        """Give the placement's own reference, which its start and its end carry.

        It is made from where the child lives and not from when, since the return of a year need
        not hold the row in which the placement began.
        """
        return self._statements.reference("placement", row.child, *(p or "" for p in row.placement))
