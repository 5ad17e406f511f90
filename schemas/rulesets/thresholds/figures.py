"""The kinds of figure that thresholds are made of."""

from typing import Annotated

from pydantic import Field

Positive = Annotated[int, Field(ge=1)]
# How many of something make a pattern.
Several = Annotated[int, Field(ge=2)]
