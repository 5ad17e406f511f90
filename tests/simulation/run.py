"""One run by a seed: agencies publish, people answer, processes die, disks lose things."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from uuid import UUID, uuid5

from safeguarding.case import Case
from safeguarding.commands import Acknowledge, JoinNetwork, Refused
from safeguarding.events import ACKNOWLEDGEMENT, NOBODY, Event
from safeguarding.facts import Fact, Mode, Recipient
from safeguarding.ids import NAMESPACE
from safeguarding.moments import Moment, Precision
from tests.property.histories import KINDS, Arrival, draw_arrivals
from tests.property.readings import all_rules, draw_arrivals_of_all
from tests.property.statements import BEGIN
from tests.simulation.broker import Broker, Told
from tests.simulation.core import Crashed
from tests.simulation.defences import ALL, Defence
from tests.simulation.hub import SimulatedHub
from tests.simulation.tables import Child, Tables
from tests.unit.rules.hub import rules_together, teams

AROUND_HER = ("social_worker", "edt", "placement", "iro")
FAULTS = ("kill", "restore", "restore", "lose log", "lose events")
PROCESSES = ("read", "relay", "tick")
# Of many children every look at the whole costs, so that a step does more, and fewer go wrong.
OF_MANY = (*["read"] * 24, *["relay"] * 12, *["tick"] * 4, "kill", "backup", *FAULTS[2:])
MIXTURES = (KINDS, KINDS, ["report"], ["custody", "report"])


@dataclass
class Run:
    """A seed's run. ``hub`` and ``broker`` are what is left when it is over.

    With ``every_rule`` all rules decide, and events of every kind are drawn; else seven rules do,
    over histories that are denser in what these read. ``children`` says of how many children: of
    one to three where it is 0.
    """

    seed: int
    defences: frozenset[Defence] = ALL
    # What to choose each step from; where none is given, each run draws a mixture of its own.
    mixture: Sequence[str] = ()
    every_rule: bool = False
    children: int = 0

    def __post_init__(self) -> None:
        self.random = Random(self.seed)  # noqa: S311 - the same run each time
        self.now = BEGIN - timedelta(days=1)
        self.broker = Broker()
        self.child_of: dict[tuple[str, UUID], UUID] = {}
        rules = all_rules() if self.every_rule else rules_together()
        self.hub = SimulatedHub(self.broker, self._maybe_crash, self._whose, self.defences, rules)
        # How often a process is killed at a point where that is possible.
        self.danger = 0.3 if self.mixture else self.random.choice((0.0, 0.02, 0.1, 0.3))
        self.at_once = 5
        self.steps: tuple[int, ...] = (0, 1, 3, 8)
        if self.children:
            self.danger, self.mixture = 0.02, OF_MANY
            self.at_once, self.steps = 40, (0, 0, 1)
        self.mixture = self.mixture or self._draw_mixture()
        self.faults: list[str] = []
        self.restored = False
        # Whether a topic has lost something that only the tables may hold now.
        self.damaged = False
        self.answered: list[tuple[datetime, UUID, Recipient]] = []
        self._people: list[tuple[datetime, Told]] = []
        self._read: dict[str, int] = {}
        self._seen: set[UUID] = set()
        self._backup: Tables | None = None

    def go(self) -> "Run":
        """Live through it, then let everything come to rest."""
        self._begin()
        waiting = self._arrivals()
        while waiting or self._people:
            next_at = min([*(at for at, _ in waiting[:1]), *(at for at, _ in self._people[:1])])
            self.now = max(self.now, next_at)
            while waiting and waiting[0][0] <= self.now:
                self.broker.publish(self._as_received(waiting.pop(0)[1]))
            self._answers()
            for _ in range(self.random.choice(self.steps)):
                self._something()
            if not waiting and self.random.random() < 0.2:
                self._settle()
        self._settle()
        return self

    # --- what happens ---------------------------------------------------------------------

    def _begin(self) -> None:
        danger, self.danger = self.danger, 0.0
        for number in range(self.children or self.random.choice((1, 1, 2, 3))):
            child_id = uuid5(NAMESPACE, f"simulated|{self.seed}|{number}")
            self.hub.tables.children[child_id] = Child(Case(child_id))
            for role in AROUND_HER:
                join = JoinNetwork(teams()[role], "simulated", BEGIN - timedelta(days=999), None)
                step_id = uuid5(NAMESPACE, f"join|{child_id}|{role}")
                self.hub.step(child_id, step_id, self._at(join), self.now)
        self._settle()
        self.danger = danger

    def _arrivals(self) -> list[tuple[datetime, Event]]:
        """What is published and when: late, several times, and some of it a year later."""
        arrivals: list[tuple[datetime, Event]] = []
        statements, kinds = self.random.choice((4, 7, 12)), self.random.choice(MIXTURES)
        for number, child_id in enumerate(self.hub.tables.children):
            for said, at in self._said(number, statements, kinds):
                event = said.received(at)
                self.child_of[event.agency, event.event_id] = child_id
                late = self.random.choice((0, 0, 0, 1, 48, 90 * 24))
                times = [at + timedelta(hours=late * self.random.random())]
                while self.random.random() < 0.25:
                    again = self.random.choice((0.01, 1, 24, 366 * 24))
                    times.append(times[0] + timedelta(hours=again))
                arrivals += [(each, event) for each in times]
        return sorted(arrivals, key=lambda one: (one[0], one[1].event_id))

    def _said(self, number: int, statements: int, kinds: Sequence[str]) -> list[Arrival]:
        """What is said of a child, under references of its own."""
        if self.every_rule:
            return draw_arrivals_of_all(self.random, statements, f"{number}/")
        arrivals = draw_arrivals(self.random, statements, kinds)
        return [(replace(s, reference=f"{number}/{s.reference}"), at) for s, at in arrivals]

    def _draw_mixture(self) -> list[str]:
        """What is rare among everything is common in some mixture."""
        faults = self.random.choices(FAULTS, k=self.random.randint(1, 3))
        if "restore" in faults:
            faults += ["backup", "restore"]
        return [*self.random.choices(PROCESSES, k=4), *faults]

    def _something(self) -> None:
        """One step of one process, or a fault."""
        self.now += timedelta(seconds=self.random.choice((0, 1, 30, 600)))
        what = self.random.choice(self.mixture)
        try:
            match what:
                case "read":
                    agency = self.random.choice(sorted(self.broker.events) or ["police"])
                    self.hub.read(agency, self.random.randint(1, self.at_once), self.now)
                case "relay":
                    self.hub.relay(self.random.randint(1, self.at_once + 1), self.now)
                case "tick":
                    self.hub.tick(self.now)
                case _ if self.danger:
                    self._fault(what)
        except Crashed:
            self.hub.stop()
            if self.random.random() < 0.3:
                self._fault(self.random.choice(self.mixture))
        self._deliver()

    def _fault(self, what: str) -> None:
        match what:
            case "kill":
                self.faults.append(what)
                self.hub.stop()
            case "backup":
                self._backup = self.hub.tables.backup()
            case "restore":
                self._restore()
            case "lose log" if self.broker.log and not self._alone(tables=False):
                self.faults.append(what)
                del self.broker.log[-self.random.randint(1, 5) :]
                self.damaged = True
                self.hub.stop()
            case "lose events":
                self._lose_events()
            case _:
                pass

    def _restore(self) -> None:
        """The database as it was when it was last backed up."""
        if self._backup is None or self._alone(tables=True):
            return
        self.faults.append("restore")
        self.restored = True
        self.hub.tables = self._backup
        self._backup = None
        self.hub.stop()

    def _alone(self, *, tables: bool) -> bool:
        """Whether tables, or log, hold what nothing else holds: who loses that too, loses it."""
        log = {one.entry.entry_id for one in self.broker.log}
        held = {
            one.entry.entry_id
            for child in self.hub.tables.children.values()
            for one in child.entries
        }
        if tables:
            self.damaged = self.damaged and not held <= log
            return self.damaged
        return not log <= held

    def _lose_events(self) -> None:
        """The tail of an agency's topic, where all of it was read: nothing else keeps the rest."""
        for _, topic in sorted(self.broker.events.items()):
            unread = [e for e in topic if (e.agency, e.event_id) not in self.hub.tables.recorded]
            if topic and not unread:
                self.faults.append("lose events")
                del topic[-self.random.randint(1, 3) :]
                self.damaged = True
                self._backup = None
                self.hub.disconnected()
                return

    # --- people ---------------------------------------------------------------------------

    def _deliver(self) -> None:
        """Recipients read what is new, and some will answer after a while."""
        for agency, topic in self.broker.alerts.items():
            for told in topic[self._read.get(agency, 0) :]:
                if told.notice.notification_id in self._seen:
                    continue
                self._seen.add(told.notice.notification_id)
                if told.notice.mode is Mode.URGENT and self.random.random() < 0.5:
                    delay = timedelta(minutes=self.random.choice((1, 20, 90, 500)))
                    self._people.append((self.now + delay, told))
                    self._people.sort(key=lambda one: (one[0], one[1].notice.notification_id))
            self._read[agency] = len(topic)

    def _answers(self) -> None:
        while self._people and self._people[0][0] <= self.now:
            _, told = self._people.pop(0)
            if self.random.random() < 0.7:
                self._answer_by_event(told)
            else:
                self._answer_by_command(told)

    def _answer_by_event(self, told: Told) -> None:
        who = told.notice.recipient
        self.answered.append((self.now, told.alert_id, who))
        event_id = uuid5(NAMESPACE, f"answer|{told.notice.notification_id}")
        event = Event(
            event_id=event_id,
            type=ACKNOWLEDGEMENT,
            schema_version=1,
            agency=who.agency,
            reference=f"answer-{event_id}",
            version=1,
            occurred=Moment(self.now, Precision.EXACT),
            known=Moment(self.now, Precision.EXACT),
            recorded_at=None,
            received_at=self.now,
            broker_at=self.now,
            backfilled=False,
            statement="fact",
            said_by=who.role,
            subject=NOBODY,
            labels=(),
            details={"alert_id": told.alert_id, "team": who.team, "role": who.role},
        )
        self.child_of[event.agency, event.event_id] = told.child_id
        self.broker.publish(event)

    def _answer_by_command(self, told: Told) -> None:
        """They try until it is confirmed to them."""
        command = Acknowledge(told.alert_id, told.notice.recipient, None, None, already_known=False)
        step_id = uuid5(NAMESPACE, f"command|{told.notice.notification_id}")
        while True:
            try:
                self.hub.step(told.child_id, step_id, self._at(command), self.now)
            except Crashed:
                self.hub.stop()
                continue
            return

    # --- small things ---------------------------------------------------------------------

    def _settle(self) -> None:
        """No more faults: all is read, sent and judged, until nothing is left to do."""
        danger, self.danger = self.danger, 0.0
        done = 1
        while done:
            done = 0
            for agency in sorted(self.broker.events):
                done += self.hub.read(agency, 50, self.now)
            done += self.hub.relay(50, self.now)
            done += self.hub.tick(self.now)
        self._deliver()
        self.danger = danger

    def _maybe_crash(self, point: str) -> None:
        if self.danger and self.random.random() < self.danger:
            self.faults.append(point)
            raise Crashed(point)

    def _as_received(self, event: Event) -> Event:
        return replace(event, received_at=self.now, broker_at=self.now)

    def _at(self, command: JoinNetwork | Acknowledge) -> Callable[[Case], list[Fact] | Refused]:
        return lambda case: command.decide(case, self.now)

    def _whose(self, event: Event) -> UUID:
        return self.child_of[event.agency, event.event_id]
