"""Whence a part of a story comes, and what of it was chosen."""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from schemas.reviewed_file import Reviewed

Sentence = Annotated[str, StringConstraints(min_length=1, max_length=1000)]

# How many paragraphs each chapter of the review has.
_PARAGRAPHS = {1: 9, 2: 4, 3: 40, 4: 3}


def _paragraph(text: str) -> str:
    match = re.fullmatch(r"([1-4])\.([1-9][0-9]?)", text)
    if match is None or int(match[2]) > _PARAGRAPHS[int(match[1])]:
        raise ValueError("must be a paragraph of the review, in quotes, such as '3.17'")
    return text


Paragraph = Annotated[str, AfterValidator(_paragraph)]
Paragraphs = Paragraph | Annotated[list[Paragraph], Field(min_length=1)]

# What of a step can be chosen, apart from when it was.
# step: the source does not tell of it, or one step stands for many. publisher: which agency or role
# tells of it. people: who was there, did it, or was spoken to. words: what was said, written or
# decided. outcome: what came of it, who ended it, how. detail: a kind, a code, a place, a means.
Aspect = Literal["step", "publisher", "people", "words", "outcome", "detail"]


class _FromParagraphs(Reviewed):
    paragraph: Paragraphs | None = None
    why: Sentence | None = None

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The paragraphs, one or more or none."""
        if self.paragraph is None:
            return ()
        return (self.paragraph,) if isinstance(self.paragraph, str) else tuple(self.paragraph)


class Sourced(_FromParagraphs):
    """Says where it comes from: a paragraph of the review, a choice and its reason, or both."""

    chosen: Literal[True] | None = None

    @model_validator(mode="after")
    def _has_a_source(self) -> Self:
        if self.paragraph is None and not self.chosen:
            raise ValueError("must have a paragraph, or chosen: true and why")
        if self.chosen and self.why is None:
            raise ValueError("is chosen, so it must say why")
        return self


class SourcedStep(_FromParagraphs):
    """Says where a step comes from, and apart from each other two things that were chosen.

    ``when`` is the day or the hour, and ``why`` says why then. ``chosen`` is what of the content
    was chosen: each aspect with what the source does not say of it.
    """

    when: Literal["chosen"] | None = None
    chosen: Annotated[dict[Aspect, Sentence], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _has_a_source(self) -> Self:
        if self.paragraph is None and "step" not in (self.chosen or {}):
            raise ValueError(
                "must have a paragraph, or chosen: {step: what the source does not say}"
            )
        if self.when and self.why is None:
            raise ValueError("has its time chosen, so it must say why")
        return self
