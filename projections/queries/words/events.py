"""Each kind of event in plain words.

Postcodes stay out: a reader who needs to know where a child lives finds the placement's
name. Everything else that the agency said is there, and nothing that it did not say.
"""

from collections.abc import Callable, Mapping
from typing import Any

from projections.queries.words import (
    answers,
    care,
    concerns,
    custody,
    health,
    hospital,
    meetings,
    missing,
    voices,
)
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
    "custody-arrest": custody.arrest,
    "custody-observation": custody.observation,
    "custody-healthcare": custody.healthcare,
    "use-of-force": custody.force,
    "pre-release-declaration": custody.declaration,
    "pre-release-risk-assessment": custody.release_risk,
    "custody-handover": custody.handover,
    "appropriate-adult-report": custody.adults_report,
    "custody-nurse-report": custody.nurses_report,
    "self-harm-incident": concerns.self_harm,
    "psychosocial-assessment": hospital.psychosocial,
    "restriction": hospital.restriction,
    "discharge-planned": hospital.discharge_planned,
    "discharge-readiness": hospital.discharge_readiness,
    "discharge-request": hospital.discharge_request,
    "absconded": hospital.absconded,
    "hospital-transfer": hospital.transfer,
    "missing-risk": missing.risk,
    "missing-sighting": missing.sighting,
    "return-interview": missing.return_interview,
    "placement-search": care.search,
    "placement-refusal": care.refusal,
    "placement-notice": care.notice,
    "placement-approval": care.approval,
    "placement-briefing": care.briefing,
    "social-care-assessment": care.assessment,
    "statutory-visit": care.visit,
    "health-assessment": care.health_assessment,
    "court-order": care.order,
    "panel-decision": care.panel,
    "safety-plan": care.safety_plan,
    "return-to-parents": care.with_parents,
    "camhs-contact": health.contact,
    "referral": health.referral,
    "mental-health-act-assessment": health.act_assessment,
    "mental-health-detention": health.detention,
    "capacity-assessment": health.capacity,
    "follow-up": health.follow_up,
    "meeting": meetings.meeting,
    "exploitation-concern": concerns.exploitation,
    "substance-concern": concerns.substance,
    "weapon": concerns.weapon,
    "means-of-harm": concerns.means,
    "supplier": concerns.supplier,
    "allegation": concerns.allegation,
    "allegation-outcome": concerns.allegation_outcome,
    "national-referral": concerns.national_referral,
    "youth-justice": concerns.youth_justice,
    "education-absence": concerns.education,
    "carer-concern": concerns.carers,
    "sighting": concerns.sighting,
    "stated-intent": concerns.intent,
    "serious-harm": concerns.serious_harm,
    "wishes-and-feelings": voices.wishes,
    "objection": voices.objection,
    "challenge": voices.challenge,
    "good-practice": voices.good_practice,
    "acknowledgement": answers.acknowledgement,
    "alert-handover": answers.alert_handover,
    "retraction": answers.retraction,
}


def event_in_words(kind: str, details: Details) -> Said:
    """What an event of this type says; ``details`` are its own fields, decoded."""
    words = _WORDS.get(kind)
    return words(details) if words is not None else field_by_field(kind, details)
