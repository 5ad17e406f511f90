"""What a story is once it has been read: steps in the order of time, each doing one thing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from safeguarding.facts import Recipient


@dataclass(frozen=True, slots=True)
class Child:
    """Who the story is about: a national number, and each agency's own number of her."""

    nhs_number: str
    local: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AlertName:
    """An alert as stories speak of it: its rule, its kind there, and the step that raised it.

    ``key`` is None where the rule has one kind of alert, and for its first; ``pattern`` is the
    pattern of ``missing``, ``own-people`` what ``team-support`` says to an agency of its own.
    """

    rule: str
    key: str | None
    raised_by: str


@dataclass(frozen=True, slots=True)
class Publish:
    """An agency publishes an event. ``event`` is the complete plain form (``schemas/plain.py``)."""

    agency: str
    backfill: bool
    event: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NetworkJoin:
    """A team in a role joins the child's network; ``ends_at`` is exclusive."""

    recipient: Recipient
    starts_at: datetime
    ends_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class NetworkLeave:
    """A team in a role leaves the child's network."""

    recipient: Recipient
    reason: str


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """A team in a role answers for having seen an alert."""

    alert: AlertName
    recipient: Recipient
    action: str | None
    already_known: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """Nothing but time passes. What has fallen due by the step's instant comes."""


Action = Publish | NetworkJoin | NetworkLeave | Acknowledge | Tick


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens. ``at`` is when the hub receives it, in the time of the scenario.

    ``written_as`` is the step of the file that it comes from: one there may be several here.
    ``paragraphs`` are the review's. What it does not say was chosen: ``when_chosen`` says why the
    day or hour is this one, ``chosen`` what of the content, by aspect (``sources.py``).
    """

    id: str
    written_as: str
    at: datetime
    what: str
    paragraphs: tuple[str, ...]
    when_chosen: str | None
    chosen: Mapping[str, str]
    action: Action


@dataclass(frozen=True, slots=True)
class Story:
    """A story. ``world`` is ``as-it-happened`` or ``with-the-hub``; ``agencies`` take part in it.

    ``continues`` names the story that the same child has lived through before, if it is played too.
    ``rules`` is the file of ``schemas/rulesets`` that decides, None for the one in force.
    ``network_rules`` is the file of ``schemas/rulesets`` by which memberships follow from events;
    None where none do. What is expected of the story holds on a hub with the same.
    """

    id: str
    title: str
    world: str
    summary: str
    rules: str | None
    network_rules: str | None
    continues: str | None
    child: Child
    agencies: tuple[str, ...]
    steps: tuple[Step, ...]
    path: Path

    def step(self, step_id: str) -> Step:
        """Find a step. Raises LookupError."""
        for step in self.steps:
            if step.id == step_id:
                return step
        raise LookupError(f"{self.path}: there is no step {step_id}")
