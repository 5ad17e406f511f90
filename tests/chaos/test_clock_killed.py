"""Row 5, the clock: killed around each commit, while one answer after another falls due."""

import random
from collections import Counter
from pathlib import Path

import pytest

from safeguarding.facts import NotificationKind
from schemas.failpoints import APPEND_AFTER_COMMIT, APPEND_BEFORE_COMMIT, CLOCK_BEFORE_REACHED
from schemas.rulesets import CURRENT
from tests.chaos.failing import FAIL_WITHIN_SECONDS, armed, draw, ended
from tests.chaos.hub_under_load import HubUnderLoad
from tests.chaos.rows import Row
from tests.services.hub import RunningHub
from tests.services.own_stack import wait_until

POINTS = (APPEND_BEFORE_COMMIT, APPEND_AFTER_COMMIT, CLOCK_BEFORE_REACHED)
# For each kill some answers fall due, so many seconds after their alerts.
EVENTS, RATE = 30, 1.0
# Answers are due after a minute; the kills come after that, since before it has nothing to do.
FALLS_DUE_SECONDS = 60.0
ALL_DUE_WITHIN_SECONDS = FALLS_DUE_SECONDS + 60.0


@pytest.mark.row(5, "failpoint at each commit of the clock")
@pytest.mark.timeout(400)
def test_the_clock_may_be_killed_at_each_point(
    running_hub: RunningHub, tmp_path: Path, row: Row
) -> None:
    """Fails without: the three looks whether it was missed already, together (``due_answers``,
    ``fall_due``, and the ids of a step, which are the same at each try).
    """
    seeds = row.of(ci=1, long=20)
    rules = str(_due_soon(tmp_path))
    running_hub.start("timeline", "relay", KITH_RULES=rules)
    hub = HubUnderLoad(running_hub.hub.settings, children=30, seed=55)
    hub.prepare()
    kills = 0
    with hub.publishing(EVENTS * seeds, RATE):
        running_hub.tend(FALLS_DUE_SECONDS)
        for seed in range(seeds):
            chance = random.Random(seed)  # noqa: S311 - the same failures each time
            for point in POINTS:
                killed = armed(point, "kill", draw(chance))
                running_hub.launch({"clock": {"KITH_RULES": rules, **killed}})
                wait_until(lambda: ended(running_hub, "clock"), FAIL_WITHIN_SECONDS)
                running_hub.stop("clock")
                kills += 1
    running_hub.start("clock", KITH_RULES=rules)
    wait_until(lambda: not hub.unanswered(), ALL_DUE_WITHIN_SECONDS)
    hub.wait_drained()
    hub.assert_nothing_lost_or_doubled()
    hub.assert_chains_hold()
    asked_again = Counter(
        (each.recipient.agency, each.alert.alert_id)
        for each in {each.notification_id: each for each in hub.notifications()}.values()
        if each.kind is NotificationKind.REMINDER
    )
    assert len(asked_again) == len(hub.oracle.notifications)
    assert set(asked_again.values()) == {1}
    row.note(kills=kills, answers_missed=len(asked_again), lost=0, doubled=0)


def _due_soon(folder: Path) -> Path:
    """The rules that a hub begins with, in which a critical alert is to be answered in a minute."""
    rules = CURRENT.read_text(encoding="utf-8")
    file = folder / "due-soon.yaml"
    soon = rules.replace("{critical: 15,", "{critical: 1,")
    assert soon != rules
    file.write_text(soon.replace('version: "1"', 'version: "due-soon"'), encoding="utf-8")
    return file
