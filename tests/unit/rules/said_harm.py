"""What agencies say of harm by others and of worries, with what the child says of it."""

from dataclasses import dataclass, replace
from typing import Any

from tests.unit.rules.said import Said


@dataclass(frozen=True)
class Stated(Said):
    """A statement of which it matters what kind it is, and what the child says of it."""

    statement: str = "fact"
    view: str | None = None

    def plain(self) -> dict[str, Any]:
        """As ``kith publish`` takes it."""
        said = super().plain()
        said["event"] |= {"statement": self.statement, "subject_view": self.view}
        return said

    def asked(self, view: str) -> "Stated":
        """The next version, in which the child was asked and says this."""
        return replace(self, version=self.version + 1, why_corrected="more_known", view=view)


def alleged(
    occurred: str,
    *,
    known: str | None = None,
    agency: str = "police",
    said_by: str = "police_officer",
    number: str = "AL-1",
    reference: str | None = None,
    view: str | None = None,
    child_is: str = "victim",
    kinds: tuple[str, ...] = ("sexual",),
    **details: Any,
) -> Stated:
    """Police, unless the spec says other: it is alleged that the child was harmed."""
    says = {"allegation": number, "child_is": child_is, "kinds": list(kinds), **details}
    return Stated(
        "allegation",
        agency,
        reference or f"{number}/alleged",
        occurred,
        known,
        said_by,
        says,
        statement="allegation",
        view=view,
    )


def came_of(outcome: str, occurred: str, *, number: str = "AL-1", agency: str = "police") -> Stated:
    """Police, unless the spec says other: what became of an allegation."""
    says = {"allegation": number, "outcome": outcome}
    name = f"{number}/{outcome}"
    return Stated("allegation-outcome", agency, name, occurred, None, "police_officer", says)


def concern(
    level: str,
    occurred: str,
    *,
    known: str | None = None,
    agency: str = "social-care",
    said_by: str = "social_worker",
    reference: str = "EX-1",
    kinds: tuple[str, ...] = ("sexual",),
    statement: str = "fact",
    view: str | None = None,
    **details: Any,
) -> Stated:
    """Social care, unless the spec says other: signs of exploitation."""
    says = {"level": level, "kinds": list(kinds), **details}
    return Stated(
        "exploitation-concern",
        agency,
        reference,
        occurred,
        known,
        said_by,
        says,
        statement=statement,
        view=view,
    )


def weapon(
    now: str,
    occurred: str,
    *,
    agency: str = "police",
    said_by: str = "arresting_officer",
    how: str = "carried",
    reference: str = "WE-1",
) -> Stated:
    """Police, unless the spec says other: a knife, and where it is now."""
    says = {"weapon": "knife", "how": how, "now": now}
    return Stated("weapon", agency, reference, occurred, None, said_by, says)


def supplied(level: str, occurred: str, **details: Any) -> Stated:
    """Social care: somebody supplies the child."""
    says = {"what": "cannabis", "relation": "another resident", "level": level, **details}
    return Stated("supplier", "social-care", "SU-1", occurred, None, "social_worker", says)


def referred(step: str, occurred: str) -> Stated:
    """Police: how far a referral to the national mechanism has come."""
    name = f"NRM/{step}"
    return Stated(
        "national-referral", "police", name, occurred, None, "police_officer", {"step": step}
    )


def worried(
    urgency: str,
    occurred: str,
    *,
    known: str | None = None,
    agency: str = "fostering",
    said_by: str = "foster_carer",
    carer: str = "foster_carer",
    statement: str = "fact",
    concerns: tuple[str, ...] = ("will not eat",),
    **details: Any,
) -> Stated:
    """A foster carer, unless the spec says other, is worried."""
    says = {"carer": carer, "urgency": urgency, "concerns": list(concerns), **details}
    return Stated(
        "carer-concern", agency, "CN-1", occurred, known, said_by, says, statement=statement
    )


def substances(
    basis: str,
    occurred: str,
    *,
    agency: str = "fostering",
    said_by: str | None = "foster_carer",
    **details: Any,
) -> Stated:
    """A foster carer, unless the spec says other: the child takes something."""
    says = {"basis": basis, **details}
    return Stated("substance-concern", agency, "SC-1", occurred, None, said_by, says)
