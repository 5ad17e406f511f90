"""Who is told, and how: by hour, calendar and duty; and what if nobody can act."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from safeguarding.facts import Mode, Recipient
from safeguarding.routing import asked_when_it_opens, recipients
from safeguarding.rules.rule import Reader, Route
from tests.unit.rules.hub import directory, rules_together, teams
from tests.unit.rules.said import incident, london, report
from tests.unit.rules.spec import Audience, given, members, raised, received

_, CALENDAR = rules_together()
OFFICE_ROLES = [
    "social_worker",
    "team_manager",
    "iro",
    "camhs_community",
    "safeguarding_nurse",
    "steward",
]


# --- office hours ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2021-10-01 08:59:59", False),
        ("2021-10-01 09:00", True),
        ("2021-10-01 16:59:59.999999", True),
        # Friday at 17:00 exactly: the office has closed and the night team is on duty.
        ("2021-10-01 17:00", False),
        ("2021-10-02 12:00", False),  # Saturday
        ("2021-10-03 12:00", False),  # Sunday
        ("2021-10-04 09:00", True),  # Monday
        ("2021-08-30 12:00", False),  # The summer bank holiday, a Monday.
        ("2021-08-31 12:00", True),
        ("2021-12-27 12:00", False),  # Substitute day for Christmas, which was a Saturday.
        ("2021-04-02 12:00", False),  # Good Friday
    ],
)
def test_the_office_is_open_on_weekdays_from_nine_to_five_bank_holidays_out(
    at: str, is_open: bool
) -> None:
    assert CALENDAR.office_hours(london(at)) is is_open


@pytest.mark.parametrize(
    ("utc", "is_open"),
    [
        # Clocks went forward on Sunday 28 March 2021 and back on Sunday 31 October 2021.
        ("2021-03-26 08:59", False),
        ("2021-03-26 09:00", True),
        ("2021-03-29 07:59", False),
        ("2021-03-29 08:00", True),
        ("2021-03-29 15:59", True),
        ("2021-03-29 16:00", False),
        ("2021-10-29 08:00", True),
        ("2021-10-29 16:00", False),
        ("2021-11-01 08:00", False),
        ("2021-11-01 09:00", True),
        ("2021-11-01 16:59", True),
        ("2021-11-01 17:00", False),
    ],
)
def test_hours_are_those_of_the_clock_in_london_on_either_side_of_a_change(
    utc: str, is_open: bool
) -> None:
    assert CALENDAR.office_hours(datetime.fromisoformat(utc).replace(tzinfo=UTC)) is is_open


@pytest.mark.parametrize(
    "utc",
    [
        "2021-03-28 00:59",  # 00:59, the last minute before the hour that there was not
        "2021-03-28 01:00",  # 02:00
        "2021-10-31 00:30",  # 01:30 for the first time
        "2021-10-31 01:30",  # 01:30 for the second time
    ],
)
def test_the_night_team_is_on_duty_all_through_the_nights_of_the_change(utc: str) -> None:
    at = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert CALENDAR.on_duty("edt", at)
    assert not CALENDAR.on_duty("social_worker", at)
    assert CALENDAR.on_duty("placement", at)


@pytest.mark.parametrize("role", OFFICE_ROLES)
def test_office_roles_and_the_night_team_take_turns(role: str) -> None:
    for at in ("2021-10-01 12:00", "2021-10-01 17:00", "2021-10-02 12:00", "2021-08-30 12:00"):
        assert CALENDAR.on_duty(role, london(at)) is not CALENDAR.on_duty("edt", london(at))


@pytest.mark.parametrize(
    ("after", "opens"),
    [
        ("2021-10-01 00:00", "2021-10-01 09:00"),
        ("2021-10-01 08:59:59", "2021-10-01 09:00"),
        ("2021-10-01 09:00", "2021-10-04 09:00"),  # It opens this moment: the next is Monday's.
        ("2021-10-01 17:00", "2021-10-04 09:00"),  # Friday
        ("2021-10-03 23:59", "2021-10-04 09:00"),
        ("2021-04-01 17:00", "2021-04-06 09:00"),  # Maundy Thursday: Tuesday after Easter.
        ("2021-12-24 18:00", "2021-12-29 09:00"),  # Christmas on a weekend, two substitute days.
        ("2021-03-26 17:00", "2021-03-29 09:00"),  # The clocks go forward between,
        ("2021-10-29 17:00", "2021-11-01 09:00"),  # and back.
    ],
)
def test_the_office_opens_next_on_a_working_day_by_the_clock_in_london(
    after: str, opens: str
) -> None:
    """Fails without: bank holidays in ``next_opening``; the opening at that very instant."""
    assert CALENDAR.next_opening(london(after)) == london(opens)


# --- who is told -------------------------------------------------------------------------------

AROUND_HER = members("social_worker team_manager edt placement iro")
IN_OFFICE: Audience = {"urgent": "social_worker placement", "digest": "team_manager edt iro"}
AT_NIGHT: Audience = {"urgent": "edt placement", "digest": "social_worker team_manager iro"}


@pytest.mark.parametrize(
    ("at", "audience"),
    [
        ("2021-10-01 16:59", IN_OFFICE),
        ("2021-10-01 17:00", AT_NIGHT),
        ("2021-08-30 12:00", AT_NIGHT),
        ("2021-03-28 03:00", AT_NIGHT),
        ("2021-03-29 09:00", IN_OFFICE),
        ("2021-10-31 01:30+00:00", AT_NIGHT),
        ("2021-11-01 08:59", AT_NIGHT),
        ("2021-11-01 09:00", IN_OFFICE),
    ],
)
def test_the_same_incident_goes_to_who_is_on_duty_when_the_hub_hears_of_it(
    at: str, audience: Audience
) -> None:
    given(AROUND_HER).when(
        received(incident("ligature", at)),
    ).then(
        raised("custody-ligature", "critical", **audience),
    )


def test_the_hour_of_receipt_counts_and_not_that_of_the_incident() -> None:
    given(AROUND_HER).when(
        received(incident("ligature", "2021-10-01 16:30"), at="2021-10-01 17:00"),
    ).then(
        raised("custody-ligature", **AT_NIGHT),
    )


def test_a_membership_counts_from_its_start_to_before_its_end() -> None:
    at = "2021-10-02 02:41"
    given(
        members("edt", since=at),
        members("placement", since="2021-10-01 00:00", until=at),
        members("camhs_crisis", since="2021-10-02 02:41:01"),
    ).when(
        received(incident("ligature"), at=at),
    ).then(
        raised("custody-ligature", urgent="edt", digest=""),
    )


def test_who_is_on_the_network_twice_is_told_once() -> None:
    given(
        members("edt", since="2021-01-01 00:00", until="2021-12-31 00:00"),
        members("edt", since="2021-06-01 00:00"),
    ).when(
        received(incident("ligature")),
    ).then(
        raised("custody-ligature", urgent="edt", digest=""),
    )


# --- nobody can act ----------------------------------------------------------------------------


def test_where_nobody_on_duty_can_act_steward_and_night_team_are_told_beside_the_digests() -> None:
    given(members("social_worker iro")).when(
        received(incident("ligature"), at="2021-10-02 02:41"),
    ).then(
        raised("custody-ligature", "critical", urgent="steward edt", digest="social_worker iro"),
    ).then_awaits({"steward": "2021-10-02 02:56", "edt": "2021-10-02 02:56"})


def test_a_child_without_network_is_theirs_at_once() -> None:
    given().when(
        received(incident("ligature")),
    ).then(
        raised("custody-ligature", "critical", urgent="steward edt", digest=""),
    )


def test_who_may_act_but_brought_the_news_counts_as_told() -> None:
    given(members("social_worker placement iro")).when(
        received(report("M-1", "2021-10-02 02:00", said_by=None, reported_by="placement")),
    ).then(
        raised("missing", urgent="", digest="social_worker iro"),
    )


def test_a_digest_only_alert_of_a_child_without_network_goes_to_the_stewards_digest() -> None:
    told = recipients(Route(), [], london("2021-10-02 02:41"), CALENDAR, directory())
    assert {who.role: mode.value for who, mode in told.items()} == {"steward": "digest"}


def test_where_a_rule_names_its_readers_nobody_else_reads_and_nobody_stands_in() -> None:
    route = Route(readers=(Reader("iro"), Reader("custody_inspector", "police")))
    elsewhere = Recipient("another-force", "custody", "custody_inspector")
    around = [teams()["iro"], teams()["edt"], teams()["custody_inspector"], elsewhere]
    at = london("2021-10-02 02:41")
    told = recipients(route, around, at, CALENDAR, directory())
    assert set(told) == {teams()["iro"], teams()["custody_inspector"]}
    assert recipients(route, [teams()["edt"]], at, CALENDAR, directory()) == {}


# --- office work -------------------------------------------------------------------------------

NIGHT = london("2021-10-01 22:00")
OFFICE_WORK = Route(act=("social_worker", "placement", "edt"), readers=(), office_work=True)


def asked(route: Route, roles: str, at: datetime = NIGHT) -> set[str]:
    """Who is asked once the office opens."""
    around = [teams()[role] for role in roles.split()]
    return {who.role for who in asked_when_it_opens(route, around, at, CALENDAR, directory())}


def test_office_work_of_the_night_asks_in_the_morning_who_could_act_then() -> None:
    """At work at night or not; the night team goes home. Fails without: duty at the opening."""
    assert asked(OFFICE_WORK, "social_worker placement edt iro") == {"social_worker", "placement"}


def test_until_then_they_have_a_line_and_nobody_stands_in() -> None:
    around = [teams()["social_worker"], teams()["placement"]]
    told = recipients(OFFICE_WORK, around, NIGHT, CALENDAR, directory())
    assert set(told.values()) == {Mode.DIGEST}
    assert asked(OFFICE_WORK, "iro") == set()


def test_in_office_hours_nothing_waits() -> None:
    assert asked(OFFICE_WORK, "social_worker", london("2021-10-01 10:00")) == set()


def test_what_is_no_office_work_is_for_the_night_team_and_waits_for_nobody() -> None:
    route = replace(OFFICE_WORK, office_work=False)
    assert asked(route, "social_worker edt") == set()


def test_who_has_to_answer_for_it_is_asked_in_the_morning_too_and_who_let_go_is_not() -> None:
    """Fails without: ``answer_for_it`` in ``asked_when_it_opens``; ``let_go``."""
    manager, placement = teams()["senior_manager"], teams()["placement"]
    route = replace(
        OFFICE_WORK,
        answer_for_it=(Reader("senior_manager", manager.agency),),
        let_go=(Reader("placement", placement.agency),),
    )
    assert asked(route, "social_worker placement") == {"social_worker", "senior_manager"}


def test_where_nobody_is_to_act_nobody_is_asked_in_the_morning() -> None:
    """Fails without: ``act`` in ``asked_when_it_opens``."""
    manager = Reader("senior_manager", teams()["senior_manager"].agency)
    over = replace(OFFICE_WORK, act=(), answer_for_it=(manager,))
    assert asked(over, "social_worker") == set()


# --- own news ----------------------------------------------------------------------------------


def test_the_role_that_spoke_is_left_out_at_the_publishing_agency_only() -> None:
    # Both are called social_worker; only that of the publishing agency said it.
    said = incident("ligature", said_by="social_worker")
    given(members("social_worker edt")).when(
        received(said, at="2021-10-05 10:00"),
    ).then(
        raised("custody-ligature", urgent="social_worker", digest="edt"),
        raised("late-disclosure"),
    )


def test_the_fallback_is_not_left_without_anybody() -> None:
    given().when(
        received(report("M-1", "2021-10-02 02:00", said_by=None, reported_by="edt")),
    ).then(
        raised("missing", urgent="steward", digest=""),
    )
