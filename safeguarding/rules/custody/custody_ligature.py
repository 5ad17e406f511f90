"""custody-ligature: harm, or danger of it, to a child in police custody (3.17, 1.8).

In the review a child tried to ligature in a cell, the vulnerable person assessment did not
say so, and those around her learned of it days later. So this rule waits for no
assessment and for no release: what happened is told, at once, whenever it comes.

And whoever tells of it. A force may publish an incident, or only the force that was used, a level
of observation, a call for a nurse; the nurse or the appropriate adult may be the first to say that
there was self-harm, and the declaration at the release the only one. Such a word of self-harm
counts by itself. Beside an incident it says more of it, and calls nobody again.

What an agency of its own tells (a service that sends adults) is an alert of its own: a number is of
one force's record, and another's may be the same.
"""

from collections.abc import Mapping
from datetime import timedelta

from safeguarding.case import AlertKey, Case
from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.rules.custody import custody_ligature_words as words
from safeguarding.rules.custody.custody_matters import SAY_MATTERS, says_yes
from safeguarding.rules.rule import Finding, Need, Route, Thresholds, ground_key
from safeguarding.rules.self_harm_reports import CRITICAL_IN_CUSTODY, IN_CUSTODY

_ABLE_TO_ACT = (
    "social_worker",
    "edt",
    "placement",
    "foster_carer",
    "camhs_crisis",
    "liaison_and_diversion",
)
_TOLD = ("self_harm", "force_used", "healthcare_called")
# That they were there is no danger.
_WHO_WAS_ASKED = frozenset({"custody-nurse-report", "appropriate-adult-report"})
# How closely a child is watched, from the least.
_LEVELS = ("general", "intermittent", "constant", "close_proximity")


class CustodyLigature:
    """One alert for each custody record; its level is the number of incidents of harm, if any."""

    id = "custody-ligature"
    paragraphs: tuple[str, ...] = ("3.17", "1.8")
    why = (
        "A child who harms herself in custody is in danger there and wherever she goes next. "
        "Those who receive her must know before she arrives."
    )
    watches = SAY_MATTERS

    def needs(self, thresholds: Thresholds) -> tuple[Need, ...]:
        """The incidents of one detention, and of a return to it."""
        around = timedelta(days=thresholds["same_record_days"])
        return (Need(self.watches, around, around, under=self._alert),)

    def _alert(self, about: Event) -> AlertKey:
        return (self.id, _record(about))

    def keys(self, case: Case, about: Event) -> tuple[str, ...]:
        """The custody record."""
        del case
        return (_record(about),)

    def assess(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> Mapping[str, Finding | None]:
        """What is known to have happened during the detention."""
        record, around = _record(about), timedelta(days=thresholds["same_record_days"])
        incidents = [
            event
            for event in case.events(
                self.watches, about.placed_at - around, about.placed_at + around
            )
            if _record(event) == record and _tells(event)
        ]
        if not incidents:
            return {record: None}
        harm = [event for event in incidents if _is_harm(event)]
        # Who says that there was self-harm may mean what an incident told of.
        said = [] if harm else [event for event in incidents if says_yes(event, "self_harm")]
        leading = (harm or said or incidents)[-1]
        return {
            record: Finding(
                # Danger too is critical (3.17); harm that follows it raises the level.
                severity=Severity.CRITICAL,
                headline=f"In custody: {words.headline(leading)}",
                what=" ".join(words.happened(event) for event in incidents),
                where=leading.details.get("station"),
                occurred=leading.occurred,
                grounds=tuple(incidents),
                route=Route(act=_ABLE_TO_ACT),
                level=len(harm) or min(len(said), 1),
            )
        }


def _record(event: Event) -> str:
    """The custody record; force that is told of without one is by itself."""
    number = event.details["custody_record"]
    if number is None:
        return ground_key("event", event.agency, event.reference)
    return ground_key("record", event.agency, number)


def _tells(event: Event) -> bool:
    """Whether it tells of harm, or of danger of it."""
    says = event.details
    if event.type == "custody-observation":
        before = says["before"]
        return before is not None and _LEVELS.index(says["level"]) > _LEVELS.index(before)
    if event.type in _WHO_WAS_ASKED:
        return says_yes(event, "self_harm")
    # That the level changed, as a declaration has it, says not that it rose.
    return event.type == IN_CUSTODY or any(says_yes(event, matter) for matter in _TOLD)


def _is_harm(event: Event) -> bool:
    return event.type == IN_CUSTODY and event.details["kind"] in CRITICAL_IN_CUSTODY
