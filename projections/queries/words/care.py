"""A looked-after child's placements, legal status and reviews in plain words."""

from collections.abc import Mapping
from typing import Any

from projections.queries.words.names import code_in_words, in_words, role_in_words, sentence
from projections.queries.words.said import Said, coded, labelled, lines, others, text_of


def placement_start(says: Mapping[str, Any]) -> Said:
    """A placement starts, with what makes it risky."""
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


def placement_end(says: Mapping[str, Any]) -> Said:
    """A placement ends, why, and who ended it."""
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


def legal_status(says: Mapping[str, Any]) -> Said:
    """A legal status begins, changes or is renewed."""
    return Said(
        f"Legal status: {code_in_words(says['status'])}",
        lines(coded("Made by", says["authority"]), labelled("Ends", says["ends"])),
    )


def review(says: Mapping[str, Any]) -> Said:
    """A statutory review was held."""
    kinds = {
        "looked_after": "Review of the care plan held",
        "child_protection": "Child protection conference held",
        "other": "Review held",
    }
    return Said(
        kinds.get(says["kind"]) or f"Review held: {in_words(says['kind'])}",
        lines(labelled("Child's part", says["participation"])),
    )


def _registration(value: str) -> str | None:
    return None if value == "not_known" else in_words(value)


def search(says: Mapping[str, Any]) -> Said:
    """A placement is sought."""
    steps = {
        "started": "begins",
        "goes_on": "goes on without a place",
        "found": "ends: a place is found",
        "ended": "is given up or no longer needed",
    }
    kind = in_words(says["kind"])
    step = steps.get(says["step"], in_words(says["step"]))
    return Said(f"Search for a placement ({kind}) {step}", others(says, "kind", "step"))


def refusal(says: Mapping[str, Any]) -> Said:
    """A provider does not take a child."""
    reasons = ", ".join(in_words(each) for each in says["reasons"])
    because = f": {reasons}" if reasons else ""
    return Said(f"A provider refuses{because}", others(says, "reasons"))


def notice(says: Mapping[str, Any]) -> Said:
    """A placement is to end."""
    return Said(
        f"Notice on the placement, given by {in_words(says['given_by'])}",
        others(says, "given_by"),
    )


def approval(says: Mapping[str, Any]) -> Said:
    """Whether a child may live in a certain place."""
    what = in_words(says["what"])
    decisions = {
        "asked": f"Approval asked for: {what}",
        "approved": f"Approved: {what}",
        "refused": f"Not approved: {what}",
        "without": f"Placed without approval: {what}",
    }
    return Said(
        decisions.get(says["decision"], f"Approval: {what}"), others(says, "what", "decision")
    )


def briefing(says: Mapping[str, Any]) -> Said:
    """Those who look after a child are told what they must know, or not."""
    who = role_in_words(says["to_role"])
    steps = {
        "given": f"Briefed: {who}",
        "declined": f"Would not be briefed: {who}",
        "not_given": f"Not briefed: {who}",
    }
    return Said(steps.get(says["step"], f"Briefing: {who}"), others(says, "to_role", "step"))


def assessment(says: Mapping[str, Any]) -> Said:
    """An assessment by social care."""
    kind = in_words(says["kind"]).replace("section 47", "section 47 enquiry")
    return Said(
        f"Assessment by social care ({kind}): {in_words(says['step'])}",
        others(says, "kind", "step"),
    )


def visit(says: Mapping[str, Any]) -> Said:
    """Somebody who must visit a child did."""
    seen = "child seen" if says["seen"] else "child NOT seen"
    alone = {True: ", alone", False: ", not alone"}.get(says["seen_alone"], "")
    return Said(
        f"Visit by {role_in_words(says['by'])}: {seen}{alone}",
        others(says, "by", "seen", "seen_alone"),
    )


def health_assessment(says: Mapping[str, Any]) -> Said:
    """A looked-after child's health was assessed, or was to be."""
    kinds = {"initial": "First health assessment", "review": "Health assessment"}
    kind = kinds.get(says["kind"], f"Health assessment ({in_words(says['kind'])})")
    return Said(f"{kind} in care: {in_words(says['step'])}", others(says, "kind", "step"))


def order(says: Mapping[str, Any]) -> Said:
    """A court, or another who may, makes or ends an order; each condition and whether it is met."""
    met = {"yes": "met", "no": "NOT MET", "not_known": "not known whether it is met"}
    conditions = [
        f"Condition: {text_of(each['text'])} ({met.get(each['met'], in_words(each['met']))})"
        for each in says["conditions"]
    ]
    return Said(
        f"{sentence(in_words(says['order']))} order {in_words(says['step'])}",
        lines(*conditions, *others(says, "order", "step", "conditions")),
    )


def panel(says: Mapping[str, Any]) -> Said:
    """A panel or a senior manager decides."""
    return Said(
        f"{sentence(text_of(says['panel']) or 'panel')}: {in_words(says['decision'])}",
        others(says, "panel", "decision"),
    )


def safety_plan(says: Mapping[str, Any]) -> Said:
    """How a child is to be kept safe."""
    return Said(f"Safety plan {in_words(says['step'])}", others(says, "step"))


def with_parents(says: Mapping[str, Any]) -> Said:
    """A child goes, or is to go, to live with a parent."""
    steps = {
        "considered": "Living with {} is considered",
        "agreed": "Living with {} is agreed",
        "started": "Lives with {} from now on",
        "ended": "Lives with {} no longer",
    }
    who = role_in_words(says["parent"])
    title = steps.get(says["step"], "Living with {}").format(who)
    return Said(title, others(says, "parent", "step"))
