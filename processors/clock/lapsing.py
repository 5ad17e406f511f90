"""What rules await, of which the time has come: missed, or not known."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from processors.clock.feeds import Heard, Silence, waits_for_people, why_unknown
from projections.append.arrivals import Grasp, Lapsing, Step
from projections.database import Query
from safeguarding.case import Case
from safeguarding.due import lapse_due
from safeguarding.facts import Fact
from safeguarding.ids import NAMESPACE
from safeguarding.ruleset import Context
from safeguarding.undecided import UNDECIDED
from schemas.agencies import Feeds

Row = Sequence[Any]
# When it was due, and which it is: in this order the clock takes what is due.
Place = tuple[datetime, UUID]
BEGINNING: Place = (datetime.min.replace(tzinfo=UTC), UUID(int=0))


def due_awaited(
    now: datetime, destroyed: Sequence[str], most: int, after: Place = BEGINNING
) -> Query:
    """Rows of what is due, the oldest first; of children beyond use nothing is awaited.

    Those ``after`` a place: what waits before it must not hide them.
    """
    return (
        "select a.child_id, a.rule, a.key, a.expectation_id, a.revision, a.ground_agency, "
        "a.ground_reference, a.due_at, a.awaits, a.agencies, s.occurred_at, "
        "exists (select from derived.alert u where u.child_id = a.child_id "
        "and u.rule = %s and u.state = 'open') "
        "from derived.awaited a join derived.child c using (child_id) "
        "left join derived.standing s "
        "on s.agency = a.ground_agency and s.reference = a.ground_reference "
        "where a.state = 'open' and a.due_at <= %s and c.key_id <> all(%s::text[]) "
        "and (a.due_at, a.expectation_id) > (%s, %s) "
        "order by a.due_at, a.expectation_id limit %s",
        [UNDECIDED.id, now, list(destroyed), *after, most],
    )


def lapse_steps(
    read: Callable[[Place], Sequence[Row]],
    read_heard: Callable[[], Heard],
    feeds: Mapping[str, Feeds],
    now: datetime,
    most: int,
) -> list[Step]:
    """The steps for what is due, but for what waits for people; fewer than ``most`` are all.

    ``read`` gives ``most`` rows that are due after a place, the oldest first.
    """
    steps: list[Step] = []
    after = BEGINNING
    while rows := read(after):
        heard = read_heard()
        for row in rows:
            silence = silence_of(row)
            if not waits_for_people(silence, feeds, heard, now):
                steps.append(lapse_step(row, why_unknown(silence, feeds, heard)))
        if len(rows) < most or len(steps) >= most:
            break
        after = rows[-1][7], rows[-1][3]
    return steps


def silence_of(row: Row) -> Silence:
    """What has not been heard of, of such a row."""
    return Silence(due_at=row[7], awaits=row[8], agencies=row[9], since=row[10], undecided=row[11])


def lapse_step(row: Row, unknown: str | None) -> Step:
    """The step that says in the child's log what follows from its time having passed.

    ``unknown`` says why the hub cannot know whether it happened.
    """
    child_id, rule, key, expectation_id, revision, agency, reference, due_at = row[:8]
    # Another revision is another thing, also where its time is the same.
    step_id = uuid5(NAMESPACE, f"lapse|{expectation_id}|{revision}|{due_at.isoformat()}")

    def decide(case: Case, grasp: Grasp, context: Context) -> list[Fact]:
        del grasp
        awaited = case.awaited.get((rule, key))
        if awaited is None or awaited.revision != revision:
            # It was opened anew since the clock looked, perhaps by an event that is not loaded
            # here. The clock looks again.
            return []
        return lapse_due(case, (rule, key), unknown, context)

    return Step(step_id, child_id, decide, lapsing=Lapsing(rule, key, (agency, reference)))
