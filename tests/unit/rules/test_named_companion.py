"""named-companion: a missing report names a child as the companion of another one (1.4, 1.9).

Both children's networks are told, each of its own child and that another child is concerned.
"""

from dataclasses import replace
from itertools import permutations

import pytest

from safeguarding.companions import MAY_CHANGE
from safeguarding.events import COMPANIONS, RETRACTION
from safeguarding.facts import AlertRaised, AlertWithdrawn, NamedAsCompanion
from schemas.registry import load_registry
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import MORNING, NIGHT, Said, found, london
from tests.unit.rules.said_companions import FIRST_NUMBER, OTHER_NUMBER, naming, together
from tests.unit.rules.said_risks import risk
from tests.unit.rules.spec import (
    Audience,
    Doing,
    Scene,
    given,
    heard,
    members,
    named_by,
    raised,
    received,
    updated,
    withdrawn,
)

ALERT = "named-companion"
LATER = "2021-10-02 04:40"
LATER_STILL = "2021-10-02 06:00"
AROUND_THE_OTHER = members("social_worker edt missing_coordinator iro foster_carer")
# The police's coordinator says so, and is not told so.
AT_NIGHT: Audience = {"urgent": "edt foster_carer", "digest": "social_worker iro"}
SAID = together(NIGHT, OTHER_NUMBER)
NAMED = (
    "By a report of police, this child is thought to be missing together with another child. If "
    "this child is not known to be missing, find out where this child is. Kith does not say who "
    "the other child is: ring police."
)


def given_the_other(*doings: Doing) -> Scene:
    """The child who is named, and whose number everybody has."""
    return given(AROUND_THE_OTHER, *doings)


# --- the child who is named --------------------------------------------------------------------


def test_who_can_look_for_the_child_is_asked_at_once_and_everybody_else_reads_of_it() -> None:
    given_the_other().when(
        heard(SAID),
    ).then(
        named_by("police"),
        raised(ALERT, "high", what=NAMED, **AT_NIGHT),
    ).then_awaits({"edt": "2021-10-02 03:40", "foster_carer": "2021-10-02 03:40"})


def test_in_office_hours_the_social_worker_is_asked_too() -> None:
    given_the_other().when(
        heard(together(MORNING, OTHER_NUMBER)),
    ).then(
        named_by("police"),
        raised(ALERT, "high", urgent="social_worker foster_carer", digest="edt iro"),
    )


def test_where_nobody_on_the_network_can_act_those_who_stand_in_are_asked() -> None:
    given(members("iro")).when(
        heard(SAID),
    ).then(
        named_by("police"),
        raised(ALERT, "high", urgent="edt steward", digest="iro"),
    )


def test_a_report_that_names_nobody_or_somebody_else_says_nothing_of_the_child() -> None:
    given_the_other().when(
        heard(together(NIGHT)),
        heard(together(NIGHT, "9994021133", episode="MP-2")),
    ).then_nothing()


def test_a_report_in_the_schemas_first_version_names_nobody() -> None:
    first = replace(together(NIGHT), schema=1)
    first = replace(first, details={"episode": "MP-1", "reported_by": "x", "kind": "missing"})
    given_the_other().when(heard(first)).then_nothing()


def test_that_the_first_child_is_found_says_nothing_of_the_other() -> None:
    given_the_other(heard(SAID)).when(
        heard(found("MP-1", LATER)),
        heard(risk(LATER, looked_after=False)),
    ).then_nothing().then_open("named-companion high 0")


# --- no more than that -------------------------------------------------------------------------


def test_nothing_that_it_is_told_says_who_the_other_child_is() -> None:
    """Fails without: ``_without_the_other``."""
    said = replace(
        together(
            NIGHT,
            OTHER_NUMBER,
            episode="THE-EPISODE",
            reference="THE-REPORT",
            last_seen_place="THE-PLACE",
            circumstances="THE-CIRCUMSTANCES",
        ),
    )
    scene = given_the_other().when(heard(said), heard(said.retracted(), LATER))
    alerts = [*scene.facts(ALERT)]
    assert [type(each) for each in alerts] == [AlertRaised, AlertWithdrawn]
    for text in (FIRST_NUMBER, "THE-"):
        assert text not in repr([each.alert for each in alerts])
        assert text not in "".join(
            identifier.value for each in alerts for identifier in each.alert.subject.identifiers
        )


def test_the_fact_in_the_childs_log_names_the_report_and_nobody() -> None:
    hub = Hub()
    hub.hear(SAID.received(london(NIGHT)))
    (fact, _) = (each.body for each in hub.entries)
    assert fact == NamedAsCompanion("police", SAID.reference, 1)


# --- the child who is reported missing ---------------------------------------------------------


def test_the_first_childs_network_is_told_in_its_own_alert_that_another_is_concerned() -> None:
    given(members("edt iro"), hub=Hub(ruleset=only("missing"))).when(
        received(together(NIGHT, OTHER_NUMBER, "9994021133")),
    ).then(
        raised(
            "missing",
            what="Missing, reported by placement; thought to be with another child.",
            urgent="edt",
            digest="iro",
        ),
    )


def test_once_its_agency_names_nobody_any_more_the_first_childs_network_reads_so() -> None:
    given(members("edt"), received(SAID), hub=Hub(ruleset=only("missing"))).when(
        received(naming(SAID), LATER),
    ).then(
        updated("missing", what="Missing, reported by placement.", urgent="", digest="edt"),
    )


# --- repeats, late and out of order ------------------------------------------------------------


def test_told_twice_it_is_said_once() -> None:
    given_the_other(heard(SAID)).when(
        heard(SAID, LATER),
        heard(SAID.corrected(circumstances="Seen at the station."), LATER),
    ).then_nothing()


def test_another_report_is_another_alert() -> None:
    given_the_other(heard(SAID)).when(
        heard(together(LATER, OTHER_NUMBER, episode="MP-2")),
    ).then(named_by("police"), raised(ALERT, **AT_NIGHT))


def test_told_days_late_it_is_told_no_less_urgently() -> None:
    given_the_other().when(
        heard(SAID, at=MORNING),
    ).then(
        named_by("police"),
        raised(ALERT, "high", urgent="social_worker foster_carer", digest="edt iro"),
    )


def test_history_loaded_in_bulk_tells_nobody() -> None:
    given_the_other().when(
        heard(together("2021-03-01 10:00", OTHER_NUMBER).as_history(), at=NIGHT),
    ).then(
        named_by("police"),
        raised(ALERT, urgent="", digest=""),
    )


@pytest.mark.parametrize(
    ("said", "open_in_the_end"),
    [
        ([SAID, naming(SAID), naming(naming(SAID), OTHER_NUMBER)], True),
        ([SAID, naming(SAID, OTHER_NUMBER), naming(naming(SAID, OTHER_NUMBER))], False),
        ([SAID, naming(SAID, OTHER_NUMBER), naming(SAID, OTHER_NUMBER).retracted()], False),
    ],
)
def test_in_any_order_the_same_is_open_in_the_end(said: list[Said], open_in_the_end: bool) -> None:
    for order in permutations(said):
        scene = given_the_other(*(heard(each, LATER_STILL) for each in order))
        scene.then_open(*(["named-companion high 0"] if open_in_the_end else []))


# --- corrections and retractions ---------------------------------------------------------------


def test_a_correction_that_names_nobody_takes_it_back_and_says_so_to_whoever_was_told() -> None:
    given_the_other(heard(SAID)).when(
        heard(naming(SAID), LATER),
    ).then(
        withdrawn(ALERT, **AT_NIGHT),
    ).then_awaits({})


def test_a_correction_that_names_somebody_else_takes_it_back() -> None:
    given_the_other(heard(SAID)).when(
        heard(naming(SAID, "9994021133"), LATER),
    ).then(
        withdrawn(ALERT, **AT_NIGHT),
    )


def test_a_retraction_takes_it_back() -> None:
    scene = given_the_other(heard(SAID)).when(heard(SAID.retracted(), at=MORNING))
    scene.then(withdrawn(ALERT, **AT_NIGHT)).then_awaits({}).then_open()
    (fact,) = scene.facts(ALERT)
    assert fact.alert.what == (
        "police has corrected or taken back the report that named this child as missing with "
        "another child. It names this child no more. What else is known of this child stands."
    )


def test_a_correction_that_names_the_child_for_the_first_time_is_told() -> None:
    said = together(NIGHT)
    given_the_other(heard(said)).when(
        heard(naming(said, OTHER_NUMBER), LATER),
    ).then(named_by("police"), raised(ALERT, **AT_NIGHT))


def test_named_again_after_it_was_taken_back_it_is_told_like_new() -> None:
    given_the_other(heard(SAID), heard(naming(SAID), LATER)).when(
        heard(naming(naming(SAID), OTHER_NUMBER), LATER_STILL),
    ).then(named_by("police"), raised(ALERT, **AT_NIGHT))


def test_what_is_taken_back_before_it_came_is_told_to_nobody() -> None:
    given_the_other(heard(SAID.retracted(), LATER)).when(heard(SAID, LATER_STILL)).then_nothing()


# --- what may name a child ---------------------------------------------------------------------


def test_a_retraction_and_a_report_are_all_that_can_change_it() -> None:
    """Fails without: a type in ``MAY_CHANGE`` for each schema that has the field."""
    naming_types = {
        schema.type
        for schema in load_registry().family("events")
        if any(field.path == COMPANIONS for field in schema.fields())
    }
    assert naming_types | {RETRACTION} == MAY_CHANGE
