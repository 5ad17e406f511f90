"""custody-ligature: harm, or danger of it, to a child in police custody (3.17, 1.8).

In the review a child tried to ligature in a cell, the vulnerable person assessment did not
say so, and those around her learned of it days later. So this rule waits for no
assessment and for no release: the incident itself is told, at once, whenever it comes.
"""

from collections.abc import Mapping
from datetime import timedelta

from safeguarding.case import AlertKey, Case
from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.rules.rule import Finding, Need, Route, Thresholds, ground_key
from safeguarding.rules.self_harm_reports import CRITICAL_IN_CUSTODY, IN_CUSTODY
from safeguarding.rules.wording import plain, sentence

_ABLE_TO_ACT = (
    "social_worker",
    "edt",
    "placement",
    "foster_carer",
    "camhs_crisis",
    "liaison_and_diversion",
)
_IN_WORDS = {
    "ligature": "ligature",
    "other_self_harm": "self-harm",
    "unconscious": "loss of consciousness",
    "force_used": "force used",
    "observation_raised": "observation level raised",
    "healthcare_called": "healthcare professional called",
}


class CustodyLigature:
    """One alert for each custody record; its level is the number of critical incidents."""

    id = "custody-ligature"
    paragraphs: tuple[str, ...] = ("3.17", "1.8")
    why = (
        "A child who harms herself in custody is in danger there and wherever she goes next. "
        "Those who receive her must know before she arrives."
    )
    watches = frozenset({IN_CUSTODY})

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
        around = timedelta(days=thresholds["same_record_days"])
        incidents = [
            event
            for event in case.events(
                self.watches, about.placed_at - around, about.placed_at + around
            )
            if _record(event) == _record(about)
        ]
        if not incidents:
            return {_record(about): None}
        critical = [event for event in incidents if event.details["kind"] in CRITICAL_IN_CUSTODY]
        leading = (critical or incidents)[-1]
        return {
            _record(about): Finding(
                severity=Severity.CRITICAL if critical else Severity.HIGH,
                headline=f"In custody: {_IN_WORDS[leading.details['kind']]}",
                what=" ".join(_sentence(event) for event in incidents),
                where=leading.details["station"],
                occurred=leading.occurred,
                grounds=tuple(incidents),
                route=Route(act=_ABLE_TO_ACT),
                level=len(critical),
            )
        }


def _record(event: Event) -> str:
    return ground_key("record", event.agency, event.details["custody_record"])


def _sentence(event: Event) -> str:
    says = event.details
    level, done = says["observation_level"], says["action_taken"]
    return sentence(
        [
            _IN_WORDS[says["kind"]].capitalize(),
            says["means"] and f"with {says['means']}",
            says["injury"] and f"injury: {says['injury']}",
            level and f"observation now {plain(level)}",
            done and f"done: {done}",
        ]
    )
