"""What the watch does with its verdicts: it publishes all of them, and pages what is stuck once."""

from datetime import UTC, datetime, timedelta
from typing import Any

from kith.settings import AGENCIES_FILE
from processors.watch.checks import Judge, Look, State, Work
from processors.watch.watching import UnreadForLong, Watching
from schemas.agencies import load_agencies
from schemas.topics import load_topics

START = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def test_what_is_stuck_is_paged_once_for_as_long_as_it_is() -> None:
    """Fails without: the record of what was paged."""
    pages: list[tuple[str, str, str]] = []
    published: list[State] = []
    seconds = 0.0
    answers = False

    def look() -> Look:
        work = Work("relay", answers=answers)
        return Look(START + timedelta(seconds=seconds), seconds, (work,))

    def publish(_: Look, verdicts: Any) -> None:
        published.extend(each.state for each in verdicts)

    watching = Watching(look, Judge(), publish, lambda *page: pages.append(page))
    for does in (False, True, False):
        answers = does
        for _ in range(10):
            seconds += 5.0
            watching.run_once()
    assert pages == [("process-stuck", "relay", "it does not answer for 25 s")] * 2
    assert len(published) == 30


class OfTheBroker:
    """A broker whose first partition has one record, received at ``received_at``."""

    def __init__(self, topic: str, received_at: datetime) -> None:
        self.key = (topic, 0)
        self.received_at = received_at

    def ends(self, _: object) -> dict[tuple[str, int], int]:
        return {self.key: 1}

    def first_since(self, _: object, since: datetime) -> dict[tuple[str, int], int]:
        return {self.key: 0 if self.received_at >= since else -1}


def test_what_is_unread_for_seven_days_is_paged_once() -> None:
    """Fails without: UnreadForLong; the comparison by the broker's own times."""
    topics = load_topics(load_agencies(AGENCIES_FILE)).family("agency-events")
    pages: list[tuple[str, str, str]] = []
    now = START
    read: dict[tuple[str, int], int] = {}
    broker = OfTheBroker(topics[0].name, START)
    duty = UnreadForLong(
        broker,  # type: ignore[arg-type]
        topics,
        lambda: read,
        lambda: now,
        lambda *page: pages.append(page),
    )
    duty.run_once()
    now = START + timedelta(days=7)
    duty.run_once()
    assert pages == []
    now += timedelta(seconds=1)
    duty.run_once()
    duty.run_once()
    where = f"{topics[0].name}/0"
    assert pages == [("position-old", where, "something there is unread for 7 days")]
    read[broker.key] = 1
    duty.run_once()
    read.clear()
    duty.run_once()
    assert len(pages) == 2
