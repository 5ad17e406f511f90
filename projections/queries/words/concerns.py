"""What somebody is worried about, and what became of it, in plain words."""

from collections.abc import Mapping
from typing import Any

from projections.queries.words.names import in_words, role_in_words, sentence
from projections.queries.words.said import Said, others, text_of


def exploitation(says: Mapping[str, Any]) -> Said:
    """Reason to think that a child is exploited, and how sure it is."""
    kinds = ", ".join(in_words(each) for each in says["kinds"]) or "kind not said"
    return Said(f"Exploitation {in_words(says['level'])}: {kinds}", others(says, "kinds", "level"))


def substance(says: Mapping[str, Any]) -> Said:
    """Alcohol or drugs, and how it is known."""
    what = ", ".join(filter(None, map(text_of, says["substances"]))) or "not said which"
    return Said(
        f"Alcohol or drugs ({in_words(says['basis'])}): {what}",
        others(says, "substances", "basis"),
    )


def weapon(says: Mapping[str, Any]) -> Said:
    """A weapon, and where it is now."""
    return Said(
        f"Weapon {in_words(says['how'])}: {text_of(says['weapon'])}", others(says, "how", "weapon")
    )


def means(says: Mapping[str, Any]) -> Said:
    """Something that a child could harm themselves with, and whether it is within reach."""
    now = {
        "removed": "taken away",
        "within_reach": "STILL within reach",
        "not_known": "nobody knows where it is",
    }
    return Said(
        f"Means of harm {now.get(says['now'], in_words(says['now']))}: {text_of(says['means'])}",
        others(says, "now", "means"),
    )


def self_harm(says: Mapping[str, Any]) -> Said:
    """A child harmed themselves, or was about to."""
    methods = {
        "height": "at a height",
        "railway": "at a railway",
        "water": "at water",
        "other": "in another way",
        "not_known": "nobody knows how",
    }
    method = methods.get(says["method"], in_words(says["method"]))
    return Said(f"Self-harm: {method}", others(says, "method"))


def supplier(says: Mapping[str, Any]) -> Said:
    """Somebody is said to supply a child."""
    return Said(
        f"Supply {in_words(says['level'])}: {text_of(says['what'])}, "
        f"from {role_in_words(says['relation'])}",
        others(says, "level", "what", "relation"),
    )


def allegation(says: Mapping[str, Any]) -> Said:
    """Somebody alleges harm, and what the child is in it."""
    kinds = ", ".join(in_words(each) for each in says["kinds"]) or "kind not said"
    return Said(
        f"Allegation ({kinds}): child is {in_words(says['child_is'])}",
        others(says, "kinds", "child_is"),
    )


def allegation_outcome(says: Mapping[str, Any]) -> Said:
    """What became of an allegation. That the police do no more says not that it was untrue."""
    return Said(f"Allegation: {in_words(says['outcome'])}", others(says, "outcome"))


def national_referral(says: Mapping[str, Any]) -> Said:
    """The national referral mechanism."""
    return Said(f"National referral mechanism: {in_words(says['step'])}", others(says, "step"))


def youth_justice(says: Mapping[str, Any]) -> Said:
    """A child's way through youth justice."""
    return Said(f"Youth justice: {in_words(says['step'])}", others(says, "step"))


def education(says: Mapping[str, Any]) -> Said:
    """A child is away from school, or sent away."""
    return Said(f"School: {in_words(says['kind'])}", others(says, "kind"))


def carers(says: Mapping[str, Any]) -> Said:
    """Somebody who looks after a child is worried."""
    urgency = {
        "now": "something must be done now",
        "today": "something must be done today",
        "soon": "soon",
        "to_know": "to know",
    }
    return Said(
        f"{sentence(role_in_words(says['carer']))} is worried: "
        f"{urgency.get(says['urgency'], in_words(says['urgency']))}",
        others(says, "carer", "urgency"),
    )


def sighting(says: Mapping[str, Any]) -> Said:
    """Somebody without an account saw or heard something."""
    return Said(
        f"Seen by somebody outside ({role_in_words(says['informant'])}): {text_of(says['seen'])}",
        others(says, "informant", "seen"),
    )


def intent(says: Mapping[str, Any]) -> Said:
    """A child says that they mean to die or be harmed; it stands until somebody closes it."""
    steps = {
        "stated": "Stated intent",
        "repeated": "Stated intent, again",
        "closed": "Stated intent closed",
    }
    return Said(
        f"{steps.get(says['step'], 'Stated intent')}: {text_of(says['intent'])}",
        others(says, "step", "intent"),
    )


def serious_harm(says: Mapping[str, Any]) -> Said:
    """A child died, or was seriously harmed."""
    kinds = {"death": "The child died", "serious_harm": "The child was seriously harmed"}
    return Said(kinds.get(says["kind"], "Serious harm"), others(says, "kind"))
