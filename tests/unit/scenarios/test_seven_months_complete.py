"""The whole story: what begins ends, each harm is an event, and what was invented says so."""

from collections import Counter
from typing import Any

from producers.scenario import Story
from tests.unit.scenarios.test_seven_months import at, both_worlds, events, header, seven_months
from tests.unit.scenarios.told import said


def of_type(story: Story, event_type: str) -> list[dict[str, Any]]:
    return [dict(each.event) for _, each in said(story, event_type)]


@both_worlds
def test_each_placement_has_ended_before_the_next_begins(in_fact: bool) -> None:
    """1.3, 3.12 to 3.27. Fails without: any placement-end; the last placement goes on."""
    open_ones: list[str] = []
    for _, each in events(seven_months(in_fact)):
        if each.event["type"] == "placement-start":
            assert open_ones == []
            open_ones.append(each.event["placement"])
        elif each.event["type"] == "placement-end":
            open_ones.remove(each.event["placement"])
    assert open_ones == ["PL-5201"]


@both_worlds
def test_each_stay_in_hospital_ends(in_fact: bool) -> None:
    """Fails without: the discharge of 25 January; the transfer, which ends one and begins one."""
    inside: list[tuple[str, str | None]] = []
    for _, each in events(seven_months(in_fact)):
        match each.event:
            case {"type": "hospital-admission", "site": site}:
                inside.append((site, each.event["spell"]))
            case {"type": "hospital-transfer", "from_site": left, "to_site": to}:
                inside = [stay for stay in inside if stay[0] != left]
                inside.append((to, each.event["spell"]))
            case {"type": "hospital-discharge", "site": site}:
                inside.remove((site, each.event["spell"]))
    assert inside == []


def test_who_left_is_back_and_who_is_back_left() -> None:
    """3.20, 3.24. Fails without: back-in-the-hospital; the left of 13 December."""
    steps = [(each["spell"], each["step"]) for each in of_type(seven_months(), "absconded")]
    assert steps == [
        ("SP-70411", "left"),
        ("SP-70411", "returned"),
        ("HS-3377", "left"),
        ("HS-3377", "returned"),
    ]


def test_each_restriction_stops_where_it_started() -> None:
    """Fails without: any stop."""
    running: dict[str, str] = {}
    for each in of_type(seven_months(), "restriction"):
        match each["step"]:
            case "started":
                assert each["place"] not in running
                running[each["place"]] = each["kind"]
            case "changed":
                assert each["place"] in running
                running[each["place"]] = each["kind"]
            case _:
                assert running.pop(each["place"]) == each["kind"]
    assert running == {}


def test_each_harm_is_an_event_of_its_own() -> None:
    """1.4, 3.19, 3.20, 3.22 to 3.24. Fails without: any of these steps."""
    story = seven_months()
    harmed = [
        (at(header(each)["occurred"]).date().isoformat(), each.event["method"])
        for _, each in said(story, "self-harm-incident")
    ]
    assert harmed == [
        ("2021-10-11", "ligature"),
        ("2021-10-11", "ligature"),
        ("2021-10-13", "height"),
        ("2021-10-26", "overdose"),
        ("2021-12-22", "not_known"),
    ]
    assert [each["unconscious"] for each in of_type(story, "emergency-attendance")] == [
        False,
        True,
        True,
    ]
    revived = [step.id for step, each in events(story) if _revived(dict(each.event))]
    assert revived == ["ward-ligature", "found-unconscious"]


def _revived(event: dict[str, Any]) -> bool:
    words = f"{event.get('treatment')} {event.get('account')}".lower()
    return "revived" in words or "resuscitated" in words


def test_the_search_for_a_secure_bed_has_the_reviews_figures() -> None:
    """3.20. Fails without: the quotes in no-secure-bed; its comma would part one need in two."""
    (search,) = (
        each for each in of_type(seven_months(), "placement-search") if each["kind"] == "secure"
    )
    assert (search["competing"], search["beds"]) == (65, 2)
    assert search["needs"] == ["a bed for a girl, of which there is one"]


def test_what_is_chosen_of_a_placement_is_marked() -> None:
    """Of all but her mother's and the last, which say no more. Fails without: any of the marks."""
    marked = {
        step.id
        for step, each in said(seven_months(), "placement-start")
        if "detail" in step.chosen and not each.backfill
    }
    assert marked == {
        "residential",
        "holiday-let",
        "first-move",
        "second-move",
        "to-her-foster-carer",
        "emergency-bed",
        "out-of-area",
    }


def test_what_is_invented_of_a_meeting_is_marked_at_each() -> None:
    """3.4: nine of the 23 can be told apart. Fails without: any mark of a meeting."""
    marked = Counter(
        aspect
        for step, _ in said(seven_months(), "meeting")
        for aspect in step.chosen
        if aspect in ("step", "people")
    )
    assert marked == {"people": 23, "step": 23 - 9}


def test_a_time_and_a_content_that_were_chosen_are_told_apart() -> None:
    """Almost every day is chosen, and not every content. Fails without: any of these marks."""
    steps = [step for step, each in events(seven_months()) if not each.backfill]
    when = {step.id for step in steps if step.when_chosen}
    content = {step.id for step in steps if step.chosen}
    assert "order-made" in when - content
    assert {"back-on-the-ward", "ward-ligature", "placement-not-for-her"} <= content
    assert len(when) > len(content)
    assert "words" in seven_months().step("placement-not-for-her").chosen
    assert "outcome" in seven_months().step("ward-ligature").chosen
    plain = {"second-ward-ligature", "older-men", "order-made", "transfer", "m01-missing"}
    assert plain & content == {"m01-missing"}
