"""The whole story: complete by the review's counts, each event valid, in the order of time."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest

from producers.preparing import Preparer
from producers.scenario import Publish, Step, Story, load
from schemas.moment_text import read_moment
from tests.unit.scenarios.played import play
from tests.unit.scenarios.told import CHILD_K, agencies, published, read, said

FOLDER = CHILD_K / "seven-months"
PERIOD = (datetime(2021, 6, 13, tzinfo=UTC), datetime(2022, 1, 27, tzinfo=UTC))
NIGHT = ("missing", "found", "detention", "assessment", "ligature", "release")

both_worlds = pytest.mark.parametrize("in_fact", [False, True], ids=["with-the-hub", "in-fact"])


@cache
def seven_months(in_fact: bool = False) -> Story:
    return load(FOLDER, agencies(), in_fact=in_fact)


def events(story: Story) -> list[tuple[Step, Publish]]:
    return [(step, step.action) for step in story.steps if isinstance(step.action, Publish)]


def at(value: Any) -> datetime:
    moment = read_moment(value["at"] if isinstance(value, dict) else value)
    assert moment is not None
    instant: datetime = moment["at"]
    return instant


def header(each: Publish) -> dict[str, Any]:
    found: dict[str, Any] = each.event["event"]
    return found


@both_worlds
def test_every_event_can_be_published_without_a_warning(in_fact: bool) -> None:
    """Fails without: the dropping of what was never told, as_it_happened(); a role in said_by."""
    for step, each in events(seven_months(in_fact)):
        prepared = Preparer(each.agency, b"k" * 32).prepare(each.event, step.at)
        assert prepared.warnings == (), step.id


def test_it_has_as_many_events_as_were_asked_for() -> None:
    """More than the 80 to 120 that were asked for, and the README says how many and why.

    Fails without: any step of the folder.
    """
    of_period = [step for step, each in events(seven_months()) if not each.backfill]
    july = [step for step in of_period if re.fullmatch(r"m\d\d-(missing|found)", step.id)]
    assert len(july) == 2 * 18
    others = len(of_period) - len(july)
    assert others >= 80
    written = re.search(
        r"(\d+) of them from twelve agencies.*are 36 of the \1;\s+the\s+rest are (\d+)\.",
        (FOLDER / "README.md").read_text(),
        flags=re.DOTALL,
    )
    assert written is not None
    assert [int(each) for each in written.groups()] == [len(of_period), others]
    assert PERIOD[0] <= of_period[0].at
    assert of_period[-1].at < PERIOD[1]


@both_worlds
def test_no_rule_fails_of_it(in_fact: bool) -> None:
    """What is to come is not written yet; ``play`` itself asserts that no rule fails."""
    assert play(seven_months(in_fact), agencies())


def test_a_dozen_agencies_speak() -> None:
    speaking = {each.agency for _, each in events(seven_months())}
    assert len(speaking) == 12
    assert speaking == set(seven_months().agencies)


def test_july_has_eighteen_missing_episodes_and_two_moves() -> None:
    """Fails without: one of the reports of 02-july.yaml."""
    begun = [
        step
        for event_type in ("missing-report", "placement-start")
        for step, each in said(seven_months(), event_type)
        if not each.backfill and (step.at.year, step.at.month) == (2021, 7)
    ]
    assert Counter(published(step).event["type"] for step in begun) == {
        "missing-report": 18,
        "placement-start": 2,
    }
    assert len(list(said(seven_months(), "camhs-contact"))) > 3


def test_each_finding_ends_an_episode_that_was_reported() -> None:
    open_episodes: set[tuple[str, str]] = set()
    for _, each in events(seven_months()):
        if each.event["type"] == "missing-report":
            open_episodes.add((each.agency, each.event["episode"]))
        elif each.event["type"] == "missing-found":
            open_episodes.remove((each.agency, each.event["episode"]))
    assert open_episodes == set()


def test_there_are_about_23_meetings_and_who_was_left_out_is_said() -> None:
    """3.4, 3.6, 3.19. Fails without: one ``not_invited``, or the word planned in M-22."""
    meetings = [each.event for _, each in said(seven_months(), "meeting")]
    assert [each["meeting"] for each in meetings] == [f"M-{n:02}" for n in range(1, 24)]
    there = Counter(
        (who["role"], who["attendance"])
        for each in meetings
        for who in each["invitees"]
        if who["role"] in ("camhs_community", "adult_services")
    )
    assert there["camhs_community", "not_invited"] > len(meetings) / 2
    assert there["adult_services", "attended"] == 1
    assert [each["meeting"] for each in meetings if each["planned"] == "planned"] == ["M-22"]


def test_nine_placements_and_an_order_on_the_second_of_december() -> None:
    """1.5, 3.10; 1.6. Fails without: another day in order-made."""
    starts = [each for _, each in said(seven_months(), "placement-start") if not each.backfill]
    assert len(starts) == 9
    made = published(seven_months().step("order-made"))
    assert at(header(made)["occurred"]).date().isoformat() == "2021-12-02"


def test_section_2_is_over_before_its_28th_day() -> None:
    """Fails without: section-2-ends before 19 January 2022."""
    starts, ends = (
        at(header(published(seven_months().step(name)))["occurred"])
        for name in ("section-2", "section-2-ends")
    )
    day = (ends.date() - starts.date()).days + 1
    assert day <= 28
    last = at(published(seven_months().step("section-2")).event["ends"])
    assert (last.date() - starts.date()).days + 1 == 28


def test_section_136_lasts_no_longer_than_24_hours() -> None:
    arrived = at(published(seven_months().step("section-136")).event["arrived"])
    ended = at(header(published(seven_months().step("section-136-ends")))["occurred"])
    assert timedelta(0) < ended - arrived <= timedelta(hours=24)


def test_a_meeting_plans_the_second_discharge_and_none_the_first() -> None:
    """3.21, 3.22. Fails without: about_reference of M-15."""
    planned = {
        each.event.get("about_reference")
        for _, each in said(seven_months(), "meeting")
        if each.event["kind"] == "discharge_planning"
    }
    references = {
        name: header(published(seven_months().step(name)))["reference"]
        for name in ("first-admission", "paracetamol")
    }
    assert references["paracetamol"] in planned
    assert references["first-admission"] not in planned


@both_worlds
def test_every_step_has_a_source_and_times_are_in_order(in_fact: bool) -> None:
    """Fails without: the sorting of load(), for what was told late in fact."""
    story = seven_months(in_fact)
    assert [step.id for step in story.steps if not step.paragraphs and not step.chosen] == []
    assert [step.at for step in story.steps] == sorted(step.at for step in story.steps)
    for step, each in events(story):
        occurred, known = (at(header(each)[name]) for name in ("occurred", "known"))
        assert occurred <= known <= step.at, step.id


@pytest.mark.parametrize(
    ("name", "prefix"), [("july-2021", ""), ("custody-night-with-the-hub", "night-")]
)
def test_it_tells_what_the_shorter_stories_tell(name: str, prefix: str) -> None:
    """Fails without: the same hour in both files, for any step that both have."""
    short, whole = read(name)[0], seven_months()
    ids = {step.id for step in whole.steps}
    shared = [
        step
        for step in short.steps
        if isinstance(step.action, Publish) and not step.action.backfill
        if prefix + step.id in ids and (not prefix or step.id in NIGHT)
    ]
    assert len(shared) == (42 if name == "july-2021" else len(NIGHT))
    for step in shared:
        other = whole.step(prefix + step.id)
        assert (other.at, _bare(other)) == (step.at, _bare(step)), step.id


def test_it_tells_no_birthday_and_nothing_of_her_mothers() -> None:
    """Fails without: the comment sign before what 02-july.yaml says about July's release."""
    for path in sorted(FOLDER.glob("*.yaml")):
        said_there = "\n".join(
            line for line in path.read_text().splitlines() if not line.startswith("#")
        )
        assert "prison" not in said_there, path.name
        assert "mother's release" not in said_there.replace("''", "'"), path.name
    for step, each in events(seven_months()):
        assert set(header(each)["subject"]) == {"identifiers"}, step.id
        assert not {"name", "postcode", "by_when"} & set(each.event), step.id


def _bare(step: Step) -> object:
    """An event without the numbers of one child."""
    event = dict(published(step).event)
    own = dict(header(published(step)))
    for number in ("custody_record", "episode", "placement"):
        event.pop(number, None)
    for number in ("event_id", "reference"):
        own.pop(number)
    own["subject"] = [each["scheme"] for each in own["subject"]["identifiers"]]
    return {**event, "event": own}
