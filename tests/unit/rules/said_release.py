"""What is said before a child leaves custody."""

from typing import Any

from tests.unit.rules.said import Said

ALL_NO = {
    "self_harm": False,
    "observation_changed": False,
    "force_used": False,
    "healthcare_called": False,
}


def _police(type_: str, name: str, occurred: str, says: dict[str, Any]) -> Said:
    says = {"station": "north", **says}
    return Said(type_, "police", name, occurred, None, "custody_sergeant", says)


def declaration(
    occurred: str, *, record: str = "CR-1", occasion: str = "at_release", **answers: bool
) -> Said:
    """Yes or no to each of the four matters; no where the spec does not say."""
    by = {"declared_by": "custody_sergeant", "occasion": occasion}
    says = {"custody_record": record, **ALL_NO, **by, **answers}
    return _police("pre-release-declaration", f"{record}/{occasion}/{occurred}", occurred, says)


def risk_assessment(occurred: str, *, record: str = "CR-1") -> Said:
    """The risks that the child leaves with."""
    says = {"custody_record": record, "self_harm": "not_known"}
    return _police("pre-release-risk-assessment", f"{record}/risks", occurred, says)


def handover(
    occurred: str,
    *,
    record: str = "CR-1",
    to: str = "foster_carer",
    night_team: bool | None = True,
) -> Said:
    """The child is given into somebody's care."""
    says = {"custody_record": record, "to_role": to, "out_of_hours_told": night_team}
    return _police("custody-handover", f"{record}/handover", occurred, says)


def adult_says(occurred: str, self_harm: str, *, record: str = "CR-1") -> Said:
    """The appropriate adult's report, from the service that sent the adult."""
    says = {"custody_record": record, "who": "volunteer", "self_harm": self_harm}
    agency = "liaison-diversion"
    return Said("appropriate-adult-report", agency, "AA-1", occurred, None, None, says)


def nurse_says(occurred: str, self_harm: str, *, record: str = "CR-1") -> Said:
    """The custody nurse's report."""
    says = {"custody_record": record, "self_harm": self_harm}
    agency = "liaison-diversion"
    return Said("custody-nurse-report", agency, "CN-1", occurred, None, None, says)


def observed(occurred: str, level: str, before: str | None, *, record: str = "CR-1") -> Said:
    """How closely the child is watched from now on, and was before."""
    says = {"custody_record": record, "level": level, "before": before}
    return _police("custody-observation", f"{record}/{occurred}", occurred, says)


def force(occurred: str, setting: str = "custody", *, record: str = "CR-1") -> Said:
    """Force was used, in custody or before."""
    says = {"custody_record": record, "setting": setting}
    return Said(
        "use-of-force", "police", f"UF/{occurred}", occurred, None, "custody_sergeant", says
    )


def healthcare(
    occurred: str,
    step: str,
    professional: str | None,
    *,
    agency: str = "police",
    record: str = "CR-1",
) -> Said:
    """A healthcare professional was called to the child, or has seen the child, or was refused."""
    says = {
        "custody_record": record,
        "station": "north",
        "step": step,
        "professional": professional,
    }
    name = f"{record}/healthcare/{occurred}"
    return Said("custody-healthcare", agency, name, occurred, None, None, says)
