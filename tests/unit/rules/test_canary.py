"""Specs of canary."""

from safeguarding.events import CANARY
from tests.unit.rules.said import Said
from tests.unit.rules.spec import given, members, raised, received, time_passes


def canary(agency: str = CANARY, reference: str = "canary-1") -> Said:
    own = ({"scheme": "local", "value": "canary-2026-11-24"},)
    return Said(CANARY, agency, reference, "2026-11-24 03:00", None, None, {}, identifiers=own)


def test_it_is_told_to_the_hubs_own_agency_alone() -> None:
    """Fails without: Route.always (nobody is told), readers=() (the steward is)."""
    given().when(received(canary())).then(raised("canary", "medium", urgent="", digest="canary"))


def test_whoever_is_on_a_network_hears_nothing_of_it() -> None:
    given(members("social_worker edt placement")).when(received(canary())).then(
        raised("canary", urgent="", digest="canary")
    )


def test_nobody_is_asked_to_answer_and_nothing_falls_due() -> None:
    scene = given(received(canary())).then_awaits({})
    scene.when(time_passes("2026-11-30 03:00")).then_nothing()


def test_each_is_an_alert_of_its_own_and_repeats_say_nothing() -> None:
    given(received(canary())).when(received(canary()), received(canary(reference="canary-2"))).then(
        raised("canary", digest="canary")
    )


def test_from_any_other_agency_it_is_nothing() -> None:
    given().when(received(canary(agency="police"))).then_nothing()
