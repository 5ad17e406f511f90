"""What a report tells of self-harm, for every rule that asks.

A report is an attendance at an emergency department, an incident that a ward, a carer or anybody
else tells of, or an incident in police custody. Four questions are apart, since rules need them
apart: is it known to be self-harm, may it be, could it have killed, and how was it done.

``codes`` (SNOMED CT) stand once in the rule set's file, under ``codes``, and rules are given them
as ``self_harm_codes``. They count while staff have not said what they see: a code is picked from a
list.
"""

from collections.abc import Collection

from safeguarding.events import Event

ATTENDANCE = "emergency-attendance"
INCIDENT = "self-harm-incident"
IN_CUSTODY = "custody-incident"
REPORTS = frozenset({ATTENDANCE, INCIDENT, IN_CUSTODY})
"""The types of event that may tell of self-harm. Another type is none, whatever is asked."""

SELF_HARM_IN_CUSTODY = frozenset({"ligature", "other_self_harm"})
"""The kinds of incident in custody that are known to be self-harm."""

CRITICAL_IN_CUSTODY = SELF_HARM_IN_CUSTODY | {"unconscious"}
"""Those in which the child was in danger of her life (3.17): also without a known reason."""

CRITICAL_METHODS = frozenset({"ligature", "height", "railway", "water"})
"""Those that could have killed whatever came of it (3.19, 3.22, 3.23)."""

# Where nobody says how, and a bed is needed, an overdose cannot be excluded.
_CRITICAL_IF_ADMITTED = frozenset({"overdose", "not_known"})
_CODED = ("complaint", "injury_intent")


def is_self_harm(report: Event, codes: Collection[str]) -> bool:
    """Whether it is known to be self-harm."""
    says = report.details
    if report.type == ATTENDANCE:
        if says["self_harm"] != "not_known":
            return bool(says["self_harm"] == "yes")
        return any((says[name] or {}).get("code") in codes for name in _CODED)
    if report.type == IN_CUSTODY:
        return says["kind"] in SELF_HARM_IN_CUSTODY
    return report.type == INCIDENT


def may_be_self_harm(report: Event, codes: Collection[str]) -> bool:
    """Whether it is, or the child was unconscious and nobody has said yet that it is not.

    For whoever must not wait until somebody has judged it.
    """
    says = report.details
    if report.type == ATTENDANCE and says["self_harm"] == "not_known" and says["unconscious"]:
        return True
    if report.type == IN_CUSTODY:
        return says["kind"] in CRITICAL_IN_CUSTODY
    return is_self_harm(report, codes)


def could_have_killed(report: Event, codes: Collection[str], *, admitted: bool = False) -> bool:
    """Whether it may be self-harm, and that could have killed (3.17, 3.19, 3.22, 3.23).

    ``admitted``: a hospital says that an admission follows from this report. A rule that counts
    what each report says by itself leaves it out.
    """
    if not may_be_self_harm(report, codes):
        return False
    if report.type == IN_CUSTODY:
        return True
    says = report.details
    # An attendance does not say how.
    how = says["method"] if report.type == INCIDENT else "not_known"
    needs_a_bed = admitted or (report.type == INCIDENT and bool(says["admission_needed"]))
    return (
        bool(says["unconscious"])
        or how in CRITICAL_METHODS
        or (needs_a_bed and how in _CRITICAL_IF_ADMITTED)
    )


def method_of(report: Event) -> str | None:
    """How, where the report says so: an attendance does not, nor other self-harm in custody."""
    if report.type == INCIDENT:
        method: str = report.details["method"]
        return None if method == "not_known" else method
    in_custody = report.type == IN_CUSTODY and report.details["kind"] == "ligature"
    return "ligature" if in_custody else None
