"""An event may hold a megabyte of text; what is made of it must fit on every topic."""

from schemas.codec import MAX_EVENT_BYTES
from tests.integration.append.hub import AppendHub
from tests.unit.rules.said import incident, report

MOST_BYTES_OF_AN_ALERT = 50_000


def test_an_alert_of_an_event_as_large_as_may_be_fits(hub: AppendHub) -> None:
    third = MAX_EVENT_BYTES // 3 - 1_000
    hub.say(incident("ligature", means="m" * third, injury="i" * third, action_taken="a" * third))
    hub.say(report("M-1", "2021-10-03 22:00", circumstances="c" * 900_000))
    sizes = hub.rows(
        "select type, length(sealed) from derived.entry where type in "
        "('custody-incident', 'missing-report', 'alert-raised')"
    )
    assert sum(kind == "alert-raised" for kind, _ in sizes) == 2
    for kind, size in sizes:
        if kind == "alert-raised":
            assert size < MOST_BYTES_OF_AN_ALERT
        else:
            assert size > 800_000
