"""Rule sets: the reviewed files that say which rules are in force and with which thresholds.

A wrong file is refused whole: no worker starts with half a rule set.
"""

from collections.abc import Iterator
from datetime import date, time, timedelta
from pathlib import Path
from typing import Annotated, Any

import holidays
from pydantic import Field, StringConstraints

from safeguarding.events import CANARY
from safeguarding.facts import Severity
from safeguarding.membership.rules import NetworkRules
from safeguarding.network import is_person
from safeguarding.office import Calendar
from safeguarding.rules import ALL
from safeguarding.rules.rule import Composed
from safeguarding.ruleset import RuleSet
from schemas.agencies import Role
from schemas.reviewed_file import Fault, FileRefused, KeyPath, Reviewed, ReviewedFile
from schemas.rulesets.thresholds import THRESHOLDS, Positive, RulesInForce
from schemas.rulesets.thresholds.codes import ReadsSelfHarm, ReadsSelfHarmNow

# In force where the log activates no other.
CURRENT = Path(__file__).parent / "v1.yaml"
# With all rules: those of the stories, and to be put in force by whoever wants them (kith rules).
NEXT = Path(__file__).parent / "v2.yaml"
# Which memberships follow from events. In force unless a hub is told to read another, or none.
NETWORK = Path(__file__).parent / "network-v2.yaml"

ClockTime = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
# The years for which bank holidays are known: the library computes them.
_YEARS = range(2000, 2051)


class Office(Reviewed):
    """When offices are open, and who is on duty then, or exactly when they are closed."""

    opens: ClockTime
    closes: ClockTime
    roles: list[Role]
    night_roles: list[Role]


class Deadlines(Reviewed):
    """Minutes, by severity."""

    critical: Positive
    high: Positive
    medium: Positive


class CustodyNetwork(Reviewed):
    """See safeguarding/membership/custody.py."""

    roles: list[Role]
    roles_of_area: list[Role]
    longest_hours: Positive


class HospitalNetwork(Reviewed):
    """See safeguarding/membership/hospital.py."""

    roles: list[Role]
    attendance_hours: Positive


class PlacementNetwork(Reviewed):
    """See safeguarding/membership/placement.py."""

    roles: list[Role]
    restoring_outcomes: list[str]
    temporary_codes: list[str]


class PublishedNetwork(Reviewed):
    """See safeguarding/membership/publishing.py."""

    days: Positive


class Briefing(Reviewed):
    """See safeguarding/membership/briefing.py."""

    rules: list[str]
    days: Positive
    urgent_days: Positive


class NetworkFile(Reviewed):
    """The whole file of memberships that follow from events."""

    version: str
    custody: CustodyNetwork
    hospital: HospitalNetwork
    placement: PlacementNetwork
    published: PublishedNetwork
    briefing: Briefing


class Codes(Reviewed):
    """Codes that several rules read alike."""

    self_harm: Annotated[list[str], Field(min_length=1)]


class RuleSetFile(Reviewed):
    """The whole file."""

    version: str
    office: Office
    acknowledge_within_minutes: Deadlines
    # Older versions say nothing of it: then the reminder comes with the deadline.
    remind_before_minutes: Deadlines | None = None
    old_after_hours: Positive
    clock_tolerance_minutes: Positive
    # Older versions say them with each rule: see _with_codes.
    codes: Codes | None = None
    # Which rules are in force: those that stand here, each with its thresholds.
    rules: RulesInForce


def load_ruleset(
    path: Path = CURRENT, network_path: Path | None = None
) -> tuple[RuleSet, Calendar]:
    """The rules in force and the office calendar. Raises FileRefused naming line and key.

    Without ``network_path`` no membership follows from events, and nobody is briefed.
    """
    ruleset, calendar = read_ruleset(ReviewedFile(path))
    network = None if network_path is None else load_network(network_path)
    return ruleset.following(network), calendar


def read_ruleset(reviewed: ReviewedFile) -> tuple[RuleSet, Calendar]:
    """The same of a file that is at hand, without memberships that follow."""
    file = reviewed.parse(RuleSetFile)
    thresholds = file.rules.model_dump(by_alias=True, exclude_unset=True)
    if CANARY not in thresholds:
        problem = "canary must be in force: without it nobody notices that the hub has stopped"
        raise FileRefused([reviewed.fault(("rules",), problem)])
    thresholds = _with_codes(thresholds, file.codes, reviewed)
    within = _by_severity(file.acknowledge_within_minutes)
    before = {} if file.remind_before_minutes is None else _by_severity(file.remind_before_minutes)
    for severity, lead in before.items():
        if lead >= within[severity]:
            key = ("remind_before_minutes", severity.value)
            raise FileRefused([reviewed.fault(key, "must be less than the time to acknowledge")])
    for rule in ALL:
        if rule.id in thresholds and isinstance(rule, Composed):
            asked = {each: thresholds[each] for each in rule.asks if each in thresholds}
            thresholds[rule.id]["asked"] = asked
    ruleset = RuleSet(
        version=file.version,
        rules=tuple(rule for rule in ALL if rule.id in thresholds),
        thresholds=thresholds,
        acknowledge_within=within,
        remind_before=before,
        old_after=timedelta(hours=file.old_after_hours),
        clock_tolerance=timedelta(minutes=file.clock_tolerance_minutes),
    )
    calendar = Calendar(
        opens=time.fromisoformat(file.office.opens),
        closes=time.fromisoformat(file.office.closes),
        bank_holidays=_bank_holidays(),
        office_roles=frozenset(file.office.roles),
        night_roles=frozenset(file.office.night_roles),
    )
    return ruleset, calendar


def _with_codes(
    thresholds: dict[str, dict[str, Any]], codes: Codes | None, reviewed: ReviewedFile
) -> dict[str, dict[str, Any]]:
    """The thresholds, with the codes of self-harm for each rule that asks what it is.

    A version without ``codes`` says them with each rule, and the rule self-harm also for those
    which did not ask then. Where none says any, no code counts for these.
    """
    shared = None if codes is None else codes.self_harm
    given = {**thresholds}
    faults: list[Fault] = []
    for rule, own in thresholds.items():
        if not issubclass(THRESHOLDS[rule], ReadsSelfHarm):
            continue
        said = own.get("self_harm_codes")
        if said is not None and shared is not None:
            key = ("rules", rule, "self_harm_codes")
            faults.append(reviewed.fault(key, "codes say it for every rule: leave it out here"))
        if said is None and shared is None:
            if not issubclass(THRESHOLDS[rule], ReadsSelfHarmNow):
                faults.append(reviewed.fault(("codes", "self_harm"), f"{rule} asks: must be given"))
            said = thresholds.get("self-harm", {}).get("self_harm_codes") or []
        given[rule] = {**own, "self_harm_codes": shared or said}
    if faults:
        raise FileRefused(faults)
    return given


def _by_severity(minutes: Deadlines) -> dict[Severity, timedelta]:
    return {
        Severity.CRITICAL: timedelta(minutes=minutes.critical),
        Severity.HIGH: timedelta(minutes=minutes.high),
        Severity.MEDIUM: timedelta(minutes=minutes.medium),
    }


def load_network(path: Path = NETWORK) -> NetworkRules:
    """Which memberships follow from events. Raises FileRefused naming line and key."""
    reviewed = ReviewedFile(path)
    file = reviewed.parse(NetworkFile)
    faults = list(_persons(reviewed, file))
    unknown = sorted({*file.briefing.rules} - {rule.id for rule in ALL})
    if unknown:
        problem = f"there is no rule {', '.join(unknown)}: name rules that there are"
        faults.append(reviewed.fault(("briefing", "rules"), problem))
    if faults:
        raise FileRefused(faults)
    return NetworkRules(
        version=file.version,
        thresholds={
            "custody": file.custody.model_dump(),
            "hospital": file.hospital.model_dump(),
            "placement": file.placement.model_dump(),
        },
        published_days=file.published.days,
        briefed=frozenset(file.briefing.rules),
        briefing_window=timedelta(days=file.briefing.days),
        urgent_window=timedelta(days=file.briefing.urgent_days),
    )


def _persons(reviewed: ReviewedFile, file: NetworkFile) -> Iterator[Fault]:
    """Find roles of persons: nobody joins a network as a person because of what happens."""
    named: list[tuple[KeyPath, list[str]]] = [
        (("custody", "roles"), file.custody.roles),
        (("custody", "roles_of_area"), file.custody.roles_of_area),
        (("hospital", "roles"), file.hospital.roles),
        (("placement", "roles"), file.placement.roles),
    ]
    for key_path, roles in named:
        persons = [role for role in roles if is_person(role)]
        if persons:
            problem = f"{', '.join(persons)}: a person joins by name only, `kith network join`"
            yield reviewed.fault(key_path, problem)


def _bank_holidays() -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=_YEARS))
