"""carer-concern: what worries a carer is told to those who can act (3.18, 1.8)."""

from dataclasses import replace
from itertools import permutations

import pytest

from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import NIGHT, Said
from tests.unit.rules.said_harm import substances, worried
from tests.unit.rules.spec import (
    Audience,
    Doing,
    Scene,
    given,
    members,
    raised,
    received,
    updated,
    withdrawn,
)

RULE = "carer-concern"
DAY = "2021-10-05 10:00"
"""A Tuesday in office hours."""

AROUND_HER = members(
    "social_worker team_manager edt iro camhs_community foster_carer placement youth_justice"
)
# What the foster carer tells: youth justice is not that close.
AT_NIGHT: Audience = {
    "urgent": "edt",
    "digest": "social_worker team_manager iro camhs_community placement",
}
IN_OFFICE_HOURS: Audience = {
    "urgent": "social_worker",
    "digest": "edt team_manager iro camhs_community placement",
}
BY_DIGEST: Audience = {
    "urgent": "",
    "digest": "social_worker edt team_manager iro camhs_community placement",
}
EVERYONE = BY_DIGEST["digest"]


def around(*doings: Doing) -> Scene:
    """A child with this network, of whom this rule alone tells."""
    return given(AROUND_HER, *doings, hub=Hub(ruleset=only(RULE)))


def what(said: Said) -> str:
    """What is told of it."""
    scene = around(received(said))
    (alert,) = scene.hub.alerts.values()
    return alert.what


# --- by how urgent the carer calls it ----------------------------------------------------------


@pytest.mark.parametrize(
    ("urgency", "severity", "by_night", "by_day"),
    [
        ("now", "critical", AT_NIGHT, IN_OFFICE_HOURS),
        ("today", "high", AT_NIGHT, IN_OFFICE_HOURS),
        ("soon", "medium", BY_DIGEST, IN_OFFICE_HOURS),
        ("to_know", "medium", BY_DIGEST, BY_DIGEST),
    ],
)
def test_it_is_as_urgent_as_the_carer_calls_it(
    urgency: str, severity: str, by_night: Audience, by_day: Audience
) -> None:
    around().when(received(worried(urgency, NIGHT))).then(raised(RULE, severity, **by_night))
    around().when(received(worried(urgency, DAY))).then(raised(RULE, severity, **by_day))


def test_what_must_be_done_now_is_to_be_answered_within_a_quarter_of_an_hour() -> None:
    around().when(received(worried("now", NIGHT))).then_awaits({"edt": "2021-10-02 02:55"})


def test_it_says_what_worries_them_what_they_ask_for_and_that_they_are_to_hear_of_it() -> None:
    said = worried(
        "today",
        NIGHT,
        concerns=("will not eat", "cries at night"),
        asked_for="a call back",
        account="Since the visit.",
    )
    scene = around().when(received(said))
    (alert,) = scene.hub.alerts.values()
    assert alert.headline == "A carer is worried"
    assert alert.what == (
        "will not eat, cries at night; asked for: a call back; they say that something must be "
        "done today; reported by foster carer. Whoever told it is to hear what follows."
    )
    assert alert.paragraphs == ("3.18", "1.8")


def test_a_carer_who_only_wants_it_known_asks_for_nothing() -> None:
    said = worried("to_know", DAY, concerns=("sleeps little",))
    assert what(said) == (
        "sleeps little; they ask for nothing to be done; reported by foster carer."
    )


def test_where_only_the_account_says_what_it_is_the_account_is_told() -> None:
    assert what(worried("now", DAY, concerns=(), account="Ran off.")).startswith("Ran off; they")
    assert what(worried("now", DAY, concerns=())).startswith("What worries them is not said; ")


def test_an_opinion_is_told_as_one() -> None:
    said = worried(
        "today", "2021-10-09 20:00", agency="placement", said_by="placement", statement="opinion"
    )
    assert "; the opinion of placement. " in what(said)


def test_the_home_is_not_told_its_own_and_a_carer_who_helps_is_told() -> None:
    said = worried("today", NIGHT, agency="placement", said_by="placement", carer="placement")
    around().when(
        received(said),
    ).then(
        raised(
            RULE,
            urgent="edt",
            digest="social_worker team_manager iro camhs_community foster_carer",
        ),
    )


def test_a_carer_for_whom_the_social_worker_says_it_is_not_told_either() -> None:
    said = worried("today", NIGHT, agency="social-care", said_by="social_worker")
    around().when(
        received(said),
    ).then(
        raised(RULE, urgent="edt", digest="team_manager iro camhs_community placement"),
    )


def test_of_a_child_without_network_the_steward_and_night_team_are_told() -> None:
    given(hub=Hub(ruleset=only(RULE))).when(
        received(worried("now", NIGHT)),
    ).then(
        raised(RULE, "critical", urgent="steward edt", digest=""),
    )


# --- substances --------------------------------------------------------------------------------


def test_a_carer_who_tells_of_substances_is_told_of_in_office_hours_and_wakes_nobody() -> None:
    around().when(received(substances("seen", NIGHT))).then(raised(RULE, "medium", **BY_DIGEST))
    scene = around().when(received(substances("seen", DAY)))
    scene.then(raised(RULE, "medium", **IN_OFFICE_HOURS))
    (alert,) = scene.hub.alerts.values()
    assert alert.headline == "A carer tells of substances"
    assert alert.what == (
        "The child takes alcohol or drugs, or may do; it was seen; reported by foster carer. "
        "Whoever told it is to hear what follows."
    )


def test_it_says_what_how_the_child_was_and_from_whom_and_then_tells_no_carer() -> None:
    said = substances("said", DAY, substances=["cannabis"], state="drowsy", supplied_by="mother")
    scene = around().when(received(said))
    digest = "edt team_manager iro camhs_community"
    scene.then(raised(RULE, urgent="social_worker", digest=digest))
    assert "may do: cannabis; the child said so; how the child was: drowsy; from: mother;" in (
        what(said)
    )


@pytest.mark.parametrize(
    ("role", "fires"),
    [
        ("placement", True),
        ("kinship_carer", True),
        ("ward", False),
        ("police_officer", False),
        ("carer_assessor", False),
        (None, False),
    ],
)
def test_of_substances_only_a_carers_word_counts(role: str | None, fires: bool) -> None:
    scene = around(received(substances("seen", DAY, said_by=role)))
    assert bool(scene.hub.open_alerts()) is fires


# --- late, out of order, corrected, retracted --------------------------------------------------


def test_days_late_it_is_told_no_less_urgently() -> None:
    around().when(
        received(worried("now", "2021-10-02 20:00"), at=DAY),
    ).then(
        raised(RULE, "critical", **IN_OFFICE_HOURS),
    )


@pytest.mark.parametrize("order", list(permutations(range(4))), ids=str)
def test_in_any_order_the_same_alerts_are_open(order: tuple[int, ...]) -> None:
    first = worried("soon", NIGHT)
    said = [
        first,
        first.corrected(urgency="today"),
        substances("seen", NIGHT),
        replace(worried("to_know", DAY), reference="CN-2"),
    ]
    scene = around(*(received(said[each], DAY) for each in order))
    scene.then_open(f"{RULE} high 0", f"{RULE} medium 0", f"{RULE} medium 0")


def test_the_same_report_twice_says_nothing_new() -> None:
    around(received(worried("now", NIGHT))).when(
        received(worried("now", NIGHT), at="2021-10-02 02:45"),
    ).then_nothing()


def test_a_second_worry_is_another_alert_also_of_the_same_number_elsewhere() -> None:
    elsewhere = worried("now", NIGHT, agency="placement", said_by="placement", carer="placement")
    around(received(worried("now", NIGHT))).when(received(elsewhere)).then(raised(RULE))


def test_a_carer_who_now_calls_it_more_urgent_is_told_of_like_new() -> None:
    said = worried("soon", NIGHT)
    around(received(said)).when(
        received(said.corrected(urgency="now"), at="2021-10-02 03:00"),
    ).then(
        updated(RULE, "critical", **AT_NIGHT),
    )


def test_a_correction_that_makes_it_less_urgent_is_a_line_in_the_digest() -> None:
    said = worried("now", NIGHT)
    around(received(said)).when(
        received(said.corrected(urgency="to_know"), at="2021-10-02 03:00"),
    ).then(
        updated(RULE, "medium", urgent="", digest=EVERYONE),
    )


def test_substances_of_which_it_turns_out_that_no_carer_told_are_withdrawn() -> None:
    said = substances("seen", DAY)
    corrected = replace(said.corrected(), said_by="police_officer")
    around(received(said)).when(
        received(corrected, at="2021-10-05 11:00"),
    ).then(
        withdrawn(RULE, **IN_OFFICE_HOURS),
    )


def test_a_retraction_is_told_to_everyone_who_was_told_in_their_most_urgent_mode() -> None:
    said = worried("now", NIGHT)
    around(received(said)).when(
        received(said.retracted(), at="2021-10-02 09:30"),
    ).then(
        withdrawn(RULE, **AT_NIGHT),
    ).then_awaits({})


def test_an_early_retraction_is_remembered() -> None:
    said = worried("now", NIGHT)
    around(received(said.retracted(), at="2021-10-02 02:41")).when(
        received(said, at="2021-10-02 02:42"),
    ).then_nothing().then_open()


def test_history_loaded_in_bulk_tells_nobody() -> None:
    around().when(
        received(worried("now", "2021-09-01 10:00").as_history(), at=DAY),
    ).then(
        raised(RULE, "critical", urgent="", digest=""),
    )
