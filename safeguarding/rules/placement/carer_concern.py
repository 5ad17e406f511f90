"""carer-concern: what worries a carer is told to those who can act (3.18, 1.8).

In the review a foster carer knew that the child took substances and did not pass it on. A carer can
say it in a few fields, and how urgent it is is theirs to say: they live with the child. A carer who
tells of substances counts as well, also where nobody calls it a concern.

Whether a placement has been silent for long is for a rule about what is due.
"""

from collections.abc import Mapping

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.rules.placement import carer_concern_words as words
from safeguarding.rules.readers import CLOSE, WITHOUT_CARERS
from safeguarding.rules.rule import Finding, Need, Route, Thresholds, ground_key

CONCERN = "carer-concern"
SUBSTANCES = "substance-concern"

_ABLE_TO_ACT = ("social_worker", "edt")
_SEVERITIES = {
    "now": Severity.CRITICAL,
    "today": Severity.HIGH,
    "soon": Severity.MEDIUM,
    "to_know": Severity.MEDIUM,
}


class CarerConcern:
    """One alert for each report of a carer, as urgent as the carer calls it."""

    id = "carer-concern"
    paragraphs: tuple[str, ...] = ("3.18", "1.8")
    why = (
        "Whoever lives with a child sees first that something is wrong. It helps only if it "
        "reaches those who can act, and if carers see that it does."
    )
    watches = frozenset({CONCERN, SUBSTANCES})

    def needs(self, thresholds: Thresholds) -> tuple[Need, ...]:
        """Only the event itself."""
        del thresholds
        return ()

    def keys(self, case: Case, about: Event) -> tuple[str, ...]:
        """The report's own reference."""
        del case
        return (_key(about),)

    def assess(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> Mapping[str, Finding | None]:
        """What the carer says, if a carer says it."""
        report = case.standing_event(about.key)
        if report is None or not _is_a_carers(report):
            return {_key(about): None}
        urgency = thresholds["substances"]
        if report.type == CONCERN:
            urgency = report.details["urgency"]
        return {_key(about): _finding(report, urgency)}


def _finding(report: Event, urgency: str) -> Finding:
    return Finding(
        severity=_SEVERITIES[urgency],
        headline=words.headline(report),
        what=words.happened(report, urgency),
        where=None,
        occurred=report.occurred,
        grounds=(report,),
        route=Route(
            act=() if urgency == "to_know" else _ABLE_TO_ACT,
            readers=WITHOUT_CARERS if _may_mean_a_carer(report) else CLOSE,
            office_work=urgency == "soon",
            speakers=(_carer(report) or "",),
        ),
    )


def _key(report: Event) -> str:
    return ground_key("report", report.agency, report.reference)


def _carer(report: Event) -> str | None:
    carer: str | None = report.details["carer"] if report.type == CONCERN else report.said_by
    return carer


def _is_a_carers(report: Event) -> bool:
    """A hospital's or the police's word of substances has ways of its own to be told."""
    if report.type == CONCERN:
        return True
    role = report.said_by or ""
    return role == "placement" or role.rpartition("_")[2] in {"carer", "carers"}


def _may_mean_a_carer(report: Event) -> bool:
    """Whether it speaks of somebody, by relation, who may look after the child."""
    return report.type == SUBSTANCES and bool(report.details["supplied_by"])
