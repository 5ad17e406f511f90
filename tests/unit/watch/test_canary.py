"""The canary pages when it does not come, and when it cannot even be sent."""

from dataclasses import dataclass, field

from processors.watch.canary import Canary, NotSung


@dataclass
class Path:
    """From publishing to hearing, in as many seconds as it takes."""

    takes: float | None = 0.2
    broken: str | None = None
    seconds: float = 0.0
    sent: int = 0
    on_the_way: list[tuple[float, str]] = field(default_factory=list)
    pages: list[tuple[str, str, str]] = field(default_factory=list)
    came: list[float] = field(default_factory=list)

    def canary(self) -> Canary:
        return Canary(
            sing=self.sing,
            ear=self,
            name=self.name,
            clock=lambda: self.seconds,
            page=lambda *page: self.pages.append(page),
            within_seconds=10.0,
            came=self.came.append,
        )

    def name(self) -> str:
        self.sent += 1
        return f"canary-{self.sent}"

    def listen(self) -> None:
        pass

    def sing(self, reference: str) -> None:
        if self.broken:
            raise NotSung(self.broken)
        if self.takes is not None:
            self.on_the_way.append((self.seconds + self.takes, reference))

    def heard(self, timeout_seconds: float) -> str | None:
        due = [each for each in self.on_the_way if each[0] <= self.seconds + timeout_seconds]
        if not due:
            self.seconds += timeout_seconds
            return None
        self.on_the_way.remove(due[0])
        self.seconds = max(self.seconds, due[0][0])
        return due[0][1]


def test_what_comes_in_time_is_measured_and_pages_nobody() -> None:
    path = Path()
    canary = path.canary()
    canary.run_once()
    canary.run_once()
    assert path.pages == []
    assert [round(each, 3) for each in path.came] == [0.2, 0.2]


def test_what_does_not_come_pages_in_time() -> None:
    """Fails without: the end of the waiting."""
    path = Path(takes=None)
    path.canary().run_once()
    why = "it was published and did not arrive within 10 s"
    assert path.pages == [("canary-missing", "canary", why)]
    assert path.seconds == 10.0


def test_an_earlier_one_that_comes_late_is_not_taken_for_the_next() -> None:
    """Fails without: the reference (the late first one would excuse the second)."""
    path = Path(takes=12.0)
    canary = path.canary()
    canary.run_once()
    path.takes = None
    canary.run_once()
    assert len(path.pages) == 2
    assert path.came == []


def test_a_broker_that_takes_nothing_pages_at_once() -> None:
    path = Path(broken="its topic takes nothing (NotPublished)")
    path.canary().run_once()
    assert path.pages == [
        ("canary-missing", "canary", "it could not be sent: its topic takes nothing (NotPublished)")
    ]
    assert path.seconds == 0.0
