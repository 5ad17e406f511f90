"""team-support: those who work with a child at high risk need time to reflect (3.36 to 3.39).

The first time that the people around the child of the review came together to talk about what had
happened was the review itself. So after several critical events their managers are prompted to
hold a reflective session. Nobody is woken for it, and nobody else is told.

Each calendar month has one prompt, so that a long stretch brings one a month, and an event that
comes to light later moves none. What counts is what lies in the days before, over the month's
bounds. Two reports of one event count as two: two teams were there.

Who was there is for their own manager only: the prompt does not say it. What an agency's own
people told of is said in an alert of its own, to that agency's managers, also if they are on the
child's network no more: a custody inspector leaves it with the release. Each event is said there
once, in the month whose prompt counts it first.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import timedelta

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.rules.days import month_of
from safeguarding.rules.harm import team_support_words as words
from safeguarding.rules.rule import Finding, Need, Reader, Route, Thresholds
from safeguarding.rules.significant_events import GRAVE, is_critical

MEETING = "meeting"

# With the hour that the clocks go back.
_LONGEST_MONTH = timedelta(days=31, hours=1)
# A session of which only the day is known lies at the day's beginning.
_A_DAY = timedelta(days=1)


class TeamSupport:
    """One prompt for each month in which it is reached, and one line for each agency's managers."""

    id = "team-support"
    paragraphs: tuple[str, ...] = ("3.36", "3.37", "3.38", "3.39", "3.40")
    why = (
        "Fear that a child will die wears people down and clouds what they decide. Those who can "
        "talk about what happened, across agencies, decide better and last longer."
    )
    watches = GRAVE | {MEETING}

    def needs(self, thresholds: Thresholds) -> tuple[Need, ...]:
        """What can be seen from any month that the event may bear on, which may end with it."""
        window, session = _spans(thresholds)
        before, after = session + _LONGEST_MONTH, 2 * window + _LONGEST_MONTH
        return (
            Need(GRAVE, before + 2 * window, after),
            Need(frozenset({MEETING}), before + _A_DAY, after + session),
        )

    def keys(self, case: Case, about: Event) -> set[str]:
        """The months at hand, and the agencies that told of something in them, and before."""
        at_hand = [about, *case.standings.of(self.watches)]
        harm = [each for each in at_hand if each.type in GRAVE]
        months = {_month(each) for each in harm}
        agencies = {each.agency for each in harm}
        return {_key(month, agency) for month in months for agency in (None, *agencies)}

    def assess(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> Mapping[str, Finding | None]:
        """What is held about each month that the event may bear on."""
        window, session = _spans(thresholds)
        # Two windows: the event may make another count, a window later, or count no more, which is
        # then said in the month of one that lies another window later.
        since, until = about.placed_at - session, about.placed_at + 2 * window
        before, after = since - _LONGEST_MONTH - 2 * window, until + _LONGEST_MONTH
        codes = thresholds["self_harm_codes"]
        harm = [each for each in case.events(GRAVE, before, after) if is_critical(each, codes)]
        months = {_month(each) for each in harm if since <= each.placed_at <= until}
        agencies = {each.agency for each in harm}
        if about.type in GRAVE:
            months.add(_month(about))
            agencies.add(about.agency)
        stretches = _Stretches(harm, thresholds)
        findings: dict[str, Finding | None] = {}
        for month in months:
            counted, level = stretches.counted(month)
            over = bool(counted) and _is_held(counted[-1], case, session)
            findings[_key(month)] = _prompt(counted, level, thresholds, over=over)
            first = [each for each in counted if stretches.first_counts(each) == month]
            for agency in agencies:
                own = [each for each in first if each.agency == agency]
                findings[_key(month, agency)] = _own(own, agency, thresholds)
        return findings


def _spans(thresholds: Thresholds) -> tuple[timedelta, timedelta]:
    window, session = thresholds["window_days"], thresholds["session_days"]
    return timedelta(days=window), timedelta(days=session)


def _month(event: Event) -> str:
    """The month in London: the small hours of its first day lie in the month before elsewhere."""
    return f"{month_of(event.placed_at):%Y-%m}"


def _key(month: str, agency: str | None = None) -> str:
    return f"month:{month}" if agency is None else f"agency:{agency}:{month}"


class _Stretches:
    """The days up to each event of harm: how many lie in them, and in which month they end.

    ``harm`` is given oldest first.
    """

    def __init__(self, harm: Sequence[Event], thresholds: Thresholds) -> None:
        self._harm = harm
        self._window = _spans(thresholds)[0]
        self._enough: int = thresholds["events"]
        self._placed = [each.placed_at for each in harm]
        self._months = [_month(each) for each in harm]
        self._bounds = [
            (bisect_left(self._placed, at - self._window), bisect_right(self._placed, at))
            for at in self._placed
        ]

    def counted(self, month: str) -> tuple[Sequence[Event], int]:
        """The events that make the month one with a prompt, and the largest doubling reached."""
        bounds = [
            (first, after)
            for (first, after), ends_in in zip(self._bounds, self._months, strict=True)
            if ends_in == month and after - first >= self._enough
        ]
        # Stretches that end in one month need not touch: each event is counted once, in order.
        counted = sorted({place for first, after in bounds for place in range(first, after)})
        most = max((after - first for first, after in bounds), default=0)
        level = self._enough
        while level * 2 <= most:
            level *= 2
        return [self._harm[place] for place in counted], level

    def first_counts(self, event: Event) -> str | None:
        """The month whose prompt is the first that counts this event."""
        at = event.placed_at
        for place in range(bisect_left(self._placed, at), len(self._harm)):
            if self._placed[place] > at + self._window:
                return None
            first, after = self._bounds[place]
            if after - first >= self._enough:
                return self._months[place]
        return None


def _is_held(last: Event, case: Case, session: timedelta) -> bool:
    """Whether a session for those who work with the child was held after the last of them."""
    held = case.events({MEETING}, last.placed_at - _A_DAY, last.placed_at + session)
    return any(
        each.details["kind"] == "debrief"
        and each.details["step"] == "held"
        and each.over_at >= last.placed_at
        for each in held
    )


def _prompt(
    counted: Sequence[Event], level: int, thresholds: Thresholds, *, over: bool
) -> Finding | None:
    if not counted:
        return None
    return Finding(
        severity=Severity.MEDIUM,
        headline="Several critical events: time to reflect together",
        what=words.prompt(level, thresholds["window_days"], over=over),
        where=None,
        occurred=counted[-1].occurred,
        grounds=tuple(counted),
        route=Route(readers=_managers(thresholds), tells_speakers=True),
        level=level,
        settled=over,
    )


def _own(own: Sequence[Event], agency: str, thresholds: Thresholds) -> Finding | None:
    """What an agency's own people told of. A session for all does not say how each of them is."""
    if not own:
        return None
    return Finding(
        severity=Severity.MEDIUM,
        headline="Your own people, after several critical events",
        what=words.own_people(own),
        where=None,
        occurred=own[-1].occurred,
        grounds=tuple(own),
        route=Route(readers=(), tells_speakers=True, answer_for_it=_managers(thresholds, agency)),
    )


def _managers(thresholds: Thresholds, agency: str | None = None) -> tuple[Reader, ...]:
    """Those of every agency, or of this one. Nobody has to act, so nobody is woken."""
    return tuple(Reader(role, agency) for role in thresholds["managers"])
