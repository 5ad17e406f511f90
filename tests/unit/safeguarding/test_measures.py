"""What each rule's alerts came to, counted from a child's log."""

from datetime import timedelta

from safeguarding.facts import Delivered, Delivery
from safeguarding.measures import Measures, OfAgency, OfRule
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import NIGHT, Said, found, incident, london, report
from tests.unit.rules.said_return import interview
from tests.unit.rules.spec import acknowledged, given, members, received, time_passes

LIGATURE = incident("ligature", NIGHT, reference="I-1")
AROUND_HER = members("social_worker edt foster_carer")
LAST = london("2022-01-01 00:00")


def measured(hub: Hub, since: str | None = None, before: str = "2022-01-01 00:00") -> Measures:
    measures = Measures()
    measures.take(hub.entries, london(since) if since else None, london(before))
    return measures


def ligature_night(*, late: str = "2021-10-02 02:41") -> Hub:
    """A ligature in custody that the night team answers, and the carer does not."""
    hub = Hub(only("custody-ligature"))
    given(
        AROUND_HER,
        received(LIGATURE, at=late),
        acknowledged("edt", "custody-ligature", "2021-10-02 02:51"),
        hub=hub,
    )
    return hub


def test_it_counts_who_was_told_how_and_who_answered_how_soon() -> None:
    agencies = measured(ligature_night()).agencies
    assert agencies["custody-ligature", "social-care"] == OfAgency(
        urgent=1, digest=1, answers=[600]
    )
    assert agencies["custody-ligature", "fostering"] == OfAgency(urgent=1)


def test_a_second_answer_of_one_team_counts_once() -> None:
    hub = ligature_night()
    given(acknowledged("edt", "custody-ligature", "2021-10-02 02:59"), hub=hub)
    assert measured(hub).agencies["custody-ligature", "social-care"].answers == [600]


def test_a_deadline_that_passed_counts_and_so_does_the_reminder() -> None:
    hub = ligature_night()
    given(time_passes("2021-10-02 03:30"), hub=hub)
    assert measured(hub).agencies["custody-ligature", "fostering"].unanswered == 1


def interview_missed_at_night() -> Hub:
    """No return interview by Tuesday 20:00: the social worker is to answer on Wednesday."""
    hub = Hub(only("return-interview"))
    given(
        members("social_worker iro"),
        received(report("E-1", "2021-10-01 18:00")),
        received(found("E-1", "2021-10-02 20:00")),
        time_passes("2021-10-05 20:00"),
        hub=hub,
    )
    return hub


def test_an_answer_that_waited_for_the_office_counts_from_the_copy_on() -> None:
    hub = interview_missed_at_night()
    given(acknowledged("social_worker", "return-interview", "2021-10-06 09:00"), hub=hub)
    told = measured(hub).agencies["return-interview", "social-care"]
    assert told == OfAgency(digest=2, answers=[13 * 3600])


def test_a_digest_that_was_to_be_answered_and_was_not_counts_as_unanswered() -> None:
    hub = interview_missed_at_night()
    given(time_passes("2021-10-06 13:00"), hub=hub)
    assert measured(hub).agencies["return-interview", "social-care"].unanswered == 1


def test_an_alert_that_was_taken_back_is_counted() -> None:
    hub = ligature_night()
    given(received(LIGATURE.retracted(), at="2021-10-04 10:00"), hub=hub)
    assert measured(hub).rules["custody-ligature"] == OfRule(raised=1, withdrawn=1)


def test_the_delay_is_from_when_the_agency_knew_to_the_first_delivery() -> None:
    hub = Hub(only("custody-ligature"))
    known: Said = incident("ligature", NIGHT, known="2021-10-02 02:40", reference="I-1")
    scene = given(AROUND_HER, hub=hub).when(received(known, at="2021-10-06 02:40"))
    (raised,) = scene.facts("custody-ligature")
    at = london("2021-10-06 02:40")
    for place, notice in enumerate(raised.notices):
        told = Delivery(notice.notification_id, place, 0, place, at + timedelta(seconds=place + 1))
        hub.enter(Delivered((told,)), at + timedelta(seconds=5))
    assert measured(hub).rules["custody-ligature"].delays == [4 * 24 * 3600 + 1]


def test_in_a_story_the_delay_is_by_the_storys_time() -> None:
    """Fails without: the hub's time of a delivery, where the broker's clock is years ahead."""
    hub = Hub(only("custody-ligature"))
    known: Said = incident("ligature", NIGHT, known="2021-10-02 02:40", reference="I-1")
    scene = given(AROUND_HER, hub=hub).when(received(known, at="2021-10-06 02:40"))
    (raised,) = scene.facts("custody-ligature")
    (first, *_) = raised.notices
    told = Delivery(first.notification_id, 1, 0, 0, london("2026-11-29 12:00"))
    hub.enter(Delivered((told,)), london("2021-10-06 02:40"))
    assert measured(hub).rules["custody-ligature"].delays == [4 * 24 * 3600]


def test_only_what_was_told_in_the_period_counts() -> None:
    hub = ligature_night()
    assert not measured(hub, since="2021-10-02 02:42").rules["custody-ligature"].raised
    assert not measured(hub, before="2021-10-02 02:41").rules["custody-ligature"].raised
    assert (
        measured(hub, since="2021-10-02 02:41", before="2021-10-02 02:42")
        .rules["custody-ligature"]
        .raised
    )


def test_what_was_awaited_is_counted_by_what_became_of_it() -> None:
    hub = Hub(only("return-interview"))
    given(
        received(report("E-1", "2021-07-01 20:00")),
        received(found("E-1", "2021-07-02 20:00")),
        received(interview("E-1", "2021-07-03 20:00")),
        received(report("E-2", "2021-08-01 20:00")),
        received(found("E-2", "2021-08-02 20:00")),
        time_passes("2021-08-09 10:00"),
        hub=hub,
    )
    assert measured(hub).rules["return-interview"].awaited == {"met": 1, "missed": 1}


def test_parts_add_up() -> None:
    whole = measured(ligature_night())
    whole.add(measured(ligature_night()))
    assert whole.rules["custody-ligature"].raised == 2
    assert whole.agencies["custody-ligature", "social-care"].answers == [600, 600]
