"""serious-incident: a child died or was seriously harmed; somebody owes a notification (1.4).

The authority of the area where it happened notifies the national panel if abuse or neglect is known
or suspected (Children Act 2004, section 16C); of a looked-after child who died the Secretary of
State and Ofsted are told whatever the cause (Working Together to Safeguard Children). That its time
has run out is for the clock to find.

The alert is for those who must notify and who answer for the child; nobody else is to learn from a
line of text that a child has died. How it happened stays in the event.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from safeguarding.case import AlertKey, Case
from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.rules.rule import Finding, Need, Reader, Route, Thresholds, ground_key
from safeguarding.rules.wording import sentence

HARM = "serious-harm"

_ABLE_TO_ACT = ("senior_manager", "team_manager", "edt", "host_authority", "partnership")
_READERS = (*_ABLE_TO_ACT, "social_worker", "iro", "safeguarding_nurse")


class SeriousIncident:
    """One alert for a child's death, whoever tells of it; one for each report of serious harm."""

    id = "serious-incident"
    paragraphs: tuple[str, ...] = ("1.4",)
    why = (
        "What harmed one child may be harming others, and what could be learned is soon lost. The "
        "authority where it happened must notify; it may not be the one that knows of it."
    )
    watches = frozenset({HARM})

    def needs(self, thresholds: Thresholds) -> tuple[Need, ...]:
        """What others say of the same death."""
        around = timedelta(days=thresholds["look_around_days"])
        return (Need(self.watches, around, around, under=self._alert),)

    def _alert(self, about: Event) -> AlertKey:
        return (self.id, _key(about))

    def keys(self, case: Case, about: Event) -> tuple[str, ...]:
        """The death, or the report."""
        del case
        return (_key(about),)

    def assess(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> Mapping[str, Finding | None]:
        """What is known of the death, or of the harm in this report."""
        around = timedelta(days=thresholds["look_around_days"])
        reports = case.events(self.watches, about.placed_at - around, about.placed_at + around)
        of_it = [each for each in reports if _key(each) == _key(about)]
        return {_key(about): _finding(of_it, thresholds) if of_it else None}


def _key(report: Event) -> str:
    """A child dies once. Of two reports of harm nothing says that they are of one."""
    if report.details["kind"] == "death":
        return "death"
    return ground_key("harm", report.agency, report.reference)


def _finding(reports: Sequence[Event], thresholds: Thresholds) -> Finding:
    first = reports[0]
    died = first.details["kind"] == "death"
    return Finding(
        severity=Severity.CRITICAL,
        headline="A child has died" if died else "Serious harm",
        what=_what(reports, thresholds),
        where=None,
        occurred=first.occurred,
        grounds=tuple(reports),
        route=Route(act=_ABLE_TO_ACT, readers=tuple(Reader(role) for role in _READERS)),
    )


def _what(reports: Sequence[Event], thresholds: Thresholds) -> str:
    died = reports[0].details["kind"] == "death"
    notified = any(each.details["notified"] is not None for each in reports)
    said = [
        "The child has died." if died else "The child was seriously harmed.",
        _whether_abuse({each.details["abuse_or_neglect"] for each in reports}, died=died),
        "The national panel has been notified." if notified else _who_notifies(reports, thresholds),
    ]
    if died:
        said.append("Asked: that whoever is close to the child hears it from a person.")
    return " ".join(said)


def _whether_abuse(answers: set[str | None], *, died: bool) -> str:
    if "yes" in answers:
        return "Abuse or neglect is known or suspected."
    if "no" not in answers:
        return "Whether abuse or neglect is suspected is not known."
    if died:
        return (
            "Abuse or neglect is not suspected; that a looked-after child has died is notified to "
            "the Secretary of State and Ofsted all the same."
        )
    return "Abuse or neglect is not suspected; whether to notify is for the authority to judge."


def _who_notifies(reports: Sequence[Event], thresholds: Thresholds) -> str:
    days, review = thresholds["notify_working_days"], thresholds["review_working_days"]
    named = dict.fromkeys(filter(None, (each.details["place_authority"] for each in reports)))
    where = f" ({', '.join(named)})" if named else ""
    return sentence(
        [
            f"To notify the national panel is for the authority where it happened{where}, within "
            f"{days} working days",
            None if named else "which it is, nobody has said; asked: to settle it",
            f"a rapid review is due in {review}",
        ]
    )
