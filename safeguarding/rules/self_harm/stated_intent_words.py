"""What an alert of a stated intent says, while it is in view and when it is closed."""

from collections.abc import Sequence

from safeguarding.events import Event
from safeguarding.moments import Moment, Precision
from safeguarding.rules.days import clock, in_words, when
from safeguarding.rules.self_harm.stated_intents import by_when
from safeguarding.rules.wording import plain, sentence


def in_view(said: Sequence[Event], early: Sequence[Event], *, near_days: int | None) -> str:
    """What the child said and nobody has closed, the last of it in full.

    ``early`` are closings that came before the date had passed. ``near_days`` is given where a
    date lies within so many days after it was said. That makes it critical, so the words say it:
    an alert whose words stay as they are is not told anew, not even as less severe.
    """
    dates = _dates(said)
    means = dict.fromkeys(each.details["means"] for each in said if each.details["means"])
    parts = [what_was_said(said[-1])]
    if len(said) > 1:
        parts.append(sentence([f"Said {len(said)} times, first {the_day(said[0])}"]))
    if dates:
        near = near_days and f"within {near_days} days of when it was said"
        parts.append(sentence([f"By when: {', '.join(dates)}", near or None]))
    if means:
        parts.append(sentence([f"With what: {', '.join(means)}"]))
    parts += [how_closed(each, before_its_date=True) for each in early]
    until = "its date has passed and somebody has closed it" if dates else "somebody has closed it"
    parts.append(f"It stays in view until {until}.")
    return " ".join(parts)


def closed(said: Event, closing: Event) -> str:
    """What the child said last, and who closed it and why."""
    return f"{what_was_said(said)} {how_closed(closing)}"


def what_was_said(said: Event) -> str:
    """The child's words, and to whom."""
    to = plain(said.details["to_role"])
    # What somebody says that the child said is kept apart from what the child was heard to say.
    how = "Is alleged to have been said" if said.statement == "allegation" else "Said"
    return sentence([f"{how} to {to}: {said.details['intent']}"])


def how_closed(closing: Event, *, before_its_date: bool = False) -> str:
    """Who closed it, when and why."""
    who = f" by {plain(closing.said_by)}" if closing.said_by else ""
    early = ", before its date" if before_its_date else ""
    why = closing.details["closed_because"]
    return sentence([f"Closed{who} {the_day(closing)}{early}", why or "why is not said"])


def _dates(said: Sequence[Event]) -> list[str]:
    moments = {moment for each in said if (moment := by_when(each)) is not None}
    ordered = sorted(moments, key=lambda moment: (moment.at, moment.precision))
    return list(dict.fromkeys(the_date(each) for each in ordered))


def the_date(moment: Moment) -> str:
    """The day, and the hour where the child named one."""
    day = in_words(moment.at, moment.precision)
    named = moment.precision in {Precision.EXACT, Precision.MINUTE}
    return f"{day} at {clock(moment.at)}" if named else day


def the_day(event: Event) -> str:
    """``on 2 October 2021``."""
    return when(event.placed_at, event.occurred.precision)
