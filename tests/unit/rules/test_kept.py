"""What a rule has worked out of a case is kept no longer than what it was worked out from."""

from datetime import UTC, datetime, timedelta

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.ids import HUB
from safeguarding.rules.kept import kept
from safeguarding.rules.rule import Thresholds
from tests.unit.rules.said import incident

SINCE = datetime(2021, 10, 1, tzinfo=UTC)
FIGURES: Thresholds = {"days": 30}
ONE = incident("ligature", "2021-10-02 02:40").received(SINCE + timedelta(days=2))
OTHER = incident("unconscious", "2021-10-02 03:40").received(SINCE + timedelta(days=2))


class Asking:
    """Gives what was worked out: the how-manieth time it was."""

    def __init__(self) -> None:
        self.case, self.times = Case(HUB), 0

    def ask(self, *events: Event, since: datetime = SINCE, by: Thresholds = FIGURES) -> int:
        def work_out() -> int:
            self.times += 1
            return self.times

        return kept(self.case, "something", since, list(events), by, work_out)


def test_of_the_same_events_it_is_worked_out_once_from_then_on() -> None:
    asking = Asking()
    assert [asking.ask(ONE), asking.ask(ONE)] == [1, 1]
    assert asking.ask(ONE, since=SINCE + timedelta(days=1)) == 1


def test_what_it_was_read_from_changes_it() -> None:
    """Fails without: each of the three comparisons in ``kept``."""
    asking = Asking()
    assert asking.ask(ONE) == 1
    assert asking.ask(ONE, OTHER) == 2
    assert asking.ask(ONE, OTHER, since=SINCE - timedelta(days=1)) == 3
    assert asking.ask(ONE, OTHER, by={"days": 30}) == 4
