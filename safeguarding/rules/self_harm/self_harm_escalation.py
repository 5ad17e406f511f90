"""self-harm-escalation: again, more often, or more dangerously (1.4, 3.19, 3.22).

In the review several attempts on her life within weeks lay with several agencies, and each was
answered by itself. This rule counts them together: the police's, the hospitals', the carers'. It
speaks when one follows another within a month and when such a run has doubled, when the count of
a life reaches a step, and when a method is deadlier than all before.

What happened is told at once, by ``self_harm`` and ``custody_ligature``. This is for a forum, which
``forum_needed`` asks for, once for all that calls for one. Nobody can hold one at night: so it
calls those who can in office hours, and is else a line.

A rule does not know what forum has been held since, nor that a time has passed quietly.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.rules.days import when
from safeguarding.rules.rule import Finding, Need, Route, Thresholds
from safeguarding.rules.self_harm import self_harm_words as words
from safeguarding.rules.self_harm.self_harm_episodes import Episode, episodes
from safeguarding.rules.self_harm_reports import REPORTS

# One for each child, whichever report it is that comes: a report that comes late must neither open
# another nor withdraw this one.
_KEY = "escalation"
_ABLE_TO_CALL_IT = ("social_worker", "team_manager", "camhs_community")
_FORUM = (
    "It is for the one forum about the child, with a named lead, and asks for no meeting of its "
    "own."
)


class SelfHarmEscalation:
    """One alert for each child. Each reason that comes, or grows, raises its level."""

    id = "self-harm-escalation"
    paragraphs: tuple[str, ...] = ("1.4", "3.19", "3.22")
    why = (
        "Each agency sees its own part of it. Self-harm that comes again soon, or grows more "
        "dangerous, needs one plan of everybody, before the next time."
    )
    watches = REPORTS

    def needs(self, thresholds: Thresholds) -> tuple[Need, ...]:
        """All that was ever told of self-harm: it is rare, and a life is counted."""
        life = timedelta(days=thresholds["life_days"])
        return (Need(self.watches, life, life),)

    def keys(self, case: Case, about: Event) -> tuple[str, ...]:
        """The child's."""
        del case, about
        return (_KEY,)

    def assess(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> Mapping[str, Finding | None]:
        """What the whole history says, whichever report of it came."""
        life = timedelta(days=thresholds["life_days"])
        harms = episodes(case, about.placed_at - life, about.placed_at + life, thresholds)
        reasons = list(_reasons(harms, thresholds))
        if not reasons:
            return {_KEY: None}
        reports = [report for harm in harms for report in harm.reports]
        finding = Finding(
            severity=Severity.HIGH,
            headline="Self-harm is escalating",
            # These words change when the level does, and only then: in between nobody is told
            # anything, and no fall of the level is passed over.
            what=" ".join([*(each.said for each in reasons), _FORUM]),
            where=None,
            occurred=harms[-1].reports[0].occurred,
            grounds=tuple(reports),
            route=Route(act=_ABLE_TO_CALL_IT, office_work=True, tells_speakers=True),
            level=sum(each.level for each in reasons),
        )
        return {_KEY: finding}


def level(harms: Sequence[Episode], thresholds: Thresholds) -> int:
    """How far these have come, oldest first: 0 where nothing escalates.

    The levels of the reasons, without their words: whoever asks for it asks often.
    """
    again = sum(map(_doublings, _runs(harms, thresholds)))
    deadlier = _deadlier(harms, thresholds["deadliness"])
    return again + len(_steps(harms, thresholds)) + len(deadlier)


@dataclass(frozen=True, slots=True)
class _Reason:
    """Why it is escalation, and how far it has come, which the words must show."""

    level: int
    said: str


def _reasons(harms: Sequence[Episode], thresholds: Thresholds) -> Iterator[_Reason]:
    again = [run for run in _runs(harms, thresholds) if len(run) > 1]
    if again:
        yield _Reason(
            sum(_doublings(run) for run in again),
            f"Self-harm {', and '.join(_often(run) for run in again)}, each within "
            f"{thresholds['within_days']} days of the one before.",
        )
    steps = _steps(harms, thresholds)
    if steps:
        # No fewer than the sentence before has just said of a part of it.
        least = max(steps[-1], sum(_at_least(run) for run in again))
        yield _Reason(
            len(steps), f"At least {least} times in the child's life, as far as is known here."
        )
    deadlier = _deadlier(harms, thresholds["deadliness"])
    if deadlier:
        ways = ", then ".join(words.way(each) for each in deadlier)
        yield _Reason(len(deadlier), f"In a deadlier way than ever before: {ways}.")


def _steps(harms: Sequence[Episode], thresholds: Thresholds) -> list[int]:
    """The counts of a life that are reached."""
    return [step for step in thresholds["life_steps"] if step <= len(harms)]


def _runs(harms: Sequence[Episode], thresholds: Thresholds) -> list[list[Episode]]:
    """Stretches in which each follows within the days of the one before; oldest first."""
    within = timedelta(days=thresholds["within_days"])
    runs: list[list[Episode]] = []
    for harm in harms:
        if not harm.dated:
            continue  # It counts in a life, and in no stretch of it.
        if runs and harm.began - runs[-1][-1].began <= within:
            runs[-1].append(harm)
        else:
            runs.append([harm])
    return runs


def _often(run: Sequence[Episode]) -> str:
    began = when(run[0].began, run[0].reports[0].occurred.precision)
    return f"at least {_at_least(run)} times, beginning {began}"


def _at_least(run: Sequence[Episode]) -> int:
    """2 from the second on, 4 from the fourth: what is said changes with the level alone."""
    power: int = 2 ** _doublings(run)
    return power


def _doublings(run: Sequence[Episode]) -> int:
    """1 from the second on, 2 from the fourth, 3 from the eighth."""
    return len(run).bit_length() - 1


def _deadlier(harms: Sequence[Episode], deadliness: Mapping[str, int]) -> list[str]:
    """The methods that were deadlier than all known before them, in turn."""
    found: list[str] = []
    worst = 0
    for harm in harms:
        ranks = {deadliness[each]: each for each in sorted(harm.methods) if each in deadliness}
        rank = max(ranks, default=0)
        if 0 < worst < rank:
            found.append(ranks[rank])
        worst = max(worst, rank)
    return found
