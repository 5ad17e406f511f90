"""What must be said at a release from custody: the four matters, and who says them (3.17).

A no is said only by a declaration, an appropriate adult or a nurse who was asked. Other events say
yes by being there, and their absence says nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from safeguarding.events import Event
from safeguarding.rules.absence import Met
from safeguarding.rules.self_harm_reports import IN_CUSTODY, SELF_HARM_IN_CUSTODY

MATTERS = ("self_harm", "observation_changed", "force_used", "healthcare_called")
DESK = "liaison_and_diversion"

_INCIDENTS = {
    **dict.fromkeys(SELF_HARM_IN_CUSTODY, "self_harm"),
    "force_used": "force_used",
    "observation_raised": "observation_changed",
    "healthcare_called": "healthcare_called",
}
_ANSWERS = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Said:
    """What is known to have been said of one detention, each with when it first was."""

    matters: dict[str, tuple[Event, bool]]
    declared: Met | None
    assessed: Met | None
    handed_over: Met | None
    told_no_night_team: bool

    @property
    def met(self) -> Met | None:
        """All of it, once the last of it was."""
        parts = [self.declared, self.assessed, self.handed_over]
        done = [each for each in parts if each is not None]
        return max(done, key=lambda each: each.at) if len(done) == len(parts) else None


def first_said(events: Iterable[Event]) -> dict[str, tuple[Event, bool]]:
    """Who said each matter first, and what. A yes of anybody counts for more than a no."""
    said: dict[str, tuple[Event, bool]] = {}
    for event in events:
        for matter, answer in _says(event).items():
            if matter not in said or (answer and not said[matter][1]):
                said[matter] = (event, answer)
    return said


def says_yes(event: Event, matter: str) -> bool:
    """Whether the event says by itself that it was so."""
    return _says(event).get(matter, False)


def _says(event: Event) -> Mapping[str, bool]:
    reads = _READS.get(event.type)
    return reads(event.details) if reads else {}


def _declaration(says: Mapping[str, object]) -> dict[str, bool]:
    at_release = says["occasion"] == "at_release"
    # A yes at the end of a shift remains one, a no does not.
    return {name: bool(says[name]) for name in MATTERS if at_release or says[name]}


def _incident(says: Mapping[str, object]) -> dict[str, bool]:
    matter = _INCIDENTS.get(str(says["kind"]))
    return {matter: True} if matter else {}


def _adult(says: Mapping[str, object]) -> dict[str, bool]:
    answer = _ANSWERS.get(str(says["self_harm"]))
    return {} if answer is None else {"self_harm": answer}


def _nurse(says: Mapping[str, object]) -> dict[str, bool]:
    return {**_adult(says), "healthcare_called": True}


def _healthcare(says: Mapping[str, object]) -> dict[str, bool]:
    # That desk asks every detained child, so nobody need have called it.
    of_itself = says["professional"] == DESK and says["step"] != "called"
    return {} if of_itself else {"healthcare_called": True}


def _observation(says: Mapping[str, object]) -> dict[str, bool]:
    changed = says["before"] is not None and says["before"] != says["level"]
    return {"observation_changed": True} if changed else {}


def _force(says: Mapping[str, object]) -> dict[str, bool]:
    return {"force_used": True} if says["setting"] == "custody" else {}


_READS: Mapping[str, Callable[[Mapping[str, object]], dict[str, bool]]] = {
    "pre-release-declaration": _declaration,
    IN_CUSTODY: _incident,
    "appropriate-adult-report": _adult,
    "custody-nurse-report": _nurse,
    "custody-healthcare": _healthcare,
    "custody-observation": _observation,
    "use-of-force": _force,
}
SAY_MATTERS = frozenset(_READS)
