"""A hub under load, and an oracle of what must come out: from what was published alone."""

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import chain, count, takewhile
from uuid import UUID

import psycopg
from confluent_kafka import Consumer, TopicPartition

from bench.load import NETWORK, PUBLISHER, RULE, Event, Load
from bench.preparing import introduce
from kith.settings import Settings
from kith.wiring import Wiring, wire
from processors.clock.ends import KafkaEnds
from producers.preparing import Prepared
from producers.publisher import NotPublished, Publisher
from safeguarding.facts import NotificationKind
from safeguarding.notification import Notification
from schemas.codec import decode
from schemas.envelope import Envelope, verify_chain
from schemas.notifications import notification_from
from schemas.principals import agency_principal
from schemas.topics import alerts_topic

DRAIN_SECONDS = 120.0
DATABASE_BACK_SECONDS = 60.0
_SLOWER_AFTERWARDS = 5


class Oracle:
    """What was published, and what must follow from it."""

    def __init__(self) -> None:
        self.published: dict[str, Event] = {}

    def add(self, event: Event) -> None:
        self.published[event.reference] = event

    @property
    def notifications(self) -> set[tuple[str, str]]:
        """(agency, custody record) of every notification that must reach an agency."""
        return {
            (who.agency, event.plain["custody_record"])
            for event in self.published.values()
            if event.alerts
            for who in NETWORK
        }


class HubUnderLoad:
    """Publishes in a thread of its own, so that faults come while events flow."""

    def __init__(self, settings: Settings, children: int, seed: int) -> None:
        self.settings = settings
        self.wiring: Wiring = wire(settings)
        self.load = Load(children, seed, f"chaos{seed}")
        self.children = children
        self.oracle = Oracle()

    def prepare(self) -> None:
        """Make the children known, with a network around each."""
        introduce(self.wiring, self.load, self.children)

    @contextmanager
    def publishing(
        self,
        events: int,
        rate: float,
        first: int = 0,
        *,
        backfill: bool = False,
        at_least: bool = False,
    ) -> Iterator[threading.Thread]:
        """Publish ``events`` at ``rate``, while the body runs; then wait for the rest.

        ``first`` is the number of the first, above those of all before. On the ``backfill`` topic
        they are news all the same, since they are known just now. ``at_least`` goes on as long as
        the body does, which takes longer on a slow machine: ``published`` counts them. After the
        first ``events`` it goes on at a fifth of the rate: what is done to a log may take longer
        the longer the log is, and would never come to an end.
        """
        faults: list[BaseException] = []
        enough, failed = threading.Event(), threading.Event()
        numbers = takewhile(
            lambda _: not failed.is_set(),
            chain(
                range(first, first + events),
                takewhile(lambda _: at_least and not enough.is_set(), count(first + events)),
            ),
        )
        arguments = (numbers, events, rate, faults, backfill)
        thread = threading.Thread(target=self._publish, args=arguments, daemon=True)
        thread.start()
        try:
            yield thread
        except BaseException:
            # Else it would publish on to a broker that is no more, into the next test.
            failed.set()
            thread.join(DRAIN_SECONDS)
            raise
        enough.set()
        thread.join(events / rate + DRAIN_SECONDS)
        assert not thread.is_alive()
        assert not faults, faults

    def publish_again(self) -> None:
        """Publish everything once more that was published at a rate."""
        with self._publisher() as publisher:
            for event in self.oracle.published.values():
                publisher.send(publisher.prepare(event.plain))
            publisher.flush()

    def _publisher(self, *, backfill: bool = False) -> Publisher:
        access = self.settings.kafka(agency_principal(PUBLISHER))
        secret = self.settings.message_key_secret(PUBLISHER)
        return Publisher(PUBLISHER, access, key_secret=secret, backfill=backfill)

    def _publish(
        self,
        numbers: Iterable[int],
        events: int,
        rate: float,
        faults: list[BaseException],
        backfill: bool,
    ) -> None:
        try:
            with self._publisher(backfill=backfill) as publisher:
                due_at = time.monotonic()
                sent: dict[UUID, Prepared] = {}
                for place, number in enumerate(numbers):
                    event = self.load.event(number, datetime.now(UTC))
                    self.oracle.add(event)
                    prepared = publisher.prepare(event.plain)
                    while (ahead := due_at - time.monotonic()) > 0:
                        time.sleep(ahead)
                    due_at += (1 if place < events else _SLOWER_AFTERWARDS) / rate
                    publisher.send(prepared)
                    sent[prepared.event_id] = prepared
                _confirm(publisher, sent)
        except BaseException as fault:
            faults.append(fault)
            raise

    @property
    def published(self) -> int:
        """How many events were published at a rate."""
        return len(self.oracle.published)

    def recorded(self) -> int:
        """How many events of agencies the hub has recorded; its own canaries do not count."""
        return int(self._one("select count(*) from kept.recorded where agency <> 'canary'")[0])

    def unanswered(self) -> int:
        """How many answers of those on the network are still awaited."""
        teams = ", ".join(f"('{who.agency}', '{who.team}')" for who in NETWORK)
        where = f"state = 'open' and (agency, team) in ({teams})"
        return int(self._one(f"select count(*) from derived.expectation where {where}")[0])

    def quarantined(self) -> int:
        """How many records the hub could not accept."""
        return int(self._one("select count(*) from kept.quarantine")[0])

    def unread(self) -> dict[tuple[str, int], int]:
        """How many records of each partition the hub has not taken, where there are any."""
        return self._behind(self._ends())

    def wait_taken(self, seconds: float) -> None:
        """Wait until the hub has taken all that each partition holds now, whatever comes then."""
        ends = self._ends()
        deadline = time.monotonic() + seconds
        while behind := self._behind(ends):
            assert time.monotonic() < deadline, f"not taken after {seconds} s: {behind}"
            time.sleep(0.1)

    def _ends(self) -> dict[tuple[str, int], int]:
        topics = self.wiring.plan.family("agency-events")
        ends = KafkaEnds(self.settings.kafka("hub-watch").for_confluent(), topics).ends()
        return {place: end.offset for place, end in ends.items()}

    def _behind(self, ends: Mapping[tuple[str, int], int]) -> dict[tuple[str, int], int]:
        with psycopg.connect(self.settings.dsn("reader")) as connection:
            rows = connection.execute("select topic, partition, next_offset from kept.position")
            taken = {(topic, partition): offset for topic, partition, offset in rows}
        left = {place: end - taken.get(place, 0) for place, end in ends.items()}
        return {place: count for place, count in left.items() if count > 0}

    def wait_recorded(
        self, count: int, seconds: float, tend: Callable[[float], None] = time.sleep
    ) -> float:
        """Wait until so many events are recorded; how long that took.

        Patient as long as every few ``seconds`` more are: a long backlog takes its time on a
        machine that does other things too. ``tend`` is what is done meanwhile, for so long.
        """
        started_at = progressed_at = time.monotonic()
        before = -1
        while (recorded := self.recorded()) < count:
            if recorded > before:
                before, progressed_at = recorded, time.monotonic()
            assert time.monotonic() - progressed_at < seconds, (
                f"{recorded} of {count} events are recorded and no more came for {seconds} s, "
                f"{self.quarantined()} are in quarantine, unread are {self.unread()}"
            )
            tend(0.05)
        return time.monotonic() - started_at

    def wait_progress(self, seconds: float) -> float:
        """Wait until the hub records something more; how long that took."""
        return self.wait_recorded(self.recorded() + 1, seconds)

    def wait_drained(self, seconds: float = DRAIN_SECONDS) -> None:
        """Wait until everything was sent and recorded as delivered, as patient as above."""
        query = (
            "select (select count(*) from kept.outbox_entry), "
            "(select count(*) from kept.outbox_notification)"
        )
        progressed_at = time.monotonic()
        least = self._one(query)
        while (left := self._one(query)) != (0, 0):
            if sum(left) < sum(least):
                least, progressed_at = left, time.monotonic()
            assert time.monotonic() - progressed_at < seconds, f"unsent, for {seconds} s: {left}"
            time.sleep(0.1)

    def notifications(self) -> list[Notification]:
        """Everything on the agencies' topics, repeats and all, each read as its own agency."""
        return [each for who in NETWORK for each in self._read(who.agency)]

    def _read(self, agency: str) -> Iterator[Notification]:
        principal = agency_principal(agency)
        consumer = Consumer(
            {
                **self.settings.kafka(principal).for_confluent(),
                "group.id": f"{principal}.test",
                "enable.auto.commit": False,
            }
        )
        partition = TopicPartition(alerts_topic(agency), 0, 0)
        low, high = consumer.get_watermark_offsets(partition, timeout=10)
        partition.offset = low  # What was before may have been removed.
        consumer.assign([partition])
        read = 0
        while read < high:
            message = consumer.poll(10)
            assert message is not None, f"{alerts_topic(agency)}: {read} of {high} came"
            assert message.error() is None
            read = (message.offset() or 0) + 1
            yield notification_from(decode(message.value(), self.wiring.world.registry))
        consumer.close()

    def assert_nothing_lost_or_doubled(self) -> None:
        """0/0: exactly the notifications that must come, each under one id and one number.

        By the rule that each ligature meets by itself. What others make of several of them in a row
        must not come twice either.
        """
        came = {each.notification_id: each for each in self.notifications()}
        counted = Counter(
            (each.recipient.agency, _record(each))
            for each in came.values()
            # Nobody answers, so in a long run there are reminders too.
            if each.alert.rule == RULE and each.kind is NotificationKind.RAISED
        )
        again = Counter(
            (each.recipient, each.alert.alert_id, each.kind, each.alert.revision)
            for each in came.values()
        )
        wanted = self.oracle.notifications
        recorded, entered = self._one(
            "select (select count(*) from kept.recorded where agency = 'police'), "
            "(select count(*) from derived.entry where type in ('review', 'custody-incident'))"
        )
        assert entered == recorded, f"{entered} entries of {recorded} events that are recorded"
        wrong = {
            "lost": sorted(wanted - counted.keys()),
            "unexpected": sorted(counted.keys() - wanted),
            "doubled": sorted(each for each, times in counted.items() if times > 1),
            "told twice": [each for each, times in again.items() if times > 1],
        }
        assert not any(wrong.values()), f"of {len(wanted)} notifications: {wrong}"
        for who in NETWORK:
            numbers = sorted(e.number for e in came.values() if e.recipient.agency == who.agency)
            assert numbers == list(range(1, len(numbers) + 1))

    def assert_chains_hold(self) -> None:
        """Every child's log has no gap and no change, and every body opens."""
        with psycopg.connect(self.settings.dsn("reader")) as connection:
            rows = connection.execute(
                "select child_id, header, key_id, nonce, sealed from derived.entry "
                "order by child_id, sequence"
            ).fetchall()
        logs: defaultdict[object, list[Envelope]] = defaultdict(list)
        for child_id, *stored in rows:
            logs[child_id].append(Envelope(*stored))
        world = self.wiring.world
        for log in logs.values():
            assert verify_chain(log, world.registry, key_for=world.keys.key_for) is None

    def _one(self, query: str) -> tuple[int, ...]:
        deadline = time.monotonic() + DATABASE_BACK_SECONDS
        while True:
            try:
                with psycopg.connect(self.settings.dsn("reader")) as connection:
                    row = connection.execute(query).fetchone()
            except psycopg.OperationalError:  # It was killed, and is starting up.
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
            else:
                assert row is not None
                return row


def _confirm(publisher: Publisher, sent: Mapping[UUID, Prepared]) -> None:
    """As every publisher does: what was not confirmed is sent again, while there is progress."""
    left = len(sent) + 1
    while True:
        try:
            publisher.flush()
        except NotPublished as failed:
            if len(failed.event_ids) >= left:
                raise
            left = len(failed.event_ids)
            for event_id in failed.event_ids:
                publisher.send(sent[event_id])
        else:
            return


def _record(notification: Notification) -> str:
    return notification.alert.key.rpartition(":")[2]
