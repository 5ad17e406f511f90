"""What the tests of the stories need to know of a story at each of its steps.

Written apart from the rules on purpose: it checks what people wrote, and must not share the faults
of what is checked against it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from producers.scenario import (
    Acknowledge,
    Expectations,
    ExpectedNotification,
    NetworkJoin,
    NetworkLeave,
    Publish,
    Step,
    Story,
    load,
    load_expected,
)
from safeguarding.facts import Recipient
from schemas.agencies import Agencies, load_agencies

ROOT = Path(__file__).parents[3]
CHILD_K = ROOT / "scenarios" / "child-k"
STORIES = ("july-2021", "custody-night-with-the-hub", "custody-night-as-it-happened")
OFFICE = {
    "social_worker",
    "team_manager",
    "iro",
    "camhs_community",
    "safeguarding_nurse",
    "steward",
}
ANSWER_WITHIN = {"critical": timedelta(minutes=15), "high": timedelta(minutes=60)}

# Whom a pattern asks, which is office work: by day at once, at night once the office is open.
PLAN = {"social_worker", "team_manager", "missing_coordinator", "camhs_community"}

every_story = pytest.mark.parametrize("name", STORIES)

Told = tuple[ExpectedNotification, ...]


@cache
def agencies() -> Agencies:
    return load_agencies(ROOT / "deploy" / "agencies.yaml")


@cache
def written(name: str) -> tuple[Story, Expectations]:
    area = agencies()
    story = load(CHILD_K / f"{name}.yaml", area)
    return story, load_expected(CHILD_K / "expected" / f"{name}.yaml", story, area)


def read(name: str) -> tuple[Story, Told]:
    story, expected = written(name)
    return story, expected.copies


def members(story: Story, at: Step) -> set[Recipient]:
    """Who is on the network when this step comes."""
    on: dict[Recipient, NetworkJoin] = {}
    for step in story.steps:
        if step.at > at.at:
            break
        if isinstance(step.action, NetworkJoin):
            on[step.action.recipient] = step.action
        elif isinstance(step.action, NetworkLeave):
            on.pop(step.action.recipient)
    return {
        who
        for who, join in on.items()
        if join.starts_at <= at.at and (join.ends_at is None or at.at < join.ends_at)
    }


def on_duty(role: str, at: datetime) -> bool:
    local = at.astimezone(ZoneInfo("Europe/London"))
    office = local.weekday() < 5 and 9 <= local.hour < 17
    if role == "edt":
        return not office
    return office or role not in OFFICE


def opens_after(at: datetime) -> datetime:
    """When the office opens next; no bank holiday lies in the stories."""
    local = at.astimezone(ZoneInfo("Europe/London"))
    morning = local.replace(hour=9, minute=0, second=0, microsecond=0)
    while morning <= local or morning.weekday() > 4:
        morning += timedelta(days=1)
    return morning


def published(step: Step) -> Publish:
    assert isinstance(step.action, Publish)
    return step.action


def said(story: Story, event_type: str) -> Iterator[tuple[Step, Publish]]:
    """The steps that publish events of this type."""
    for step in story.steps:
        if isinstance(step.action, Publish) and step.action.event["type"] == event_type:
            yield step, step.action


def answers(story: Story, copy: ExpectedNotification) -> list[datetime]:
    """When this recipient answers for this alert."""
    return [
        step.at
        for step in story.steps
        if isinstance(step.action, Acknowledge)
        and step.action.alert == copy.alert
        and step.action.recipient == copy.recipient
    ]
