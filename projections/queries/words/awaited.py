"""What rules await, in plain words: until when, what met it, why it is not known."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from projections.queries.words.names import cleaned, sentence
from projections.queries.words.said import Said, lines
from projections.queries.words.times import instant_in_words, until_in_words
from safeguarding.facts import (
    ExpectationCancelled,
    ExpectationLapsed,
    ExpectationMet,
    ExpectationOpened,
    Verdict,
)

Closing = ExpectationMet | ExpectationCancelled | ExpectationLapsed


def of_what(title: str, what: str | None) -> str:
    """A title with what was awaited, where the log that is shown says so."""
    return title if what is None else f"{title}: {cleaned(what)}"


def _opened(opened: ExpectationOpened, _: datetime) -> Said:
    title = "Awaited" if opened.revision == 1 else "Awaited, as it now stands"
    until = "Due at an event that has not come yet"
    if opened.due_at is not None:
        until = f"By {until_in_words(opened.due_at)}"
    whose = f"From {' or '.join(opened.agencies)}" if opened.agencies else None
    return Said(of_what(title, opened.what), lines(until, whose))


def _met(met: ExpectationMet, _: datetime) -> Said:
    return Said("Happened in time", (instant_in_words(met.met_at),))


def _cancelled(cancelled: ExpectationCancelled, _: datetime) -> Said:
    return Said("No longer awaited", (sentence(cleaned(cancelled.because)),))


def _lapsed(lapsed: ExpectationLapsed, _: datetime) -> Said:
    due = f"It was due by {until_in_words(lapsed.due_at)}"
    if lapsed.verdict is Verdict.MISSED:
        return Said("Has not happened in time", (due,))
    why = sentence(cleaned(lapsed.because)) if lapsed.because else None
    return Said("Not known whether it happened in time", lines(due, why))


WORDS: Mapping[type, Callable[[Any, datetime], Said]] = {
    ExpectationOpened: _opened,
    ExpectationMet: _met,
    ExpectationCancelled: _cancelled,
    ExpectationLapsed: _lapsed,
}
