"""Office work that arises while the office is closed (scenarios/child-k/README.md, Answering)."""

from safeguarding.case import ExpectationState
from schemas.rulesets import NETWORK, load_network
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import Said, admission, attendance, found, harmed, report
from tests.unit.rules.said_discharge import discharged, met
from tests.unit.rules.said_return import interview
from tests.unit.rules.spec import (
    Doing,
    Scene,
    acknowledged,
    answered,
    asked_again,
    given,
    leaves,
    members,
    missed,
    raised,
    received,
    time_passes,
    updated,
    withdrawn,
)

RULE = "self-harm-escalation"
# Tuesday, an hour before midnight, and the morning after, by when a high one is to be answered.
NIGHT, DUE = "2021-10-05 23:00", "2021-10-06 10:00"


def again(at: str) -> Said:
    """The child harmed herself; a second time within 30 days asks for a forum."""
    return harmed("laceration", at, reference=at)


def night(*before: Doing, roles: str = "social_worker edt iro", hub: Hub | None = None) -> Scene:
    """It happens for the second time, on a Tuesday night."""
    first = received(again("2021-09-20 18:00"))
    scene = given(members(roles), first, *before, hub=hub or Hub(ruleset=only(RULE)))
    return scene.when(received(again(NIGHT)))


def test_who_can_act_is_not_woken_and_answers_once_the_office_is_open() -> None:
    """Fails without: ``asked_when_it_opens``. The night team and who reads are asked nothing."""
    night().then(
        raised(RULE, "high", urgent="", digest="social_worker edt iro"),
    ).then_awaits({"social_worker": DUE})


def test_on_a_friday_that_is_on_monday() -> None:
    friday = given(
        members("social_worker"),
        received(again("2021-09-20 18:00")),
        received(again("2021-10-01 17:00")),
        hub=Hub(ruleset=only(RULE)),
    )
    friday.then_awaits({"social_worker": "2021-10-04 10:00"})


def test_nothing_is_missed_while_the_office_is_closed() -> None:
    night().when(time_passes("2021-10-06 09:49")).then_nothing().then_awaits({"social_worker": DUE})


def test_in_the_morning_they_are_reminded_and_then_the_next_contact_is_told() -> None:
    night().when(
        time_passes("2021-10-06 09:50"),
        time_passes(DUE),
    ).then(
        asked_again(RULE, "social_worker", severity="high"),
        missed(RULE, reminded="", escalated="edt", severity="high"),
    ).then_awaits({"edt": "2021-10-06 11:00"})


def test_who_answers_in_the_morning_is_left_in_peace() -> None:
    night().when(
        acknowledged("social_worker", RULE, at="2021-10-06 09:20"),
        time_passes("2021-10-06 12:00"),
    ).then(answered("social_worker")).then_awaits({})


def test_so_is_who_reads_and_answers_at_night() -> None:
    answer = acknowledged("social_worker", RULE, at="2021-10-05 23:20")
    night().when(answer, time_passes("2021-10-06 12:00")).then(answered("social_worker"))


def test_what_is_told_like_new_at_night_is_to_be_answered_again_in_the_morning() -> None:
    """The fourth is another doubling. Fails without: ``rose`` in ``announce``."""
    night(
        received(again("2021-09-22 18:00")),
        acknowledged("social_worker", RULE, at="2021-09-23 09:10"),
        received(again("2021-10-01 18:00")),
    ).then(
        updated(RULE, "high", level=2, urgent="", digest="social_worker edt iro"),
    ).then_awaits({"social_worker": DUE})


def test_any_other_update_asks_nothing_and_leaves_the_deadline() -> None:
    fourth = again("2021-09-25 18:00")
    told = night(received(again("2021-09-22 18:00")), received(fourth))
    told.then_awaits({"social_worker": DUE}).when(
        received(fourth.retracted(), at="2021-10-05 23:30"),
    ).then(
        updated(RULE, urgent="", digest="social_worker edt iro"),
    ).then_awaits({"social_worker": DUE})


def test_what_is_taken_back_before_the_office_opens_asks_nobody() -> None:
    night().when(
        received(again(NIGHT).retracted(), at="2021-10-06 07:00"),
        time_passes("2021-10-06 12:00"),
    ).then(
        withdrawn(RULE, urgent="", digest="social_worker edt iro"),
    ).then_awaits({})


def test_so_does_what_is_over_by_then() -> None:
    """A return interview that was late, and held before the office opened."""
    scene = given(
        members("team_manager"),
        received(report("E-1", "2021-10-01 18:00")),
        received(found("E-1", "2021-10-02 20:00")),
        hub=Hub(ruleset=only("return-interview")),
    )
    scene.when(time_passes("2021-10-05 20:00")).then_awaits({"team_manager": "2021-10-06 13:00"})
    scene.when(
        received(interview("E-1", "2021-10-05 21:00")),
        time_passes("2021-10-06 14:00"),
    ).then(updated("return-interview", urgent="", digest="team_manager")).then_awaits({})


def test_what_is_over_when_it_is_told_asks_nobody() -> None:
    """A discharge is told late, the meeting about it was held. Fails without: ``settled``."""
    rule = "discharge-without-plan"
    stay = (
        received(attendance("2021-10-10 19:40", unconscious=True)),
        received(admission("2021-10-10 22:15", follows="ED-1")),
    )
    given(members("iro"), *stay, hub=Hub(ruleset=only(rule))).when(
        received(met("2021-10-22 14:00", about="SP-1")),
        received(discharged("2021-10-21 11:00"), at="2021-10-22 20:00"),
        time_passes("2021-10-22 20:01"),
    ).then(
        raised(rule, urgent="", digest="iro safeguarding_nurse", level=0),
    ).then_awaits({})


def test_who_has_left_is_not_reminded_and_the_next_contact_is_told() -> None:
    """Fails without: ``has_left``. As of an urgent copy: somebody must see to it."""
    network = load_network(NETWORK)
    left = night(hub=Hub(ruleset=only(RULE).following(network))).when(
        leaves("social_worker", at="2021-10-06 08:00"),
    )
    left.when(
        time_passes("2021-10-06 09:55"),
        time_passes(DUE),
    ).then(
        missed(RULE, reminded="", escalated="edt"),
    )


def test_a_child_without_anybody_who_could_act_has_nobody_asked() -> None:
    night(roles="edt iro").then_awaits({})


def test_history_asks_nobody() -> None:
    hub = Hub(ruleset=only(RULE))
    old = [again(at).as_history() for at in ("2021-01-01 18:00", "2021-01-05 18:00")]
    loaded = given(members("social_worker"), *(received(each, NIGHT) for each in old), hub=hub)
    states = {each.state for each in loaded.hub.case.expectations.values()}
    assert ExpectationState.OPEN not in states
