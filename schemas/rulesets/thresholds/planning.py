"""Thresholds of the rules about planning for a looked-after child."""

from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from schemas.reviewed_file import Reviewed
from schemas.rulesets.thresholds.codes import ReadsSelfHarmNow
from schemas.rulesets.thresholds.figures import Positive, Several


class PlanningMeetingOverdueThresholds(ReadsSelfHarmNow):
    """See the rule."""

    days: Positive
    kinds: list[str]
    risk_days: Positive
    meetings_step: Several
    look_around_days: Positive


ForumPurpose = Literal["self_harm", "exploitation", "risk", "missing", "moves"]


class ForumNeededThresholds(Reviewed):
    """See the rule. ``alone`` and ``kinds`` are by purpose; the file names each of them."""

    alone: dict[ForumPurpose, Positive]
    together: Several
    whole_kinds: list[str]
    kinds: dict[ForumPurpose, Annotated[list[str], Field(min_length=1)]]
    stands_days: Positive
    settles_days: Positive
    called_days: Positive
    self_harm_days: Positive
    past_harm_days: Positive
    told_late_days: Positive
    life_days: Positive

    @model_validator(mode="after")
    def _names_each(self) -> Self:
        for name in ("alone", "kinds"):
            left_out = set(get_args(ForumPurpose)) - set(getattr(self, name))
            if left_out:
                raise ValueError(f"{name} must name {', '.join(sorted(left_out))} too")
        return self


class AssessmentOverdueThresholds(Reviewed):
    """See the rule."""

    months: Positive
    days_after_disruption: Positive
    days_after_change: Positive
    days_after_discharge: Positive
    fresh_days: Positive
    discharge_fresh_days: Positive
    order_days: Positive
    other_ends: list[str]
    run_days: Positive
    look_around_days: Positive


class TransitionThresholds(ReadsSelfHarmNow):
    """See the rule."""

    due_months: Positive
    days_after: Positive
    risk_months: Positive
    days: Several
    plan_months: Positive
    kinds: list[str]
