"""The kinds of figure that thresholds are made of."""

from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator, Field

Positive = Annotated[int, Field(ge=1)]
# How many of something make a pattern.
Several = Annotated[int, Field(ge=2)]


def _rising(steps: list[int]) -> list[int]:
    if any(after <= before for before, after in pairwise(steps)):
        raise ValueError("each must be greater than the one before it")
    return steps


# Steps that a count or a score reaches in turn.
Rising = Annotated[list[Positive], Field(min_length=1), AfterValidator(_rising)]
