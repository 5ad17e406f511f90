"""A child's stay in hospital, from the admission, through transfers, to the discharge.

A stay that goes on elsewhere is one: what was to be done before the child leaves is still to be
done. The hospital that takes the child has a number of its own for the stay, so a discharge from
there is known by its site. A move from ward to ward changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime

from safeguarding.case import Case
from safeguarding.events import Event

ADMISSION = "hospital-admission"
DISCHARGE = "hospital-discharge"
TRANSFER = "hospital-transfer"


@dataclass(frozen=True, slots=True)
class HospitalStay:
    """``end`` is None while no discharge is known. ``transfers`` are those between hospitals."""

    admission: Event
    transfers: tuple[Event, ...]
    end: Event | None

    @property
    def agencies(self) -> frozenset[str]:
        """Those who had the child, as far as they speak of it."""
        events = [self.admission, *self.transfers, *([self.end] if self.end else [])]
        return frozenset(each.agency for each in events)

    @property
    def sites(self) -> frozenset[str]:
        """The hospital sites at which the child was."""
        to_sites = (each.details["to_site"] for each in self.transfers)
        return frozenset({self.admission.details["site"], *to_sites})

    @property
    def references(self) -> frozenset[str]:
        """What somebody may call the stay who speaks of it."""
        events = [self.admission, *self.transfers, *([self.end] if self.end else [])]
        spells = {each.details["spell"] for each in events} - {None}
        return frozenset({each.reference for each in events} | spells)

    def has(self, site: str, spell: str) -> bool:
        """Whether an event of this site and number is of the stay."""
        return site in self.sites and spell in self.references


def stay_from(admission: Event, case: Case, until: datetime) -> HospitalStay:
    """The stay that began with the admission, as far as it is known up to ``until``."""
    site, spell = admission.details["site"], (admission.agency, admission.details["spell"])
    transfers: list[Event] = []
    left = [
        each
        for each in case.events({DISCHARGE, TRANSFER}, admission.placed_at, until)
        if each.type == DISCHARGE or each.details["kind"] != "within"
    ]
    # Of one moment the transfer is first: the hospital that is left may close its own spell by it.
    for each in sorted(left, key=lambda one: (one.over_at, one.type == DISCHARGE, one.key)):
        says = each.details
        if each.type == TRANSFER:
            if says["from_site"] == site:
                transfers.append(each)
                site, spell = says["to_site"], (each.agency, says["spell"])
        elif (each.agency, says["spell"]) == spell or (transfers and says["site"] == site):
            return HospitalStay(admission, tuple(transfers), each)
    return HospitalStay(admission, tuple(transfers), None)
