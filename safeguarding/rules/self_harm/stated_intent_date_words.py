"""What an alert says of the date that a child named, as it comes near and as it has passed."""

from collections.abc import Sequence
from datetime import datetime

from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.moments import Moment, Precision
from safeguarding.rules.days import in_words
from safeguarding.rules.rule import Finding, Route
from safeguarding.rules.self_harm import stated_intent_words as said_words
from safeguarding.rules.self_harm.stated_intents import closes

_ASKED_BEFORE = (
    "Asked: that somebody speaks with the child about it and looks at the plan, and that it is "
    "known who is with the child then."
)
_ASKED_AFTER = (
    "That has passed, and nobody has told since that it was closed. Asked: that somebody asks the "
    "child how things are and looks at the safety plan, and then closes it or keeps it in view."
)


def near(
    said: Event,
    by: Moment,
    looked: Event | None,
    closing: Event | None,
    early: Sequence[Event],
    since: datetime,
    route: Route,
) -> Finding:
    """That nobody looked at the plan in time, or who did since (``looked``), or has closed it."""
    if closing is not None:
        return _over(said, closing, said_words.closed(said, closing), route)
    if looked is not None:
        of_plan = f"The safety plan was looked at {said_words.the_day(looked)}."
        how = said_words.how_closed(looked, before_its_date=True) if closes(looked) else of_plan
        return _over(said, looked, f"{_words(said, by)} {how}", route)
    not_told = "Nobody has told that the safety plan was looked at since "
    not_told += f"{in_words(since, Precision.DAY)}."
    what = [_words(said, by), *_early(early), not_told, _ASKED_BEFORE]
    return _open(said, "The day that the child named is near", what, early, route)


def passed(
    said: Event, by: Moment, closing: Event | None, early: Sequence[Event], route: Route
) -> Finding:
    """That nobody has closed it since its date passed, or who closed it later."""
    if closing is not None:
        return _over(said, closing, said_words.closed(said, closing), route)
    what = [_words(said, by), *_early(early), _ASKED_AFTER]
    return _open(said, "The day that the child named has passed", what, early, route)


def _words(said: Event, by: Moment) -> str:
    return f"{said_words.what_was_said(said)} By when: {said_words.the_date(by)}."


def _early(closings: Sequence[Event]) -> list[str]:
    return [said_words.how_closed(each, before_its_date=True) for each in closings]


def _open(
    said: Event, headline: str, what: Sequence[str], early: Sequence[Event], route: Route
) -> Finding:
    return Finding(
        severity=Severity.HIGH,
        headline=headline,
        what=" ".join(what),
        where=None,
        occurred=said.occurred,
        grounds=(said, *early),
        route=route,
        level=1,
    )


def _over(said: Event, by: Event, what: str, route: Route) -> Finding:
    return Finding(
        severity=Severity.HIGH,
        headline="The day that the child named: looked at",
        what=what,
        where=None,
        occurred=by.occurred,
        grounds=(said, by),
        route=route,
        level=0,
        settled=True,
    )
