"""What one agency could know, and since when."""

from projections.queries.knowledge import known_to
from projections.queries.words.lines import agency_lines
from safeguarding.facts import Acknowledged, AlertRaised, HandedOver, NetworkJoined
from tests.unit.cli.logged import ALERT, CAMHS, CUSTODY, EDT, Log, alert, ground
from tests.unit.rules.said import incident, london

# Known at night, told to the hub four days later: 3.17.
LATE = incident("ligature", "2021-10-02 02:40", reference="CR-1/1")


def the_case() -> Log:
    log = Log()
    event = log.say(LATE, "2021-10-06 10:15")
    log.decide(NetworkJoined(CAMHS, "Sees her.", london("2021-10-01"), None), "2021-10-06 10:15")
    raised = log.decide(
        AlertRaised(alert(grounds=(ground(LATE, "2021-10-06 10:15"),)), ()),
        "2021-10-06 10:15",
        cause=event,
    )
    log.tell(raised, EDT, reached="2021-10-06 10:15:02", by="2021-10-06 10:30")
    log.tell(raised, CAMHS, reached="2021-10-06 10:15:05", by="2021-10-06 10:30")
    log.decide(
        Acknowledged(ALERT, EDT, None, london("2021-10-06 10:20"), None, False), "2021-10-06 10:20"
    )
    return log


def known(agency: str, until: str | None = None) -> list[tuple[int, str]]:
    learned = known_to(the_case().timeline, agency, london(until) if until else None)
    return [(each.shown.sequence, f"{each.at:%d %H:%M:%S}") for each in learned]


def test_the_agency_that_said_it_knew_before_the_hub_did() -> None:
    assert known("police") == [(1, "02 01:40:00")]
    assert known("police", "2021-10-02 03:00") == [(1, "02 01:40:00")]
    assert known("police", "2021-10-02 02:39") == []


def test_another_agency_knows_what_reached_its_teams_and_its_own_answers() -> None:
    assert known("social-care") == [(3, "06 09:15:02"), (4, "06 09:20:00")]
    assert known("camhs") == [(3, "06 09:15:05")]


def test_a_hand_over_is_known_to_the_agency_whose_team_it_was_and_to_no_other() -> None:
    log = the_case()
    at = london("2021-10-06 10:40")
    log.decide(HandedOver(ALERT, EDT, None, "staff-0587", at, None), "2021-10-06 10:40")
    assert known_to(log.timeline, "social-care")[-1].at == at
    assert [each.shown.sequence for each in known_to(log.timeline, "camhs")] == [3]


def test_before_the_delivery_nobody_else_knew() -> None:
    assert known("camhs", "2021-10-06 10:15:04") == []
    assert known("camhs", "2021-10-06 10:15:05") == [(3, "06 09:15:05")]


def test_who_was_told_nothing_knows_nothing() -> None:
    assert known("fostering") == []


def test_what_was_not_delivered_is_not_known() -> None:
    log = Log()
    raised = log.decide(AlertRaised(alert(), ()))
    log.tell(raised, CAMHS)
    assert known_to(log.timeline, "camhs") == []


def test_a_team_of_the_agency_suffices_and_the_earliest_delivery_counts() -> None:
    log = Log()
    raised = log.decide(AlertRaised(alert(), ()))
    log.tell(raised, CUSTODY, reached="2021-10-02 02:45")
    log.tell(raised, EDT, reached="2021-10-02 02:41")
    (learned,) = known_to(log.timeline, "police")
    assert learned.at == london("2021-10-02 02:45")
    assert [copy.recipient for copy in learned.copies] == [CUSTODY]


def test_a_time_of_knowing_that_lies_after_the_telling_is_a_mistake() -> None:
    log = Log()
    log.say(incident("ligature", "2021-10-02 02:40", known="2021-10-03 02:40"), "2021-10-02 02:41")
    (learned,) = known_to(log.timeline, "police")
    assert learned.at == london("2021-10-02 02:41")


def test_lines_of_an_agency_refer_to_nothing_that_it_was_not_told() -> None:
    (line,) = agency_lines(known_to(the_case().timeline, "camhs"))
    assert line.learned == "Wed 6 Oct 2021 10:15"
    assert line.by == (
        "rule custody-ligature, from custody incident of police (Sat 2 Oct 2021 02:40)"
    )
    (told,) = line.told
    assert told.startswith("To act: camhs/community/camhs_community")
    assert "social-care" not in told


def test_an_own_event_is_learned_as_exactly_as_it_was_stated() -> None:
    log = Log()
    log.say(incident("ligature", "2021-10-02", known="2021-10-02"), "2021-10-04 09:00")
    (line,) = agency_lines(known_to(log.timeline, "police"))
    assert line.learned == "Sat 2 Oct 2021"
