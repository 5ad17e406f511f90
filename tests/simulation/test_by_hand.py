"""Defences against what is so rare that no seed can be relied on to show it, step by step.

Each story is played with the defence and without it.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest

from safeguarding.events import Event
from tests.simulation.core import Crashed
from tests.simulation.defences import ALL, Defence
from tests.simulation.judgement import wrong
from tests.simulation.run import Run
from tests.unit.rules.said import Said, incident, london, report

Story = Callable[[Run], None]


class ByHand(Run):
    """A run whose steps a test chooses. ``crash_at`` names the point of the next crash."""

    crash_at = ""

    def begin(self) -> "ByHand":
        self._begin()
        self.now = london("2021-04-01 12:00")
        return self

    def say(self, said: Said) -> Event:
        """An agency publishes."""
        event = said.received(self.now)
        self.child_of[event.agency, event.event_id] = next(iter(self.hub.tables.children))
        self.broker.publish(event)
        return event

    def read(self, agency: str, most: int = 1) -> None:
        self.hub.read(agency, most, self.now)

    def relay(self, crash_at: str = "", most: int = 50) -> None:
        """One turn of the relay, which may be its last."""
        self.crash_at = crash_at
        try:
            self.hub.relay(most, self.now)
        except Crashed:
            self.hub.stop()
        self.crash_at = ""

    def _maybe_crash(self, point: str) -> None:
        if point == self.crash_at:
            raise Crashed(point)


def _missing(episode: str, day: str, agency: str) -> Said:
    return report(episode, f"{day} 08:00", agency=agency, reference=f"{agency}/{episode}")


def told_before_logged_then_restored(run: ByHand) -> None:
    """After the restore another agency is read first, and the same alert says something else."""
    run.say(_missing("M-1", "2021-03-20", "police"))
    run.say(_missing("M-2", "2021-03-22", "placement"))
    run.read("police")
    run.read("placement")
    run.relay()
    run.relay()
    backup = run.hub.tables.backup()
    run.say(_missing("M-3", "2021-03-24", "police"))
    run.say(_missing("M-4", "2021-03-26", "placement"))
    run.read("police")
    run.relay(crash_at="before an entry is sent")
    run.hub.tables = backup
    run.restored = True
    run.read("placement")
    run.read("police")


def sent_again_then_restored(run: ByHand) -> None:
    """A repeat of a low number stands behind higher ones when the database is restored."""
    run.say(incident("ligature", "2021-04-01 10:00", record="CR-1"))
    run.say(incident("ligature", "2021-04-01 11:00", record="CR-2"))
    run.read("police", most=2)
    backup = run.hub.tables.backup()
    run.relay(crash_at="after notifications were sent")
    again = run.broker.alerts["social-care"][0]
    run.broker.tell("social-care", [again])
    run.hub.tables = backup
    run.restored = True
    run.say(incident("force_used", "2021-04-01 09:00", record="CR-0"))
    # What was not yet sent comes in another order now.
    run.hub.tables.unsent.reverse()


def numbered_then_cut_from_the_log(run: ByHand) -> None:
    """What has a number waits for its entry, which the log lost, behind what has none yet."""
    run.say(incident("ligature", "2021-04-01 10:00", record="CR-1"))
    run.read("police")
    first = len(run.hub.tables.unsent_entries)
    run.say(incident("ligature", "2021-04-01 11:00", record="CR-2"))
    run.read("police")
    second = len(run.hub.tables.unsent_entries) - first
    backup = run.hub.tables.backup()
    run.relay(crash_at="after numbers were given", most=first)
    del run.broker.log[-first:]
    run.relay(crash_at="after notifications were sent", most=second)
    run.hub.tables = backup
    run.restored = True


def offsets_used_again_while_the_clock_looks(run: ByHand) -> None:
    """The topic lost its end and grew again: position and end are equal, and one is unread."""
    run.say(incident("ligature", "2021-04-01 10:00", record="CR-1"))
    run.read("police")
    run.relay()
    edt = next(
        told for told in run.broker.alerts["social-care"] if told.notice.acknowledge_by is not None
    )
    run.say(_missing("M-1", "2021-03-20", "social-care"))
    run.read("social-care")
    run.broker.events["social-care"].clear()
    run.hub.disconnected()
    run.now += timedelta(minutes=1)
    run._answer_by_event(edt)
    run.now += timedelta(hours=5)
    run.hub.tick(run.now)
    # Published again by its agency, which had it acknowledged and looks after its own.
    run.read("social-care")


def killed_between_position_and_commit(run: ByHand) -> None:
    """The position had moved, what it stands for had not been appended."""
    run.say(incident("ligature", "2021-04-01 10:00", record="CR-1"))
    run.crash_at = "before the commit of an append"
    with pytest.raises(Crashed):
        run.read("police")
    run.crash_at = ""
    run.hub.stop()


STORIES = {
    Defence.ENTRY_BEFORE_NOTIFICATION: told_before_logged_then_restored,
    Defence.WHOLE_TOPIC_READ: sent_again_then_restored,
    Defence.LOWER_NUMBER_FIRST: numbered_then_cut_from_the_log,
    Defence.CLOCK_TRUSTS_CHECKED: offsets_used_again_while_the_clock_looks,
    Defence.POSITION_IN_APPEND: killed_between_position_and_commit,
}
# Two walls stand here: what the second one covers up is seen without it.
WITHOUT_ALSO = {Defence.POSITION_IN_APPEND: {Defence.POSITION_CHECKED}}


def _play(defence: Defence, without: frozenset[Defence]) -> list[str]:
    run = ByHand(0, ALL - without - WITHOUT_ALSO.get(defence, set())).begin()
    STORIES[defence](run)
    run._settle()
    return wrong(run)


@pytest.mark.parametrize("defence", STORIES)
def test_with_the_defence_all_is_right(defence: Defence) -> None:
    assert _play(defence, frozenset()) == []


@pytest.mark.parametrize("defence", STORIES)
def test_without_it_something_is_wrong(defence: Defence) -> None:
    assert _play(defence, frozenset({defence})) != []
