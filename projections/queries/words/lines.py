"""A timeline in words, line by line."""

from collections.abc import Sequence
from dataclasses import replace

from projections.queries.knowledge import Learned
from projections.queries.period import ALWAYS, Period
from projections.queries.timeline import Shown, Timeline
from projections.queries.words.event_line import event_line
from projections.queries.words.fact_line import fact_line
from projections.queries.words.line import Line, Tone
from projections.queries.words.names import in_words, sentence
from projections.queries.words.surroundings import Surroundings
from projections.queries.words.times import instant_in_words, moment_in_words
from safeguarding.events import Event
from safeguarding.moments import Moment, Precision


def timeline_lines(timeline: Timeline, period: Period = ALWAYS) -> list[Line]:
    """Every entry of a period that says something of its own, in the order of the log.

    The lines are those of the whole timeline: what was corrected later is struck. Deliveries stand
    in the lines of the alerts that they carried, the answer that an agency published as an event
    in the line of that event.
    """
    around = Surroundings(timeline.entries, timeline.copies)
    return [
        _line(shown, around)
        for shown in timeline.entries
        if period.holds(shown) and not around.is_folded(shown)
    ]


def agency_lines(learned: Sequence[Learned], period: Period = ALWAYS) -> list[Line]:
    """What one agency knew of a period, in the order in which it learned it.

    The lines refer to nothing that the agency was not told.
    """
    entries = [each.shown for each in learned]
    around = Surroundings(entries, [copy for each in learned for copy in each.copies])
    return [
        replace(_line(each.shown, around), learned=_learned(each))
        for each in learned
        if period.holds(each.shown) and not around.is_folded(each.shown)
    ]


def _learned(learned: Learned) -> str:
    event = learned.shown.body
    if isinstance(event, Event) and event.learned_at == learned.at:
        return moment_in_words(event.known)
    return instant_in_words(learned.at)


def _line(shown: Shown, around: Surroundings) -> Line:
    if shown.body is None:
        return _closed_line(shown)
    if isinstance(shown.body, Event):
        return event_line(shown, shown.body, around)
    return fact_line(shown, shown.body, around)


def _closed_line(shown: Shown) -> Line:
    """An entry whose body stays closed: the header says that there was something."""
    header = shown.header
    happened = instant_in_words(header.entered_at)
    if header.occurred_at is not None and header.occurred_precision is not None:
        occurred = Moment(header.occurred_at, Precision(header.occurred_precision))
        happened = moment_in_words(occurred)
    return Line(
        sequence=shown.sequence,
        tone=Tone.CLOSED,
        happened=happened,
        title=f"{sentence(in_words(header.type))}: {shown.closed}",
        by=header.agency,
    )
