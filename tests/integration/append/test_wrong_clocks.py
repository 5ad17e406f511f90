"""Row 9: clocks that are wrong, an agency's or the hub's own. Nothing is lost, nothing doubled."""

from dataclasses import replace
from datetime import timedelta

import pytest

from safeguarding.events import Event
from safeguarding.facts import AlertRaised, TimeFlagged
from tests.chaos.rows import Row
from tests.integration.append.hub import AppendHub, fates
from tests.unit.rules.said import Said, incident, london

NOW = "2021-10-02 12:00"
SKEWS = {
    "5 minutes behind": timedelta(minutes=-5),
    "5 minutes ahead": timedelta(minutes=5),
    "a day behind": timedelta(days=-1),
    "a day ahead": timedelta(days=1),
    "1970": london("1970-01-01 00:00") - london(NOW),
    "2100": london("2100-01-01 00:00") - london(NOW),
}
# What an agency's clock says is impossible: before a child of today was born, or after receipt.
FLAGGED = {"a day ahead", "1970", "2100"}


def _ligatures(skew: timedelta, count: int) -> list[Said]:
    """What an agency says whose clock is wrong by ``skew``."""
    at = london(NOW) + skew
    return [
        # Within a minute, however many: the clock is wrong by no more than it is said to be.
        incident("ligature", (at + timedelta(seconds=n % 60)).isoformat(), record=f"CR-{n}")
        for n in range(count)
    ]


def _told(hub: AppendHub) -> list[int]:
    """Events, alerts, and notifications that wait to be sent."""
    return [
        hub.one("select count(*) from kept.recorded"),
        hub.one("select count(*) from derived.alert where rule = 'custody-ligature'"),
        hub.one(
            "select count(*) from derived.notification n join derived.alert a using (alert_id) "
            "where a.rule = 'custody-ligature'"
        ),
    ]


def _bodies(hub: AppendHub) -> list[object]:
    return [entry.body for child in hub.children() for entry in hub.entries(child)]


@pytest.mark.row(9, "clocks set wrong")
def test_wrong_clocks_silence_nothing_and_what_cannot_be_is_flagged(
    hub: AppendHub, row: Row
) -> None:
    """Fails without: placing what is impossible at its receipt; flagging it."""
    count = row.of(ci=20, long=500)
    hub.clock.move(NOW)
    for number, (name, skew) in enumerate(SKEWS.items()):
        before = _told(hub)
        flagged_before = sum(isinstance(body, TimeFlagged) for body in _bodies(hub))
        # Each alert has a ground of its own: of another custody record.
        names = [f"{number}/{one.reference}" for one in _ligatures(skew, count)]
        said = [
            replace(one, reference=own, details={**one.details, "custody_record": own})
            for own, one in zip(names, _ligatures(skew, count), strict=True)
        ]
        for _ in range(2):
            hub.say(*said)
        told = [now - then for now, then in zip(_told(hub), before, strict=True)]
        assert told == [count, count, 2 * count], name
        flagged = sum(isinstance(body, TimeFlagged) for body in _bodies(hub)) - flagged_before
        assert flagged == (count if name in FLAGGED else 0), name
    row.note(agency_clocks=len(SKEWS), events=count * len(SKEWS), lost=0, doubled=0)


@pytest.mark.row(9, "the hub's own clock set wrong")
def test_the_hubs_own_clock_decides_neither_what_is_recorded_nor_what_is_told(
    hub: AppendHub, row: Row
) -> None:
    """Fails without: the broker's time, and not the hub's, as the time of receipt."""
    count = row.of(ci=20, long=500)
    steps = [timedelta(0), *SKEWS.values(), timedelta(0)]
    for number, skew in enumerate(steps):
        hub.clock.move(NOW)
        records = [
            hub.record_at(
                incident("ligature", NOW, record=f"{number}/CR-{n}", reference=f"{number}/I-{n}"),
                london(NOW) + timedelta(minutes=1),
            )
            for n in range(count)
        ]
        hub.clock.move((london(NOW) + skew).isoformat())
        assert set(fates(hub.append(*records))) == {"recorded"}
        assert set(fates(hub.append(*records))) == {"duplicate"}
    assert _told(hub) == [each * count * len(steps) for each in (1, 1, 2)]
    bodies = _bodies(hub)
    assert not [body for body in bodies if isinstance(body, TimeFlagged)]
    received = {body.received_at for body in bodies if isinstance(body, Event)}
    assert received == {london(NOW) + timedelta(minutes=1)}
    raised = [body for body in bodies if isinstance(body, AlertRaised)]
    assert {body.alert.late_seconds for body in raised} == {60}
    row.note(hub_clocks=len(steps), events=count * len(steps), lost=0, doubled=0)
