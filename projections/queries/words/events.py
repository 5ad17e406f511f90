"""Each kind of event in plain words.

Postcodes stay out: a reader who needs to know where a child lives finds the placement's
name. Everything else that the agency said is there, and nothing that it did not say.
"""

from collections.abc import Callable, Mapping
from typing import Any

from projections.queries.words.names import code_in_words, in_words, role_in_words, sentence
from projections.queries.words.said import (
    Said,
    field_by_field,
    labelled,
    lines,
    text_of,
    when,
)

Details = Mapping[str, Any]

_INCIDENTS = {
    "ligature": "Ligature in custody",
    "other_self_harm": "Self-harm in custody",
    "unconscious": "Unconscious in custody",
    "force_used": "Force used in custody",
    "observation_raised": "Watched more closely in custody",
    "healthcare_called": "Healthcare called to custody",
}


def event_in_words(kind: str, details: Details) -> Said:
    """What an event of this type says; ``details`` are its own fields, decoded."""
    words = _WORDS.get(kind)
    return words(details) if words is not None else field_by_field(kind, details)


def _detention(says: Details) -> Said:
    return Said(
        f"Detained at {text_of(says['station'])}",
        lines(
            labelled("For", says["reason"]),
            labelled("Arrested", says["arrested"]),
            _coded("Appropriate adult", says["appropriate_adult"]),
            labelled("Substances suspected", says["substances_suspected"]),
            labelled("Custody record", says["custody_record"]),
        ),
    )


def _incident(says: Details) -> Said:
    return Said(
        _INCIDENTS.get(says["kind"], f"{sentence(in_words(says['kind']))} in custody"),
        lines(
            labelled("Means", says["means"]),
            labelled("Injury", says["injury"]),
            _coded("Observation", says["observation_level"]),
            labelled("Done", says["action_taken"]),
            f"At {text_of(says['station'])}, custody record {text_of(says['custody_record'])}",
        ),
    )


def _assessment(says: Details) -> Said:
    occasion = {
        "arrest": "on arrest",
        "change_in_custody": "after a change in custody",
        "other": "on another occasion",
    }
    self_harm = {
        "yes": "Self-harm: the form speaks of it",
        "no": "Self-harm: the form says there was none",
        "not_recorded": "Self-harm: the form is silent, which is not the same as no",
    }
    return Said(
        f"Vulnerability assessed {occasion.get(says['occasion'], in_words(says['occasion']))}",
        lines(
            self_harm.get(says["self_harm"]) or _coded("Self-harm", says["self_harm"]),
            labelled("Concerns", says["concerns"]),
            text_of(says["narrative"]),
            f"Completed by: {role_in_words(says['completed_by'])}",
            labelled("Custody record", says["custody_record"]),
        ),
    )


def _release(says: Details) -> Said:
    return Said(
        f"Released from {text_of(says['station'])}: {in_words(says['outcome'])}",
        lines(
            _role("To", says["released_to"]),
            labelled("Custody record", says["custody_record"]),
        ),
    )


def _attendance(says: Details) -> Said:
    self_harm = {"yes": "yes", "no": "no", "not_known": "not known"}
    return Said(
        f"Came to the emergency department of {text_of(says['site'])}",
        lines(
            labelled("Complaint", says["complaint"]),
            labelled("Intent of the injury", says["injury_intent"]),
            labelled("Self-harm", self_harm.get(says["self_harm"], says["self_harm"])),
            labelled("Unconscious", says["unconscious"]),
            _coded("Came by", says["arrived_by"]),
            text_of(says["account"]),
        ),
    )


def _admission(says: Details) -> Said:
    ward = f"{text_of(says['ward'])}, " if says["ward"] else ""
    return Said(
        f"Admitted to {ward}{text_of(says['site'])}",
        lines(
            labelled("Reason", says["reason"]),
            labelled("Follows", says["follows_reference"]),
            labelled("Spell", says["spell"]),
        ),
    )


def _discharge(says: Details) -> Said:
    return Said(
        f"Discharged from {text_of(says['site'])}",
        lines(
            _role("To", says["destination"]),
            labelled("Fit for discharge since", says["fit_for_discharge"]),
            labelled("Spell", says["spell"]),
        ),
    )


def _missing(says: Details) -> Said:
    away = says["kind"] == "away_without_authorisation"
    place = in_words(says["last_seen_place"]) if says["last_seen_place"] else None
    seen = ", ".join(lines(when(says["last_seen"]), place))
    return Said(
        "Away without authorisation" if away else "Reported missing",
        lines(
            f"Reported by: {role_in_words(says['reported_by'])}",
            labelled("Last seen", seen),
            text_of(says["circumstances"]),
            labelled("Episode", says["episode"]),
        ),
    )


def _found(says: Details) -> Said:
    return Said(
        "Found" if says["found_by"] is None else f"Found by {role_in_words(says['found_by'])}",
        lines(
            _coded("Where", says["place"]),
            _role("Taken to", says["returned_to"]),
            labelled("Harm known", says["harm_known"]),
            labelled("Episode", says["episode"]),
        ),
    )


def _placement_start(says: Details) -> Said:
    flags = lines(
        _registration(says["registration"]),
        "out of area" if says["out_of_area"] else None,
        {True: "planned", False: "not planned"}.get(says["planned"]),
        "in an emergency" if says["emergency"] else None,
    )
    return Said(
        f"Placement starts: {code_in_words(says['kind'])}",
        lines(
            labelled("Name", says["name"]),
            labelled("Provider", says["provider"]),
            sentence(", ".join(flags)),
            labelled("Regulator's number", says["urn"]),
            labelled("Placement", says["placement"]),
        ),
    )


def _placement_end(says: Details) -> Said:
    kind = f": {code_in_words(says['kind'])}" if says["kind"] else ""
    ended_by = says["ended_by"]
    return Said(
        f"Placement ends{kind}",
        lines(
            labelled("Reason", says["reason"]),
            None if ended_by == "not_known" else f"Ended by: {in_words(ended_by)}",
            {True: "Planned", False: "Not planned"}.get(says["planned"]),
            labelled("Placement", says["placement"]),
        ),
    )


def _legal_status(says: Details) -> Said:
    return Said(
        f"Legal status: {code_in_words(says['status'])}",
        lines(_coded("Made by", says["authority"]), labelled("Ends", says["ends"])),
    )


def _review(says: Details) -> Said:
    kinds = {
        "looked_after": "Review of the care plan held",
        "child_protection": "Child protection conference held",
        "other": "Review held",
    }
    return Said(
        kinds.get(says["kind"]) or f"Review held: {in_words(says['kind'])}",
        lines(labelled("Child's part", says["participation"])),
    )


def _acknowledgement(says: Details) -> Said:
    already = ", which was known already" if says["already_known"] else ""
    return Said(
        f"Acknowledges an alert{already}",
        lines(
            f"For: {says['team']}/{says['role']}",
            labelled("By", says["by"]),
            labelled("Action", says["action"]),
        ),
    )


def _retraction(says: Details) -> Said:
    reasons = {
        "wrong_child": "it was about another child",
        "did_not_happen": "it did not happen",
        "entered_in_error": "it was entered in error",
        "other": "see the note",
    }
    reason = reasons.get(says["reason"]) or in_words(says["reason"])
    return Said(f"Taken back: {reason}", lines(text_of(says["note"])))


def _coded(label: str, value: str | None) -> str | None:
    """A word of the contract or of the agency that may stand in underscores."""
    return None if value is None else labelled(label, in_words(value))


def _role(label: str, value: str | None) -> str | None:
    return None if value is None else labelled(label, role_in_words(value))


def _registration(value: str) -> str | None:
    return None if value == "not_known" else in_words(value)


_WORDS: Mapping[str, Callable[[Details], Said]] = {
    "custody-detention": _detention,
    "custody-incident": _incident,
    "vulnerable-person-assessment": _assessment,
    "custody-release": _release,
    "emergency-attendance": _attendance,
    "hospital-admission": _admission,
    "hospital-discharge": _discharge,
    "missing-report": _missing,
    "missing-found": _found,
    "placement-start": _placement_start,
    "placement-end": _placement_end,
    "legal-status": _legal_status,
    "review": _review,
    "acknowledgement": _acknowledgement,
    "retraction": _retraction,
}
