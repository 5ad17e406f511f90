"""placement-silence: who looks after the child every day is asked, when nothing is heard.

The foster carer knew of substances and did not pass it on (3.18); what carers hear is a line of
enquiry of the review (1.8). After a significant event something is awaited from those the child
lives with: any word at all. One who came there soon after such an event counts from the day she
came. It is not awaited of a parent, nor while she is in hospital.

What happens while they are silent adds nothing: one expectation and one alert until they speak.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from safeguarding.case import Case
from safeguarding.deadlines import end_of_day
from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.office import Calendar
from safeguarding.rules.absence import Absence, Expected, Met
from safeguarding.rules.placement.placement_words import (
    ADMISSION,
    GRAVE,
    STAYS,
    WORDS,
    Living,
    happened,
    spoke,
)
from safeguarding.rules.planning.looked_after import PLACEMENT_END, PLACEMENT_START
from safeguarding.rules.rule import Finding, Reader, Route, Thresholds, ground_key

LEFT = "the child lives there no more"
IN_HOSPITAL = "the child is in hospital"
COVERED = "what happened before it asks for the same word"
_ROUTE = Route(
    act=("placement", "foster_carer", "social_worker"),
    readers=(Reader("team_manager"),),
    office_work=True,
    tells_speakers=True,
)
# Whoever has the child next had no part in it, and is not told how it ended.
_ENDED = replace(_ROUTE, act=(), readers=(Reader("social_worker"), Reader("team_manager")))


class PlacementSilence(Absence):
    """One expectation for each silence of a placement."""

    id = "placement-silence"
    paragraphs: tuple[str, ...] = ("3.18", "1.8")
    why = (
        "Those a child lives with see most. Where nothing comes from them after something grave, "
        "it may be that nobody has asked."
    )
    opens = GRAVE | {PLACEMENT_START}
    meets = WORDS
    bears = STAYS | {PLACEMENT_END}

    def window(self, thresholds: Thresholds) -> timedelta:
        """How far back the placement that she lives in is looked for."""
        return timedelta(days=thresholds["placement_days"])

    def between(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> tuple[datetime, datetime]:
        """Moves and stays bear on all of it; anything else only from one word to the next.

        What is no word bears on nothing that came before it.
        """
        at, around = about.placed_at, self.window(thresholds)
        since, until = at - around, at + around
        if about.type in STAYS | {PLACEMENT_START, PLACEMENT_END}:
            return since, until
        # She may come to a placement soon after what happened, and to the next word there.
        soon = at + timedelta(days=thresholds["recent_days"])
        after = case.events(WORDS, soon, until)
        next_said = (each.placed_at for each in after if each.placed_at > soon and spoke(each))
        until = next(next_said, until)
        if not spoke(about):
            return at, until
        before = case.events(WORDS, since, at)
        said = (each.placed_at for each in reversed(before) if each.placed_at < at and spoke(each))
        return next(said, since), until

    def keys_of(self, opening: Event) -> tuple[str, ...]:
        """The significant event, or the start of the placement."""
        return (ground_key("after", *opening.key),)

    def expected(
        self, opening: Event, case: Case, thresholds: Thresholds, calendar: Calendar
    ) -> Iterator[Expected]:
        """Any word from those she lives with."""
        del calendar
        starts = opening.type == PLACEMENT_START
        if not (starts or happened(opening, thresholds)):
            return
        living = Living(opening, case, self.window(thresholds), thresholds)
        if living.home is None or living.in_hospital:
            return
        if starts and not (living.home.key == opening.key and living.grave_before_home):
            return  # A temporary absence, or nothing grave before it.
        days: int = thresholds["days"]
        due_at = end_of_day(opening.placed_at, days)
        word, over = living.word, living.over
        cancelled = COVERED if not starts and living.silent_already else None
        if cancelled is None and word is None and over is not None and over.placed_at < due_at:
            cancelled = IN_HOSPITAL if over.type == ADMISSION else LEFT
        yield Expected(
            key=self.keys_of(opening)[0],
            what="a word from those the child lives with",
            opening=opening,
            due_at=due_at,
            awaits=self.meets,
            met=Met(word, word.placed_at) if word else None,
            missed=_missed(opening, word, days, over=over is not None),
            cancelled=cancelled,
        )


def _missed(opening: Event, word: Event | None, days: int, *, over: bool) -> Finding:
    came = opening.type == PLACEMENT_START
    since = "the child came, after something grave" if came else "something grave"
    if word is not None:
        headline = "Word from the placement"
        what = f"Those the child lives with spoke, later than {days} days after {since}."
    else:
        headline = f"Nothing heard from the placement for {days} days"
        what = f"{days} days after {since}, nothing is known from those the child lives with. "
        what += (
            "The child lives there no more."
            if over
            else "They are asked how the child is, and what they need."
        )
    return Finding(
        severity=Severity.MEDIUM,
        headline=headline,
        what=what,
        where=None,
        occurred=opening.occurred,
        grounds=(opening,) if word is None else (opening, word),
        route=_ENDED if word is not None or over else _ROUTE,
        level=0 if word or over else 1,
        settled=word is not None or over,
    )
