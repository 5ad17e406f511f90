"""Each kind of event in plain words.

Postcodes stay out: a reader who needs to know where a child lives finds the placement's
name. Everything else that the agency said is there, and nothing that it did not say.
"""

from collections.abc import Callable, Mapping
from typing import Any

from projections.queries.words import answers, care, custody, hospital, missing
from projections.queries.words.said import Said, field_by_field

Details = Mapping[str, Any]

_WORDS: Mapping[str, Callable[[Details], Said]] = {
    "canary": answers.canary,
    "custody-detention": custody.detention,
    "custody-incident": custody.incident,
    "vulnerable-person-assessment": custody.assessment,
    "custody-release": custody.release,
    "emergency-attendance": hospital.attendance,
    "hospital-admission": hospital.admission,
    "hospital-discharge": hospital.discharge,
    "missing-report": missing.report,
    "missing-found": missing.found,
    "placement-start": care.placement_start,
    "placement-end": care.placement_end,
    "legal-status": care.legal_status,
    "review": care.review,
    "acknowledgement": answers.acknowledgement,
    "retraction": answers.retraction,
}


def event_in_words(kind: str, details: Details) -> Said:
    """What an event of this type says; ``details`` are its own fields, decoded."""
    words = _WORDS.get(kind)
    return words(details) if words is not None else field_by_field(kind, details)
