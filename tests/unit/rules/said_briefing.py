"""What carers are told before a child comes, and what there is to be told."""

from typing import Any

from tests.unit.rules.said import Said


def briefed(
    occurred: str,
    *,
    placement: str = "PL-5110",
    step: str = "given",
    covered: tuple[str, ...] = ("risks, means and the safety plan",),
    left_out: tuple[str, ...] = (),
    before_arrival: bool | None = None,
    reference: str | None = None,
    known: str | None = None,
) -> Said:
    """Social care: whoever has the child next was told, or was not."""
    says = {
        "placement": placement,
        "to_role": "foster_carer",
        "step": step,
        "covered": list(covered) if step == "given" else [],
        "left_out": list(left_out),
        "before_arrival": before_arrival,
    }
    name = reference or f"PB/{step}/{occurred}"
    return Said("placement-briefing", "social-care", name, occurred, known, "edt", says)


def armed(occurred: str, weapon: str = "knife") -> Said:
    """Police: the child had a weapon."""
    says = {"weapon": weapon, "how": "carried", "now": "taken"}
    return Said("weapon", "police", f"WE/{occurred}", occurred, None, "arresting_officer", says)


def plan(
    occurred: str, step: str = "made", *, name: str = "SP-61", means: tuple[str, ...] = ()
) -> Said:
    """Social care: how the child is to be kept safe."""
    says = {"plan": name, "step": step, "means": list(means)}
    by = "social_worker"
    return Said("safety-plan", "social-care", f"{name}/{occurred}", occurred, None, by, says)


def means_to_die(occurred: str, step: str = "stated") -> Said:
    """A ward: what the child said, or that somebody has closed it."""
    says = {"intent": "To die.", "to_role": "ward", "step": step}
    return Said("stated-intent", "acute-trust", f"SI/{step}", occurred, None, "ward", says)


def within_reach(occurred: str, now: str = "within_reach", **details: Any) -> Said:
    """The placement: something to harm herself with, and where it is now."""
    says = {"means": "tablets", "now": now, **details}
    by = "placement"
    return Said("means-of-harm", "placement", f"ME/{now}", occurred, None, by, says)
