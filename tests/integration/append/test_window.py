"""What the append loads is enough to decide as if it held everything."""

import pytest

from projections.append import opening
from projections.entries import Stored, open_event
from safeguarding.events import Event
from schemas.keys import KeyStore
from schemas.registry import Registry
from tests.integration.append.hub import AppendHub
from tests.unit.rules.said import (
    admission,
    attendance,
    detention,
    found,
    incident,
    left,
    placed,
    release,
    report,
)


def open_alerts(hub: AppendHub) -> list[str]:
    rows = hub.rows(
        "select rule || ' ' || severity || ' ' || level from derived.alert where state = 'open'"
    )
    return sorted(row[0] for row in rows)


def test_a_retraction_sees_the_other_incidents_of_the_detention(hub: AppendHub) -> None:
    ligature = incident("ligature", "2021-10-02 02:40")
    hub.say(incident("force_used", "2021-10-02 02:30"))
    hub.say(ligature)
    assert open_alerts(hub) == ["custody-ligature critical 1"]
    hub.say(ligature.retracted())
    assert open_alerts(hub) == ["custody-ligature critical 0"]


def test_a_retracted_finding_does_not_lose_the_report(hub: AppendHub) -> None:
    end = found("M-1", "2021-10-02 02:20")
    hub.say(report("M-1", "2021-10-02 02:00"))
    hub.say(end)
    assert open_alerts(hub) == ["missing high 0"]
    hub.say(end.retracted())
    assert open_alerts(hub) == ["missing high 1"]


def test_a_retracted_release_does_not_lose_the_detention(hub: AppendHub) -> None:
    end = release("2021-10-02 02:30")
    hub.say(detention("2021-10-02 01:00"))
    hub.say(end)
    assert open_alerts(hub) == ["child-in-custody high 0"]
    hub.say(end.retracted())
    assert open_alerts(hub) == ["child-in-custody high 1"]


def test_an_admission_sees_the_attendance_that_it_follows(hub: AppendHub) -> None:
    hub.say(attendance("2021-10-02 01:00"))
    assert open_alerts(hub) == ["self-harm high 0"]
    hub.say(admission("2021-10-02 02:30", follows="ED-1"))
    assert open_alerts(hub) == ["self-harm critical 0"]


def test_a_correction_sees_what_is_around_the_time_that_it_corrects(hub: AppendHub) -> None:
    hub.clock.move("2021-10-02 03:00")
    wrong = incident("ligature", "2021-10-02 02:40", record="CR-1")
    hub.say(incident("force_used", "2021-10-02 02:30", record="CR-1"))
    hub.say(wrong)
    hub.say(wrong.corrected(occurred="2020-01-05 02:40", custody_record="CR-0"))
    assert open_alerts(hub) == ["custody-ligature critical 0", "custody-ligature critical 1"]


def test_a_move_sees_the_placement_of_years_before(hub: AppendHub) -> None:
    hub.say(placed("P-1", "2019-01-01"))
    hub.say(left("P-1", "2021-09-30", planned=False))
    hub.say(placed("P-2", "2021-10-01"))
    assert open_alerts(hub) == ["placement-move high 0"]


def test_a_placement_of_years_before_that_comes_to_light_reaches_the_last_move(
    hub: AppendHub,
) -> None:
    # With it the placement of May is a move too, so that of October is the third.
    for name, day in (("P-1", "2021-05-04"), ("P-2", "2021-06-23"), ("P-3", "2021-10-01")):
        hub.say(placed(name, day))
    assert open_alerts(hub) == ["placement-move medium 0"] * 2
    hub.say(placed("P-0", "2018-06-19"))
    assert open_alerts(hub) == ["placement-move high 0", *["placement-move medium 0"] * 2]


def test_the_third_episode_sees_the_first_two_and_the_alert_that_they_opened(
    hub: AppendHub,
) -> None:
    hub.clock.move("2021-11-03 12:00")
    for day in range(1, 6):
        hub.say(report(f"M-{day}", f"2021-11-0{day % 3 + 1} 0{day}:00", known="2021-11-03 11:30"))
    assert open_alerts(hub) == ["missing high 1"] * 5 + ["missing high 3"]
    hub.say(report("M-6", "2021-11-02 03:30", known="2021-11-03 11:30"))
    assert open_alerts(hub) == ["missing high 1"] * 6 + ["missing high 6"]


def test_incidents_of_other_custody_records_are_not_read(
    hub: AppendHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails without: Need.under of custody-ligature (the last one then reads two records more)."""
    opened: list[Stored] = []

    def counted(stored: Stored, keys: KeyStore, registry: Registry) -> Event:
        opened.append(stored)
        return open_event(stored, keys, registry)

    monkeypatch.setattr(opening, "open_event", counted)
    for number in range(3):
        hub.say(incident("ligature", f"2021-10-02 0{number}:30", record=f"CR-{number}"))
    assert not opened
    last = hub.record(incident("force_used", "2021-10-02 02:40", record="CR-2"))
    hub.append(last, appending=hub.appending())  # Which remembers nothing.
    assert len(opened) == 3  # A record that is known is looked for in all of the window.
