"""The form of the scenario files, as pydantic reads them. ``scenarios/child-k/README.md`` shows it.

A key that is not declared here is refused, so a misspelt one never passes for one left out.
"""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from producers.scenario.sources import Sentence, Sourced, SourcedStep
from schemas.agencies import AgencyId
from schemas.moment_text import read_date, read_instant, read_moment
from schemas.reviewed_file import Reviewed

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]
RecipientText = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*/[a-z][a-z0-9-]*/[a-z][a-z0-9_]*$")
]
AlertText = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z-]*(/[a-z][a-z-]*)?$")]
AnsweredText = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z-]*(/[a-z][a-z-]*)?( of [a-z][a-z0-9-]*)?$")
]
NhsNumber = Annotated[str, StringConstraints(pattern=r"^[0-9]{10}$")]
MinutesText = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,3} min$")]
# With the hub first, since a story of both worlds is written as that one.
WORLDS = ("with-the-hub", "as-it-happened")
Answered = dict[AnsweredText, dict[RecipientText, MinutesText]]


def _instant(text: object) -> datetime:
    at = read_instant(text) if isinstance(text, str) else None
    if at is None:
        raise ValueError("must be a time with its offset, such as 2021-10-02T02:41+01:00")
    return at


def _told(text: object) -> datetime | str:
    return text if text == "never" and isinstance(text, str) else _instant(text)


def _instant_or_day(text: object) -> datetime:
    """Read a time; a day means its first moment in London."""
    if isinstance(text, str) and read_date(text) is not None:
        moment = read_moment(text)
        if moment is not None:
            midnight: datetime = moment["at"]
            return midnight
    return _instant(text)


Instant = Annotated[datetime, BeforeValidator(_instant)]
InstantOrNever = Annotated[datetime | Literal["never"], BeforeValidator(_told)]
InstantOrDay = Annotated[datetime, BeforeValidator(_instant_or_day)]


class KnownAs(Reviewed):
    """How an agency knows the child: its own number, and whether it holds the NHS number."""

    local: Sentence
    nhs_number: bool


class ChildForm(Sourced):
    """The child of a story. ``in_fact`` is the number of the child who lives it as it happened."""

    nhs_number: NhsNumber
    in_fact: NhsNumber | None = None
    known_as: Annotated[dict[AgencyId, KnownAs], Field(min_length=1)]


class JoinForm(Reviewed):
    """Teams join from the step's time on."""

    recipients: Annotated[list[RecipientText], Field(min_length=1)]
    reason: Sentence
    until: InstantOrDay | None = None


class LeaveForm(Reviewed):
    """Teams leave at the step's time."""

    recipients: Annotated[list[RecipientText], Field(min_length=1)]
    reason: Sentence


class AlertForm(Reviewed):
    """An alert: its rule (``missing``, ``missing/pattern``) and the step that raised it."""

    rule: AlertText
    raised_by: Slug


class AcknowledgeForm(Reviewed):
    """A team answers for an alert."""

    alert: AlertForm
    recipient: RecipientText
    action: Sentence | None = None
    already_known: bool = False


class StepForm(SourcedStep):
    """One step: when, what, whence, and exactly one thing that it does.

    ``in_fact`` is when the agencies were told as it happened, where that was later than ``at``;
    ``acknowledged_in_fact`` is who answered then, where others were told. ``only`` names the world
    that alone has the step, where the other does otherwise.
    """

    id: Slug
    at: Instant
    only: Literal["as-it-happened", "with-the-hub"] | None = None
    in_fact: InstantOrNever | None = None
    what: Sentence
    agency: AgencyId | None = None
    backfill: bool = False
    identified_by: list[Literal["nhs-number", "local"]] | None = None
    publish: dict[str, Any] | None = None
    acknowledged: Answered = Field(default_factory=dict)
    acknowledged_in_fact: Answered | None = None
    network: str | None = None
    network_join: JoinForm | None = Field(default=None, alias="network-join")
    network_leave: LeaveForm | None = Field(default=None, alias="network-leave")
    acknowledge: AcknowledgeForm | None = None
    tick: Literal[True] | None = None

    @model_validator(mode="after")
    def _does_one_thing(self) -> Self:
        things = ("publish", "network", "network_join", "network_leave", "acknowledge", "tick")
        done = [thing for thing in things if getattr(self, thing) is not None]
        if len(done) != 1:
            names = ", ".join(thing.replace("_", "-") for thing in things)
            raise ValueError(f"must do exactly one of: {names}")
        if self.publish is None and (
            self.agency or self.backfill or self.identified_by or self.in_fact
        ):
            raise ValueError("agency, backfill, identified_by and in_fact belong to publish only")
        if self.only and (self.in_fact or self.acknowledged_in_fact is not None):
            raise ValueError("is of one world only, so nothing of it is said in_fact")
        if isinstance(self.in_fact, datetime) and self.in_fact <= self.at:
            raise ValueError("was told in_fact no later than at: leave in_fact out")
        if self.publish is not None and self.agency is None:
            raise ValueError("publishes, so it must name its agency")
        if not (self.publish or self.tick) and (self.acknowledged or self.acknowledged_in_fact):
            raise ValueError("neither publishes nor ticks, so it raises no alert to acknowledge")
        return self

    @property
    def worlds(self) -> frozenset[str]:
        """The worlds in which the step comes."""
        if self.only:
            return frozenset({self.only})
        return frozenset(WORLDS[:1] if self.in_fact == "never" else WORLDS)


class StoryForm(Reviewed):
    """A story's file, after its defaults have been put into its steps.

    ``rules`` names the rule set that decides while it is played, if not the one in force, and
    ``network_rules`` the memberships that follow from events while it is played, if any do.
    """

    story: Slug
    title: Sentence
    world: Literal["as-it-happened", "with-the-hub", "both"]
    summary: Sentence
    rules: str | None = None
    network_rules: str | None = None
    continues: Slug | None = None
    child: ChildForm
    agencies: Annotated[list[AgencyId], Field(min_length=1)]
    steps: Annotated[list[StepForm], Field(min_length=1)]

    @model_validator(mode="after")
    def _says_what_it_needs_for_both_worlds(self) -> Self:
        if (self.world == "both") != (self.child.in_fact is not None):
            raise ValueError("world is both exactly where child.in_fact gives a second number")
        differ = any(
            step.only or step.in_fact or step.acknowledged_in_fact is not None
            for step in self.steps
        )
        if self.world != "both" and differ:
            raise ValueError("has steps with in_fact or only, so world must be both")
        return self


class MembershipForm(Sourced):
    """A team on the child's network, from when until when (exclusive) and why."""

    id: Slug
    recipient: RecipientText
    starts: InstantOrDay = Field(alias="from")
    until: InstantOrDay | None = None
    reason: Sentence


class NetworkForm(Reviewed):
    """A network's file."""

    title: Sentence
    memberships: Annotated[list[MembershipForm], Field(min_length=1)]
