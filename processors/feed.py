"""The two feeds that agencies publish on, and how each is taken in."""

from dataclasses import dataclass

# Which a hub in production refuses.
SCENARIO_TIME_HEADER = "kith-scenario-time"


@dataclass(frozen=True, slots=True)
class Feed:
    """How one feed is taken in.

    ``group`` is the consumer group; ``most`` records are taken at once, or what came
    ``within_seconds``. After a batch the feed rests for ``rest_ratio`` times as long as the
    batch took: history never keeps live events waiting.
    """

    name: str
    topic_suffix: str
    group: str
    principal: str
    most: int
    within_seconds: float
    rest_ratio: float

    def topic(self, agency: str) -> str:
        """The agency's topic of this feed."""
        return f"agency.{agency}.{self.topic_suffix}"

    def agency(self, topic: str) -> str:
        """The agency whose topic this is: the topic is the proof of who spoke."""
        return topic.removeprefix("agency.").removesuffix(f".{self.topic_suffix}")

    @property
    def backfilled(self) -> bool:
        """Whether what comes here is history."""
        return self.topic_suffix == "backfill"


LIVE = Feed(
    name="timeline",
    topic_suffix="events",
    group="kith.timeline",
    principal="hub-timeline",
    most=250,
    within_seconds=0.004,
    rest_ratio=0.0,
)
BACKFILL = Feed(
    name="backfill",
    topic_suffix="backfill",
    group="kith.backfill",
    principal="hub-backfill",
    most=100,
    within_seconds=0.05,
    rest_ratio=1.0,
)
