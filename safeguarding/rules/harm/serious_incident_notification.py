"""serious-incident-notification: who must be told nationally that a child died or was badly harmed.

Children Act 2004, section 16C, and Working Together to Safeguard Children: where abuse or neglect
is known or suspected, the authority of the area where it happened notifies the national panel
within five working days of becoming aware of it; of a looked-after child's death in any case. The
safeguarding partners then have a rapid review, within 15 working days of the notification.

A death cancels here nothing, nor does the 18th birthday: it is the incident that is notified.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from safeguarding.case import Case
from safeguarding.deadlines import end_of_working_day
from safeguarding.events import Event
from safeguarding.office import Calendar
from safeguarding.rules.absence import HARM, Absence, Expected, Met
from safeguarding.rules.harm import serious_incident_words as words
from safeguarding.rules.rule import Thresholds, ground_key

MEETING = "meeting"


class SeriousIncidentNotification(Absence):
    """One notification and one rapid review for each incident, whoever tells of it besides."""

    id = "serious-incident-notification"
    paragraphs: tuple[str, ...] = ("1.4", "2.1")
    why = (
        "When a child has died or was seriously harmed, others can learn from it only if it is "
        "notified and looked at while everybody remembers."
    )
    opens = frozenset({HARM})
    # The authority says in the same report, or in its own of the incident, when it notified.
    meets = frozenset({HARM, MEETING})

    def window(self, thresholds: Thresholds) -> timedelta:
        """A rapid review that is held late is looked for so long."""
        return timedelta(days=thresholds["look_around_days"])

    def keys_of(self, opening: Event) -> tuple[str, ...]:
        """The notification, and the review of it."""
        return (
            ground_key("notification", *opening.key),
            ground_key("rapid-review", *opening.key),
        )

    def expectations(
        self, case: Case, about: Event, thresholds: Thresholds, calendar: Calendar
    ) -> Mapping[str, Expected | None]:
        """As of every absence, but that a death or a birthday ends nothing."""
        found: dict[str, Expected | None] = {}
        if about.type == HARM:
            found |= dict.fromkeys(self.keys_of(about))  # Unless it stands, which is seen below.
        around = self.window(thresholds)
        for opening in case.events({HARM}, about.placed_at - around, about.placed_at + around):
            found |= dict.fromkeys(self.keys_of(opening))
            for each in self.expected(opening, case, thresholds, calendar):
                found[each.key] = each
        return found

    def expected(
        self, opening: Event, case: Case, thresholds: Thresholds, calendar: Calendar
    ) -> Iterator[Expected]:
        """The notification; and, from when it was made, the rapid review."""
        near = timedelta(days=thresholds["same_incident_days"])
        placed = opening.placed_at
        around = case.events({HARM}, placed - near, placed + near)
        incident = [each for each in around if _same_kind(each, opening)]
        if not _to_be_notified(incident):
            return
        earlier = incident[0].key != opening.key
        covered = "another report of the same incident came first" if earlier else None
        days: int = thresholds["notification_working_days"]
        due_at = end_of_working_day(_aware(incident), days, calendar)
        notified = _notified(incident)
        notification, review = self.keys_of(opening)
        yield Expected(
            key=notification,
            what="the notification of a serious incident to the national panel",
            opening=opening,
            due_at=due_at,
            awaits=frozenset({HARM}),
            met=notified,
            missed=words.not_notified(incident, notified, days),
            cancelled=covered,
        )
        days = thresholds["rapid_review_working_days"]
        held = _reviewed(incident, case, self.window(thresholds), thresholds)
        yield Expected(
            key=review,
            what="a rapid review",
            opening=opening,
            due_at=end_of_working_day(notified.at, days, calendar) if notified else None,
            awaits=frozenset({MEETING}),
            met=held,
            missed=words.not_reviewed(incident, held, days),
            cancelled=covered,
        )


def _same_kind(event: Event, opening: Event) -> bool:
    """A child may be seriously harmed and die of it: the death is notified too."""
    return bool(event.details["kind"] == opening.details["kind"])


def _to_be_notified(incident: list[Event]) -> bool:
    """A death always. Harm, unless all who say something of abuse and neglect rule them out."""
    if incident[0].details["kind"] == "death":
        return True
    said = {each.details["abuse_or_neglect"] or "not_known" for each in incident}
    return said - {"not_known"} != {"no"}


def _aware(incident: list[Event]) -> datetime:
    """When the first who tells of it knew, as far as a clock that is wrong leaves it possible."""
    knew = [
        max(each.placed_at, min(each.learned_at or each.placed_at, each.received_at))
        for each in incident
    ]
    return min(knew)


def _notified(incident: list[Event]) -> Met | None:
    told = [each for each in incident if each.details["notified"] is not None]
    mets = [Met(each, each.details["notified"]["at"]) for each in told]
    return min(mets, key=lambda met: (met.at, met.by.key)) if mets else None


def _reviewed(
    incident: list[Event], case: Case, around: timedelta, thresholds: Thresholds
) -> Met | None:
    references = {each.reference for each in incident}
    since, until = incident[0].placed_at, incident[0].placed_at + around
    held = [
        each
        for each in case.events({MEETING}, since, until)
        if each.details["step"] == "held"
        and each.details["kind"] in thresholds["rapid_review_kinds"]
        and each.details["about_reference"] in references
    ]
    return Met(held[0], held[0].placed_at) if held else None
