"""discharge-without-plan: out of hospital, and nobody planned together what follows (3.21, Rec 3).

In the review a child left a ward after eleven days, out of area, and the agencies had not met about
it (3.21). They had met meanwhile, in a strategy meeting, a panel and a review: none of them planned
the discharge. The next time one did (3.22). So an admission after a significant incident awaits a
discharge-planning meeting for this admission, at which those were who are needed for it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.office import Calendar
from safeguarding.rules.absence import Absence, Expected, Met
from safeguarding.rules.hospital import discharge_meeting as meeting
from safeguarding.rules.hospital import discharge_without_plan_words as words
from safeguarding.rules.hospital.discharge_destination import END, START, out_of_area
from safeguarding.rules.hospital.hospital_stay import ADMISSION, DISCHARGE, TRANSFER, stay_from
from safeguarding.rules.rule import Thresholds, ground_key
from safeguarding.rules.significant_events import GRAVE, is_grave


class DischargeWithoutPlan(Absence):
    """One expectation for each stay after a significant incident, due at its discharge."""

    id = "discharge-without-plan"
    paragraphs: tuple[str, ...] = ("3.21", "3.22", "Rec 3")
    why = (
        "A child who leaves hospital after a grave incident is in danger again on the same day. "
        "Who does what, and where she can turn, must be agreed by all before she leaves."
    )
    opens = frozenset({ADMISSION})
    meets = frozenset({meeting.MEETING})
    bears = GRAVE | {DISCHARGE, TRANSFER, meeting.PLANNED, START, END}

    def window(self, thresholds: Thresholds) -> timedelta:
        """A stay may last for months, and the placement that she came from began before it."""
        return timedelta(days=thresholds["look_around_days"])

    def keys_of(self, opening: Event) -> tuple[str, ...]:
        """The stay, as the hospital numbers it."""
        return (ground_key("spell", opening.agency, opening.details["spell"]),)

    def expected(
        self, opening: Event, case: Case, thresholds: Thresholds, calendar: Calendar
    ) -> Iterator[Expected]:
        """A meeting for this admission, where it followed a significant incident."""
        del calendar
        around = self.window(thresholds)
        since, until = opening.placed_at - around, opening.placed_at + around
        reports = [
            each
            for each in case.events({ADMISSION}, since, until)
            if self.keys_of(each) == self.keys_of(opening)
        ]
        incidents = _incidents(opening, case, since, thresholds)
        if opening.key != reports[-1].key or not incidents:
            return  # The last report of a stay opens it.
        stay = stay_from(opening, case, until)
        about = stay.references | {each.reference for each in incidents}
        planned = case.events({meeting.PLANNED}, opening.placed_at, until)
        named = meeting.named_in_plans(planned, stay)
        meetings = case.events({meeting.MEETING}, since, until)
        held = [each for each in meetings if meeting.plans(each, stay, about, named)]
        within = timedelta(hours=thresholds["destination_hours"])
        without = {
            each.key: meeting.without(
                each, stay, out_of_area=out_of_area(case, stay, each, since, until, within)
            )
            for each in held
        }
        complete = [each for each in held if not without[each.key]]
        met = Met(complete[0], complete[0].placed_at) if complete else None
        yield Expected(
            key=self.keys_of(opening)[0],
            what="a discharge-planning meeting for this admission",
            opening=opening,
            due_at=None if stay.end is None else stay.end.over_at,
            awaits=self.meets,
            met=met,
            missed=words.missed(
                stay,
                met,
                held[-1] if held else None,
                without[held[-1].key] if held else (),
                meeting.others(meetings, stay, held),
            ),
        )


def _incidents(
    admission: Event, case: Case, since: datetime, thresholds: Thresholds
) -> list[Event]:
    """Those that the hospital says it follows from, and those of the hours before."""
    hours_before = admission.placed_at - timedelta(hours=thresholds["incident_hours"])
    follows = (admission.agency, admission.details["follows_reference"])
    return [
        each
        for each in case.events(GRAVE, since, admission.over_at)
        if (each.placed_at >= hours_before or each.key == follows)
        and is_grave(each, thresholds["self_harm_codes"])
    ]
