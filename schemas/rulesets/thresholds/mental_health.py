"""Thresholds of the rules about the Mental Health Act."""

from schemas.reviewed_file import Reviewed
from schemas.rulesets.thresholds.figures import Positive


class AbscondedDetainedThresholds(Reviewed):
    """See the rule. Codes are of mhsds.legal-status; hours and days are the law's; ODS sites."""

    place_of_safety_codes: list[str]
    short_codes: list[str]
    place_of_safety_hours: Positive
    place_of_safety_more_hours: Positive
    section_2_days: Positive
    tribunal_days: Positive
    adult_ward_hours: Positive
    adult_ward_sites: list[str]
    look_around_days: Positive
