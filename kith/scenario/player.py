"""The player: moves the hub's time step by step, and waits until each step was applied.

It never sleeps and hopes. A step is over when its event is recorded (or quarantined), the
clock has judged every deadline up to its instant, and the outbox is empty: every
notification that it led to is on its recipient's topic.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, LiteralString, Self
from uuid import UUID, uuid5

from kith.wiring import Wiring
from processors.clock.clock import TIME_CHANNEL
from producers.publisher import Publisher
from producers.scenario.loading import in_order
from producers.scenario.story import (
    Acknowledge,
    AlertName,
    NetworkJoin,
    NetworkLeave,
    Publish,
    Step,
    Story,
)
from projections.append import arrivals
from projections.append.arrivals import Fate
from safeguarding import commands
from safeguarding.case import Case
from safeguarding.identifiers import Identifier
from safeguarding.ids import NAMESPACE
from safeguarding.ruleset import Context
from schemas.principals import agency_principal

STEP_TIMEOUT_SECONDS = 60.0
_LOOK_AGAIN_SECONDS = 0.002

# What the keys of a rule's further kinds of alert begin with, and what stories call the kind.
_KINDS = {"pattern": "pattern", "agency": "own-people"}


class PlayFailed(RuntimeError):
    """A step could not be played. The text names story, step and what happened instead."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A notification that came while a step was played, and the step that raised its alert."""

    story: str
    step: str
    alert: AlertName
    agency: str
    notification_id: UUID


@dataclass(frozen=True, slots=True)
class Played:
    """A step that was played, and what it led to.

    ``goes_on`` says that the step before was of the same step in the file: several teams
    join one after the other.
    """

    story: Story
    step: Step
    sent: tuple[Sent, ...]
    goes_on: bool


@dataclass(slots=True)
class _Told:
    """What a story has led to so far."""

    child_id: UUID | None = None
    sequence: int = 0
    raised_by: dict[UUID, str] = field(default_factory=dict)


class Player:
    """Plays stories, together, in the order of their steps' time. A context manager."""

    def __init__(self, wiring: Wiring, stories: Sequence[Story]) -> None:
        self._wiring = wiring
        self._stories = stories
        self._told: dict[str, _Told] = {story.child.nhs_number: _Told() for story in stories}
        self._stack = ExitStack()
        self._publishers: dict[tuple[str, bool], Publisher] = {}
        self._connection = wiring.connect("kith-player")
        self._appending = wiring.appending("kith-player-commands", patience_seconds=30)

    def __enter__(self) -> Self:
        for agency, backfill in sorted(self._topics()):
            publisher = Publisher(
                agency,
                self._wiring.settings.kafka(agency_principal(agency)),
                key_secret=self._wiring.settings.message_key_secret(agency),
                backfill=backfill,
                registry=self._wiring.world.registry,
            )
            self._publishers[agency, backfill] = self._stack.enter_context(publisher)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()
        self._appending.close()
        self._connection.close()

    def was_played(self) -> bool:
        """Whether the hub already knows a child of these stories."""
        return any(self._known(story) for story in self._stories)

    def play(self) -> Iterator[Played]:
        """Play every step; each is given when it has been applied. Raises PlayFailed."""
        before: tuple[str, str, str] | None = None
        for story, step in in_order(*self._stories):
            self._move_time(step.at)
            self._do(story, step)
            self._wait_outbox(f"{story.id}, step {step.id}")
            this = (story.id, step.written_as, step.what)
            yield Played(story, step, tuple(self._new_notifications(story, step)), this == before)
            before = this
        self._let_time_flow()

    def _topics(self) -> set[tuple[str, bool]]:
        return {
            (step.action.agency, step.action.backfill)
            for story in self._stories
            for step in story.steps
            if isinstance(step.action, Publish)
        }

    def _known(self, story: Story) -> bool:
        digest = self._wiring.world.digest(Identifier("nhs-number", story.child.nhs_number))
        query: LiteralString = "select 1 from derived.identifier where digest = %s"
        return self._connection.execute(query, [digest]).fetchone() is not None

    def _move_time(self, at: datetime) -> None:
        """Set the hub's time and wait until the clock has judged what fell due by then."""
        self._set_time(at, flows=False)
        self._wait(
            "the clock has not reached this time",
            "select 1 from kept.clock where reached >= %s",
            at,
        )
        self._wait_outbox("before the step")

    def _let_time_flow(self) -> None:
        last = max(step.at for story in self._stories for step in story.steps)
        self._set_time(last, flows=True)

    def _set_time(self, at: datetime, *, flows: bool) -> None:
        self._connection.execute(
            "insert into kept.scenario_time (hub_at, set_at, flows) values (%s, %s, %s) "
            "on conflict (only_row) do update set hub_at = excluded.hub_at, "
            "set_at = excluded.set_at, flows = excluded.flows",
            [at, self._wiring.world.now(), flows],
        )
        self._connection.execute("select pg_notify(%s, '')", [TIME_CHANNEL])

    def _do(self, story: Story, step: Step) -> None:
        match step.action:
            case Publish() as publish:
                self._publish(story, step, publish)
            case NetworkJoin() as join:
                joins = commands.JoinNetwork(
                    join.recipient, join.reason, join.starts_at, join.ends_at
                )
                self._command(story, step, joins)
            case NetworkLeave() as leave:
                self._command(
                    story, step, commands.LeaveNetwork(leave.recipient, leave.reason, step.at)
                )
            case Acknowledge() as answer:
                alert_id = self._alert(story, step, answer.alert)
                answers = commands.Acknowledge(
                    alert_id, answer.recipient, None, answer.action, answer.already_known
                )
                self._command(story, step, answers, alert_id)
            case _:
                pass  # A tick: time has passed.

    def _publish(self, story: Story, step: Step, publish: Publish) -> None:
        publisher = self._publishers[publish.agency, publish.backfill]
        prepared = publisher.prepare(publish.event, scenario_time=step.at)
        publisher.send(prepared)
        publisher.flush()
        row = self._wait(
            "its event was not recorded",
            "select child_id from kept.recorded where agency = %s and event_id = %s",
            publish.agency,
            prepared.event_id,
        )
        told = self._told[story.child.nhs_number]
        told.child_id = told.child_id or row[0]
        if row[0] != told.child_id:
            raise _failed(story, step, "its event was taken for another child's")

    def _command(
        self, story: Story, step: Step, command: commands.Command, *alert_ids: UUID
    ) -> None:
        child_id = self._told[story.child.nhs_number].child_id
        if child_id is None:
            raise _failed(story, step, "no event has made the child known yet")

        def decide(case: Case, _: arrivals.Grasp, context: Context) -> Any:
            return command.decide(case, context.now)

        step_id = uuid5(NAMESPACE, f"scenario|{story.id}|{step.id}")
        joins = isinstance(command, commands.JoinNetwork)
        asked = arrivals.Step(step_id, child_id, decide, alert_ids, joins=joins)
        outcome = self._appending.append([], [asked])[0]
        if outcome.fate is Fate.REFUSED:
            raise _failed(story, step, f"refused: {outcome.reason}")

    def _alert(self, story: Story, step: Step, name: AlertName) -> UUID:
        raised_by = self._told[story.child.nhs_number].raised_by
        for alert_id, raised in raised_by.items():
            if raised == _place(story, name.raised_by, name.rule, name.key):
                return alert_id
        raise _failed(story, step, f"{name.raised_by} has raised no alert of {name.rule}")

    def _new_notifications(self, story: Story, step: Step) -> Iterator[Sent]:
        told = self._told[story.child.nhs_number]
        rows = self._connection.execute(
            "select n.notification_id, n.agency, n.alert_id, a.rule, a.key, n.kind, n.sequence "
            "from derived.notification n join derived.alert a using (alert_id) "
            "where n.child_id = %s and n.sequence > %s order by n.sequence, n.notification_id",
            [told.child_id, told.sequence],
        ).fetchall()
        for notification_id, agency, alert_id, rule, key, kind, sequence in rows:
            told.sequence = max(told.sequence, sequence)
            key_kind = kind_of_key(key)
            # One that told nobody when it was raised is named by the step that first told of it.
            if kind == "raised" or alert_id not in told.raised_by:
                told.raised_by[alert_id] = _place(story, step.written_as, rule, key_kind)
            raised_by = told.raised_by[alert_id].split("|")[1]
            yield Sent(
                story.id,
                step.written_as,
                AlertName(rule, key_kind, raised_by),
                agency,
                notification_id,
            )

    def _wait_outbox(self, where: str) -> None:
        self._wait(
            f"{where}: not everything was sent",
            "select 1 where not exists (select from kept.outbox_entry) "
            "and not exists (select from kept.outbox_notification)",
        )

    def _wait(self, what: str, query: LiteralString, *parameters: object) -> tuple[Any, ...]:
        deadline = time.monotonic() + STEP_TIMEOUT_SECONDS
        pause: Callable[[float], None] = time.sleep
        while True:
            row = self._connection.execute(query, parameters).fetchone()
            if row is not None:
                return row
            if time.monotonic() > deadline:
                raise PlayFailed(
                    f"{what} after {STEP_TIMEOUT_SECONDS:.0f} s: see `kith status` and the logs"
                )
            pause(_LOOK_AGAIN_SECONDS)


def kind_of_key(key: str) -> str | None:
    """Which kind of alert a rule's key names: None for a rule's first kind, or its only one."""
    return _KINDS.get(key.partition(":")[0])


def _place(story: Story, step: str, rule: str, key: str | None) -> str:
    return "|".join((story.id, step, rule, key or ""))


def _failed(story: Story, step: Step, what: str) -> PlayFailed:
    return PlayFailed(f"{story.id}, step {step.id}: {what}")
