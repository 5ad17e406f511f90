"""Events of police custody in plain words."""

from collections.abc import Mapping
from typing import Any

from projections.queries.words.names import in_words, role_in_words, sentence
from projections.queries.words.said import Said, by_role, coded, labelled, lines, others, text_of

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


def arrest(says: Mapping[str, Any]) -> Said:
    """A child is arrested."""
    grounds = {
        "offence": "",
        "warrant": " on a warrant",
        "bail": " for a breach of bail",
        "breach_of_peace": " to prevent a breach of the peace",
        "other": " on another ground",
    }
    return Said(f"Arrested{grounds.get(says['ground'], '')}", others(says, "ground"))


def observation(says: Mapping[str, Any]) -> Said:
    """How closely a detained child is watched from now on."""
    before = f", {in_words(says['before'])} until now" if says["before"] else ""
    return Said(
        f"Observation in custody: {in_words(says['level'])}{before}",
        others(says, "level", "before"),
    )


def healthcare(says: Mapping[str, Any]) -> Said:
    """A healthcare professional is called to custody, or has seen the child."""
    steps = {
        "called": "Healthcare called to custody",
        "seen": "Seen by healthcare in custody",
        "declined": "Would not be seen by healthcare in custody",
        "not_available": "No healthcare could come to custody",
    }
    return Said(steps.get(says["step"], "Healthcare in custody"), others(says, "step"))


def force(says: Mapping[str, Any]) -> Said:
    """Force is used on a child, and where."""
    where = {
        "arrest": "at an arrest",
        "custody": "in custody",
        "transport": "on the way",
        "hospital": "in a hospital",
        "placement": "in a placement",
        "public": "in public",
    }
    return Said(
        f"Force used {where.get(says['setting'], in_words(says['setting']))}",
        others(says, "setting"),
    )


def declaration(says: Mapping[str, Any]) -> Said:
    """What did and did not happen in custody: each is said, a no as well."""
    matters = {
        "self_harm": "self-harm",
        "observation_changed": "observation changed",
        "force_used": "force used",
        "healthcare_called": "healthcare called",
    }
    yes = [words for name, words in matters.items() if says[name]]
    no = [words for name, words in matters.items() if not says[name]]
    occasion = "release" if says["occasion"] == "at_release" else "the end of the shift"
    return Said(
        f"Declared at {occasion}: {', '.join(yes) if yes else 'none of what is asked'}",
        lines(labelled("Not", no), *others(says, "occasion", *matters)),
    )


def release_risk(says: Mapping[str, Any]) -> Said:
    """The risks that a child leaves custody with."""
    return Said("Risk assessed before release", others(says))


def handover(says: Mapping[str, Any]) -> Said:
    """A child is given into somebody's care."""
    matters = labelled("Told of", says["told"])
    return Said(
        f"Handed over to {role_in_words(says['to_role'])}",
        lines(matters, *others(says, "to_role", "told")),
    )


def adults_report(says: Mapping[str, Any]) -> Said:
    """What the appropriate adult saw."""
    return Said("Report of the appropriate adult", others(says))


def nurses_report(says: Mapping[str, Any]) -> Said:
    """What healthcare in custody found."""
    return Said("Report of healthcare in custody", others(says))
