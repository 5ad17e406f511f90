"""Events of police custody in plain words."""

from collections.abc import Mapping
from typing import Any

from projections.queries.words.names import in_words, role_in_words, sentence
from projections.queries.words.said import Said, by_role, coded, labelled, lines, text_of

_INCIDENTS = {
    "ligature": "Ligature in custody",
    "other_self_harm": "Self-harm in custody",
    "unconscious": "Unconscious in custody",
    "force_used": "Force used in custody",
    "observation_raised": "Watched more closely in custody",
    "healthcare_called": "Healthcare called to custody",
}


def detention(says: Mapping[str, Any]) -> Said:
    """A child is detained in custody."""
    return Said(
        f"Detained at {text_of(says['station'])}",
        lines(
            labelled("For", says["reason"]),
            labelled("Arrested", says["arrested"]),
            coded("Appropriate adult", says["appropriate_adult"]),
            labelled("Substances suspected", says["substances_suspected"]),
            labelled("Custody record", says["custody_record"]),
        ),
    )


def incident(says: Mapping[str, Any]) -> Said:
    """Something happens to a child in custody: the title says what."""
    return Said(
        _INCIDENTS.get(says["kind"], f"{sentence(in_words(says['kind']))} in custody"),
        lines(
            labelled("Means", says["means"]),
            labelled("Injury", says["injury"]),
            coded("Observation", says["observation_level"]),
            labelled("Done", says["action_taken"]),
            f"At {text_of(says['station'])}, custody record {text_of(says['custody_record'])}",
        ),
    )


def assessment(says: Mapping[str, Any]) -> Said:
    """An assessment of vulnerability; a silent form must not pass for a no."""
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
            self_harm.get(says["self_harm"]) or coded("Self-harm", says["self_harm"]),
            labelled("Concerns", says["concerns"]),
            text_of(says["narrative"]),
            f"Completed by: {role_in_words(says['completed_by'])}",
            labelled("Custody record", says["custody_record"]),
        ),
    )


def release(says: Mapping[str, Any]) -> Said:
    """A child leaves custody, and to whom."""
    return Said(
        f"Released from {text_of(says['station'])}: {in_words(says['outcome'])}",
        lines(
            by_role("To", says["released_to"]),
            labelled("Custody record", says["custody_record"]),
        ),
    )
