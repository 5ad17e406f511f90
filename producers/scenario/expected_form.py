"""The form of the files of expectations. ``scenarios/child-k/README.md`` shows it."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from producers.scenario.form import RecipientText, Slug
from producers.scenario.sources import Sentence, Sourced
from schemas.reviewed_file import Reviewed


class NotificationForm(Sourced):
    """What is expected at one or several steps. A mapping names the step that raised the alert."""

    step: Slug | list[Slug] | dict[Slug, Slug | list[Slug]]
    rule: Slug
    key: Slug | None = None
    kind: Literal["raised", "updated", "withdrawn", "reminder", "escalated", "briefing"]
    severity: Literal["critical", "high", "medium"]
    mode: Literal["urgent", "digest"]
    to: Annotated[list[RecipientText], Field(min_length=1)]

    @model_validator(mode="after")
    def _is_argued(self) -> Self:
        if self.paragraph is None or self.why is None:
            raise ValueError("must have a paragraph and say why")
        if (self.kind == "raised") == isinstance(self.step, dict):
            raise ValueError(
                "raised comes at the step itself; all else names it as {step: the step that raised}"
            )
        return self


class WithoutForm(Reviewed):
    """What of another file does not come here: one rule's alerts at these steps."""

    rule: Slug
    steps: Annotated[list[Slug], Field(min_length=1)]
    why: Sentence


class ExpectedForm(Reviewed):
    """A file of expectations.

    ``rules`` are those that it is about; nothing is said about the alerts of others. ``like`` names
    a file beside it whose expectations hold here too, but for those that ``without`` takes out.
    """

    story: Slug
    rules: Annotated[list[Slug], Field(min_length=1)] | None = None
    like: Slug | None = None
    without: list[WithoutForm] = Field(default_factory=list)
    notifications: list[NotificationForm]

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if self.without and self.like is None:
            raise ValueError("takes something out, so like must name the file that has it")
        if self.like is not None and self.rules is not None:
            raise ValueError("is like another file, whose rules are its own")
        return self
