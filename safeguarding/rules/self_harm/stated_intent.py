"""stated-intent: a child said that they mean to die or to be harmed (1.4).

The child of the review had said that she meant to die before her 18th birthday. Such words are said
to one person on one evening, and months later it is everybody's date. So what was said stays in
view until its date has passed **and** somebody has closed it: who closes it earlier is named, and
it stays. Without a date it stays until somebody closes it.

The contract has no number of the matter, so all that a child has said and nobody has closed is
one. A rule does not know the present: that a date comes near, or has passed and nobody closed it,
is told by ``stated_intent_date``.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.rules.rule import Finding, Need, Route, Thresholds
from safeguarding.rules.self_harm import stated_intent_words as words
from safeguarding.rules.self_harm.let_go import WHERE_THE_CHILD_IS, let_go
from safeguarding.rules.self_harm.stated_intents import (
    INTENT,
    by_when,
    closes,
    closing_of,
    follows,
    says,
)

# One for each child, since nothing says which words belong together.
_KEY = "intent"
# Those who have the child now, and those who can come. A ward or a custody suite may be on the
# network for weeks after the child has left: where the hub was told so, it reads and is not called.
ABLE_TO_ACT = (
    "social_worker",
    "edt",
    "placement",
    "foster_carer",
    "ward",
    "custody_sergeant",
    "camhs_crisis",
    "safeguarding_nurse",
)


class StatedIntent:
    """One alert for each child, which closing settles once the date has passed."""

    id = "stated-intent"
    paragraphs: tuple[str, ...] = ("1.4",)
    why = (
        "A child who says that they mean to die may do it, and a day that they name is still to "
        "come when those who heard it have gone. It must stay in view until somebody closes it."
    )
    watches = frozenset({INTENT})

    def needs(self, thresholds: Thresholds) -> tuple[Need, ...]:
        """All that was ever said, and where the child was: it is rare, and a date may be far."""
        life = timedelta(days=thresholds["life_days"])
        return (Need(self.watches | WHERE_THE_CHILD_IS, life, life),)

    def keys(self, case: Case, about: Event) -> tuple[str, ...]:
        """The child's."""
        del case, about
        return (_KEY,)

    def assess(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> Mapping[str, Finding | None]:
        """Whether anything that the child said is still in view."""
        life = timedelta(days=thresholds["life_days"])
        since, until = about.placed_at - life, about.placed_at + life
        events = case.events(self.watches, since, until)
        said = [each for each in events if says(each)]
        closings = [each for each in events if closes(each)]
        if not said:
            return {_KEY: None}  # A closing alone tells nobody.
        route = Route(act=ABLE_TO_ACT, let_go=let_go(case, since, until))
        in_view = [each for each in said if closing_of(each, closings) is None]
        if in_view:
            return {_KEY: _open(in_view, closings, route, thresholds)}
        return {_KEY: _settled(said[-1], closings[-1], route)}


def _is_near(said: Event, days: int) -> bool:
    """Whether the date lies within so many days after it was said."""
    by = by_when(said)
    if by is None or by.latest is None:
        return False
    return by.latest >= said.placed_at >= by.at - timedelta(days=days)


def _open(
    in_view: Sequence[Event], closings: Sequence[Event], route: Route, thresholds: Thresholds
) -> Finding:
    near = any(_is_near(each, thresholds["near_days"]) for each in in_view)
    # Those who closed something of this before its date had passed.
    early = [each for each in closings if follows(each, in_view[0])]
    dated = any(by_when(each) for each in in_view)
    with_means = any(each.details["means"] for each in in_view)
    return Finding(
        severity=Severity.CRITICAL if near else Severity.HIGH,
        headline="Said that they mean to die or be harmed",
        what=words.in_view(in_view, early, near_days=thresholds["near_days"] if near else None),
        where=None,
        occurred=in_view[-1].occurred,
        grounds=(*in_view, *early),
        route=route,
        # Said once more is a line; a date, or means, makes it more likely, and is told like new.
        level=1 + dated + with_means,
    )


def _settled(said: Event, closing: Event, route: Route) -> Finding:
    return Finding(
        severity=Severity.HIGH,
        headline="Stated intent: closed",
        what=words.closed(said, closing),
        where=None,
        occurred=closing.occurred,
        grounds=(said, closing),
        route=route,
        # Said again afterwards, or a closing that is taken back, is a rise, and told like new.
        level=0,
        settled=True,
    )
