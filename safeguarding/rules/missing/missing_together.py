"""missing-together: missing with another child who is looked after (1.4, 1.9).

In the review two authorities worked well together once they knew that their children went missing
together. So those around this child are told that another child is concerned, and no more: not
who, not how many, not where from, and nothing that was written about it. Those who search ask
each other.

It is told of the answer that an assessment of the episode's risk gives, never read out of what
somebody wrote. By which authority the other child is looked after no event says. Where a report
names the other child, that child's network is told in that child's own log, which is no rule's
doing: see :mod:`safeguarding.companions`.
"""

from collections.abc import Mapping
from datetime import timedelta

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.rules.rule import Finding, Need, Route, Thresholds, ground_key

RISK = "missing-risk"

_ABLE_TO_ASK = ("missing_coordinator", "social_worker", "edt")
_TOGETHER = (
    "Missing together with another child, who is looked after. Please see that those who look for "
    "the two children, and those who look after them, know of each other."
)
_NOT_SO = (
    "It was thought that a child who is looked after was missing with her. By the last assessment "
    "that is not so."
)


class MissingTogether:
    """One alert for each episode. An assessment that says otherwise settles it; a find does not.

    That she is found is told by ``missing``, and the other child may not be.
    """

    id = "missing-together"
    paragraphs: tuple[str, ...] = ("1.4", "1.9")
    why = (
        "Two children who go missing together are searched for by people who may not know of each "
        "other. What one of them knows may find both."
    )
    watches = frozenset({RISK})

    def needs(self, thresholds: Thresholds) -> tuple[Need, ...]:
        """The other assessments of the episode."""
        around = timedelta(days=thresholds["same_episode_days"])
        return (Need(self.watches, around, around),)

    def keys(self, case: Case, about: Event) -> tuple[str, ...]:
        """The episode, by the number that the assessing agency gives."""
        del case
        return (_episode(about),)

    def assess(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> Mapping[str, Finding | None]:
        """Whether another looked-after child is thought to be with her, or was."""
        around = timedelta(days=thresholds["same_episode_days"])
        risks = [
            each
            for each in case.events(
                self.watches, about.placed_at - around, about.placed_at + around
            )
            if _episode(each) == _episode(about)
            and each.details["companions_looked_after"] is not None
        ]
        return {_episode(about): _finding(risks)}


def _episode(event: Event) -> str:
    return ground_key("episode", event.agency, event.details["episode"])


def _finding(risks: list[Event]) -> Finding | None:
    """From the assessments that give an answer: silence on it takes nothing back."""
    said = [each for each in risks if each.details["companions_looked_after"]]
    if not said:
        return None
    together = said[-1] is risks[-1]
    return Finding(
        severity=Severity.HIGH,
        headline="Missing together with another child" if together else "Not missing with a child",
        what=_TOGETHER if together else _NOT_SO,
        where=None,
        occurred=risks[-1].occurred,
        grounds=tuple(risks),
        route=Route(act=_ABLE_TO_ASK if together else ()),
        # That it is thought so again is a rise, and told like new.
        level=1 if together else 0,
        settled=not together,
    )
