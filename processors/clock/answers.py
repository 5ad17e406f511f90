"""Answers to alerts that are due: an acknowledgement that did not come in time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from projections.append.arrivals import Grasp, Step
from projections.database import Query
from safeguarding.case import Case
from safeguarding.due import doubted, fall_due, remind
from safeguarding.facts import Fact, Recipient, Severity
from safeguarding.ids import NAMESPACE
from safeguarding.ruleset import Context
from safeguarding.undecided import UNDECIDED


@dataclass(frozen=True, slots=True)
class DueAnswer:
    """An answer whose time has come.

    ``undecided`` and ``quarantined`` say where what came may hold it: about the same child, or
    from the same agency.
    """

    expectation_id: UUID
    child_id: UUID
    alert_id: UUID
    recipient: Recipient
    due_at: datetime
    undecided: bool
    quarantined: bool


def due_answers(now: datetime, destroyed: Sequence[str], most: int) -> Query:
    """Rows of those that are due, the oldest first; of children beyond use nothing is awaited."""
    return (
        "select e.expectation_id, e.child_id, e.alert_id, e.agency, e.team, e.role, e.due_at, "
        "exists (select from derived.alert a where a.child_id = e.child_id "
        "and a.rule = %s and a.state = 'open' and a.alert_id <> e.alert_id), "
        "exists (select from kept.quarantine q where q.agency = e.agency "
        "and q.state = 'waiting' and q.quarantined_at <= e.due_at) "
        "from derived.expectation e join derived.child c using (child_id) "
        "where e.state = 'open' and e.due_at <= %s and c.key_id <> all(%s::text[]) "
        "order by e.due_at, e.expectation_id limit %s",
        [UNDECIDED.id, now, list(destroyed), most],
    )


def due_reminders(
    now: datetime, before: Mapping[Severity, timedelta], destroyed: Sequence[str], most: int
) -> Query:
    """Rows of those that are due soon and were not asked for again. ``before`` is how soon."""
    leads = sorted((severity.value, lead) for severity, lead in before.items())
    return (
        "select e.expectation_id, e.child_id, e.alert_id, e.agency, e.team, e.role, e.due_at "
        "from derived.expectation e join derived.child c using (child_id) "
        "join derived.alert a using (alert_id) "
        "join unnest(%s::text[], %s::interval[]) as w(severity, lead) on w.severity = a.severity "
        "where e.state = 'open' and not e.reminded and e.due_at > %s and e.due_at <= %s + w.lead "
        "and c.key_id <> all(%s::text[]) order by e.due_at, e.expectation_id limit %s",
        [[each[0] for each in leads], [each[1] for each in leads], now, now, list(destroyed), most],
    )


def reminder_step(row: Sequence[Any]) -> Step:
    """The step that says in the child's log that a recipient was asked again."""
    expectation_id, child_id, alert_id, *who, due_at = row
    recipient = Recipient(*who)
    step_id = uuid5(NAMESPACE, f"remind|{expectation_id}|{due_at.isoformat()}")

    def decide(case: Case, grasp: Grasp, context: Context) -> list[Fact]:
        reminded = remind(case, grasp.alerts[alert_id], recipient, context)
        return [] if reminded is None else [reminded]

    return Step(step_id, child_id, decide, alert_ids=(alert_id,))


def answer_step(row: Sequence[Any]) -> Step:
    """The step that says in the child's log that it did not come in time."""
    due = DueAnswer(row[0], row[1], row[2], Recipient(*row[3:6]), *row[6:])
    step_id = uuid5(NAMESPACE, f"due|{due.expectation_id}|{due.due_at.isoformat()}")

    def decide(case: Case, grasp: Grasp, context: Context) -> list[Fact]:
        missed = fall_due(case, grasp.alerts[due.alert_id], due.recipient, context)
        if missed is None:
            return []
        return [*doubted(missed, undecided=due.undecided, quarantined=due.quarantined)]

    return Step(step_id, due.child_id, decide, alert_ids=(due.alert_id,))
