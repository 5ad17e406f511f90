"""Events of hospitals in plain words."""

from collections.abc import Mapping
from typing import Any

from projections.queries.words.names import in_words, sentence
from projections.queries.words.said import Said, by_role, coded, labelled, lines, others, text_of


def attendance(says: Mapping[str, Any]) -> Said:
    """A child comes to an emergency department."""
    self_harm = {"yes": "yes", "no": "no", "not_known": "not known"}
    return Said(
        f"Came to the emergency department of {text_of(says['site'])}",
        lines(
            labelled("Complaint", says["complaint"]),
            labelled("Intent of the injury", says["injury_intent"]),
            labelled("Self-harm", self_harm.get(says["self_harm"], says["self_harm"])),
            labelled("Unconscious", says["unconscious"]),
            coded("Came by", says["arrived_by"]),
            text_of(says["account"]),
        ),
    )


def admission(says: Mapping[str, Any]) -> Said:
    """A child is admitted, to a ward where that is said."""
    ward = f"{text_of(says['ward'])}, " if says["ward"] else ""
    return Said(
        f"Admitted to {ward}{text_of(says['site'])}",
        lines(
            labelled("Reason", says["reason"]),
            labelled("Follows", says["follows_reference"]),
            labelled("Spell", says["spell"]),
        ),
    )


def discharge(says: Mapping[str, Any]) -> Said:
    """A child leaves hospital, and where to."""
    return Said(
        f"Discharged from {text_of(says['site'])}",
        lines(
            by_role("To", says["destination"]),
            labelled("Fit for discharge since", says["fit_for_discharge"]),
            labelled("Spell", says["spell"]),
        ),
    )


def psychosocial(says: Mapping[str, Any]) -> Said:
    """An assessment after self-harm, or that there was none."""
    steps = {
        "requested": "Psychosocial assessment asked for",
        "started": "Psychosocial assessment begun",
        "completed": "Psychosocial assessment done",
        "refused": "Psychosocial assessment: the child would not",
        "not_done": "Psychosocial assessment not done",
    }
    return Said(steps.get(says["step"], "Psychosocial assessment"), others(says, "step"))


def restriction(says: Mapping[str, Any]) -> Said:
    """What a child may do is restricted, or no longer; the authority is always said."""
    kind = sentence(in_words(says["kind"]))
    authority = _AUTHORITY.get(says["authority"], in_words(says["authority"]))
    return Said(
        f"{kind} {in_words(says['step'])}: {text_of(says['place'])}",
        lines(f"Authority: {authority}", *others(says, "kind", "step", "place", "authority")),
    )


def discharge_planned(says: Mapping[str, Any]) -> Said:
    """A hospital plans to let a child go."""
    return Said(f"Discharge planned from {text_of(says['site'])}", others(says, "site"))


def discharge_readiness(says: Mapping[str, Any]) -> Said:
    """A child is medically fit to leave, or must stay after all."""
    site = text_of(says["site"])
    steps = {
        "ready": f"Medically fit to leave {site}",
        "no_longer_ready": f"No longer fit to leave {site}",
    }
    title = steps.get(says["step"], f"{sentence(in_words(says['step']))}: {site}")
    return Said(title, others(says, "site", "step"))


def discharge_request(says: Mapping[str, Any]) -> Said:
    """Somebody asks a hospital to keep a child: a request, and no power."""
    answers = {
        "agreed": "the hospital agrees",
        "declined": "the hospital declines",
        "none_yet": "no answer yet",
    }
    authority = _AUTHORITY.get(says["authority"], in_words(says["authority"]))
    return Said(
        f"Asked not to discharge until: {text_of(says['until'])}",
        lines(
            answers.get(says["answer"], in_words(says["answer"])).capitalize(),
            f"Authority: {authority}",
            *others(says, "until", "answer", "authority"),
        ),
    )


def absconded(says: Mapping[str, Any]) -> Said:
    """A child leaves a place that had charge of them, or is back."""
    place = text_of(says["from_name"])
    steps = {
        "left": f"Absconded from {place}",
        "returned": f"Back at {place}",
        "ended": f"No longer sought after absconding from {place}",
    }
    authority = _AUTHORITY.get(says["authority"], in_words(says["authority"]))
    return Said(
        steps.get(says["step"], f"Absconded from {place}"),
        lines(f"Authority: {authority}", *others(says, "from_name", "step", "authority")),
    )


def transfer(says: Mapping[str, Any]) -> Said:
    """A child goes from one hospital or ward to another."""
    ward = f"{text_of(says['to_ward'])}, " if says["to_ward"] else ""
    authority = _AUTHORITY.get(says["authority"] or "", says["authority"])
    return Said(
        f"Moved to {ward}{text_of(says['to_site'])}",
        lines(coded("Authority", authority), *others(says, "to_ward", "to_site", "authority")),
    )


_AUTHORITY = {
    "none": "none; it is a request",
    "not_recorded": "nobody recorded one",
    "section_5_2": "section 5(2), Mental Health Act",
    "section_5_4": "section 5(4), Mental Health Act",
    "section_2": "section 2, Mental Health Act",
    "section_3": "section 3, Mental Health Act",
    "section_4": "section 4, Mental Health Act",
    "section_135": "section 135, Mental Health Act",
    "section_136": "section 136, Mental Health Act",
    "mental_capacity_act": "Mental Capacity Act",
}
