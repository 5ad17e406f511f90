"""Mental health services, and what follows from them, in plain words."""

from collections.abc import Mapping
from typing import Any

from projections.queries.words.names import code_in_words, in_words
from projections.queries.words.said import Said, others, text_of


def contact(says: Mapping[str, Any]) -> Said:
    """A mental health service is in contact with a child, or tries to be."""
    outcomes = {
        "attended": "Contact with CAMHS",
        "did_not_attend": "Did not come to CAMHS",
        "cancelled_by_child": "Contact with CAMHS cancelled for the child",
        "cancelled_by_service": "Contact cancelled by CAMHS",
        "refused": "Would not see CAMHS",
    }
    return Said(outcomes.get(says["outcome"], "Contact with CAMHS"), others(says, "outcome"))


def referral(says: Mapping[str, Any]) -> Said:
    """Somebody asks a service to see a child, or it answers."""
    steps = {
        "made": "Referred to {}",
        "received": "Referral received by {}",
        "accepted": "Referral accepted by {}",
        "declined": "Referral DECLINED by {}",
        "withdrawn": "Referral to {} withdrawn",
        "closed": "Referral to {} closed",
    }
    title = steps.get(says["step"], "Referral to {}").format(in_words(says["to"]))
    return Said(title, others(says, "to", "step"))


def act_assessment(says: Mapping[str, Any]) -> Said:
    """An assessment under the Mental Health Act."""
    outcomes = {
        "detained": ": detained",
        "informal": ": to hospital, informally",
        "community": ": care at home",
        "none": ": nothing followed",
    }
    outcome = outcomes.get(says["outcome"] or "", "")
    return Said(
        f"Mental Health Act assessment {in_words(says['step'])}{outcome}",
        others(says, "step", "outcome"),
    )


def detention(says: Mapping[str, Any]) -> Said:
    """A detention under the Mental Health Act begins, changes or ends."""
    steps = {
        "started": "Detained under the Mental Health Act",
        "extended": "Detention extended",
        "changed": "Detained under another section",
        "ended": "Detention ended",
    }
    title = steps.get(says["step"], "Detention under the Mental Health Act")
    return Said(f"{title}: {code_in_words(says['section'])}", others(says, "section", "step"))


def capacity(says: Mapping[str, Any]) -> Said:
    """Whether a child can make a certain decision."""
    results = {
        "has": "Can decide",
        "lacks": "Cannot decide",
        "fluctuates": "Can decide at times",
        "not_determined": "Not determined whether the child can decide",
    }
    result = results.get(says["result"], in_words(says["result"]))
    return Said(f"{result}: {text_of(says['decision'])}", others(says, "decision", "result"))


def follow_up(says: Mapping[str, Any]) -> Said:
    """A contact that must follow something."""
    after = {
        "mental_health_bed": "after a mental health bed",
        "self_harm": "after self-harm",
        "emergency_department": "after an emergency department",
        "custody": "after custody",
        "other": "after something else",
    }
    kind = after.get(says["kind"], in_words(says["kind"]))
    return Said(f"Follow-up {kind}: {in_words(says['step'])}", others(says, "kind", "step"))
