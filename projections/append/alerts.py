"""Alerts that a batch may touch: what they are called, and what is read of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from projections.append import reads
from projections.append.memory import Remembered
from projections.append.reads import AlertName
from projections.append.records import alert_record, awaited, expectation
from projections.append.wanted import Wanted
from projections.append.world import World
from projections.database import Query
from safeguarding.case import Case
from safeguarding.decide import keys_touched
from safeguarding.rules.absence import Absence

Rows = Iterable[tuple[Any, ...]]


def touched(wanted: Wanted, cases: Mapping[UUID, Case], world: World) -> set[AlertName]:
    """What the alerts are called that the events of these cases may touch."""
    return {
        (child_id, rule, key)
        for child_id, event in wanted.events
        if child_id in cases
        for rule, key in keys_touched(world.ruleset, cases[child_id], event)
    }


def not_at_hand(
    names: Iterable[AlertName], remembered: Mapping[UUID, Remembered]
) -> list[AlertName]:
    """Those that were not looked for yet."""
    return sorted(
        name
        for name in names
        if name[0] not in remembered or name[1:] not in remembered[name[0]].names
    )


def queries(
    names: list[AlertName], alert_ids: list[UUID], wanted: Wanted, world: World
) -> list[Query]:
    """What reads these alerts, by name or by id, what is expected under them, and what awaited."""
    return [
        reads.alerts(names, alert_ids),
        reads.expectations(names, alert_ids),
        reads.awaited(_that_await(names, wanted, world)),
    ]


def put_in(
    held: Mapping[UUID, Remembered], names: Collection[AlertName], answers: Sequence[Rows]
) -> None:
    """Put what was read into the cases, and note which names were looked for."""
    records, expectations, awaits = answers
    for row in records:
        if row[0] in held:  # Whoever asks may name an alert of another child.
            record = alert_record(row)
            held[row[0]].case.alerts[record.rule, record.key] = record
    for row in expectations:
        if row[0] in held:
            expected = expectation(row)
            held[row[0]].case.expectations[expected.expectation_id] = expected
    for row in awaits:
        if row[0] in held:
            await_ = awaited(row)
            held[row[0]].case.awaited[await_.rule, await_.key] = await_
    for child_id, rule, key in names:
        if child_id in held:
            held[child_id].names.add((rule, key))


def _that_await(names: Sequence[AlertName], wanted: Wanted, world: World) -> list[AlertName]:
    """Those of rules that await something, and of what lapses, also where its rule is gone."""
    awaiting = {rule.id for rule in world.ruleset.rules if isinstance(rule, Absence)}
    lapsing = {(child_id, each.rule, each.key) for child_id, each in wanted.lapsing}
    return [name for name in names if name[1] in awaiting or name in lapsing]
