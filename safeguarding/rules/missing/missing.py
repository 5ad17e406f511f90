"""missing: each episode tells those who search, and the pattern tells those who plan (3.5).

In July 2021 the child of the review was missing eighteen times. Eighteen shouts to
everybody would have taught everybody not to listen: an episode is told to those who can
search now and is a line in the digest of all others; that it has become a pattern is said
at the third episode in thirty days and then at each doubling.
"""

from collections.abc import Mapping
from datetime import timedelta

from safeguarding.case import Case
from safeguarding.events import COMPANIONS, Event
from safeguarding.facts import Severity
from safeguarding.rules.missing import missing_pattern as pattern
from safeguarding.rules.rule import Finding, Need, Route, Thresholds, ground_key
from safeguarding.rules.wording import plain, sentence

REPORT = "missing-report"
FOUND = "missing-found"

_ABLE_TO_ACT = ("placement", "foster_carer", "missing_coordinator", "social_worker", "edt")


class Missing:
    """One alert for each episode, which the finding settles; one for each pattern."""

    id = "missing"
    paragraphs: tuple[str, ...] = ("1.4", "3.5", "3.12")
    why = (
        "A missing child is in danger until found. One who is missing again and again is "
        "being drawn somewhere, and needs a plan rather than another search."
    )
    watches = frozenset({REPORT, FOUND})

    def needs(self, thresholds: Thresholds) -> tuple[Need, ...]:
        """Episodes far enough around to see a whole pattern."""
        around = timedelta(days=thresholds["look_around_days"])
        return (Need(self.watches, around, around),)

    def keys(self, case: Case, about: Event) -> set[str]:
        """The episode, and every pattern that an episode at hand may have opened."""
        reports = case.standings.of(self.watches)
        opened = {pattern.key(each) for each in reports if _is_report(each)}
        return {_episode(about), pattern.key(about), *opened}

    def assess(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> Mapping[str, Finding | None]:
        """What is known of the episode, and of the patterns around it."""
        around = timedelta(days=thresholds["look_around_days"])
        since, until = about.placed_at - around, about.placed_at + around
        reports = case.events({REPORT}, since, until)
        of_it = [each for each in reports if _episode(each) == _episode(about)]
        ends = case.events({FOUND}, since, until)
        findings: dict[str, Finding | None] = {}
        if of_it:
            found = [each for each in ends if _episode(each) == _episode(about)]
            stands = case.standing_event(about.key) is not None
            findings[_episode(about)] = _of_episode(of_it, found, _spoke(about) if stands else "")
        elif _is_report(about):
            findings[_episode(about)] = None
        # Otherwise it is a finding for which there is no report at hand, which tells nobody.
        if _is_report(about):
            findings |= pattern.assess(case, episodes(reports), [about, *of_it], thresholds)
        return findings


def _of_episode(reports: list[Event], found: list[Event], spoke: str) -> Finding:
    ended = found[-1] if found else None
    # Some number every absence of a child alike: who is reported after she was found is gone again.
    again = ended is not None and reports[0].placed_at <= ended.over_at < reports[-1].placed_at
    report, ended = (reports[-1], None) if again else (reports[0], ended)
    return Finding(
        severity=Severity.HIGH,
        headline=_headline(report) if ended is None else "Found",
        what=_report_sentence(
            report, together=any(each.details.get(COMPANIONS) for each in reports)
        )
        + ("" if ended is None else f" {_found_sentence(ended)}"),
        where=_where(ended or report),
        occurred=(ended or report).occurred,
        grounds=(report,) if ended is None else (report, ended),
        route=Route(act=_ABLE_TO_ACT, speakers=(spoke,)),
        # A finding that is taken back is a rise: she is missing, and it is told like new.
        level=0 if ended else 1,
        settled=ended is not None,
    )


def _where(event: Event) -> str | None:
    place = event.details["last_seen_place" if _is_report(event) else "place"]
    return place and plain(place)


def episodes(reports: list[Event]) -> list[Event]:
    """The first report of each episode, by when it began."""
    first: dict[str, Event] = {}
    for report in reports:
        first.setdefault(_episode(report), report)
    return list(first.values())


def _spoke(event: Event) -> str:
    return event.details["reported_by" if _is_report(event) else "found_by"] or ""


def _is_report(event: Event) -> bool:
    return event.type == REPORT


def _episode(event: Event) -> str:
    return ground_key("episode", event.agency, event.details["episode"])


def _headline(report: Event) -> str:
    away = report.details["kind"] == "away_without_authorisation"
    return "Away without authorisation" if away else "Missing"


def _report_sentence(report: Event, *, together: bool) -> str:
    says = report.details
    last_seen = says["last_seen_place"]
    return sentence(
        [
            f"{_headline(report)}, reported by {plain(says['reported_by'])}",
            last_seen and f"last seen: {plain(last_seen)}",
            # Not who, and not how many: the other's own network is told of the other.
            "thought to be with another child" if together else None,
            says["circumstances"],
        ]
    )


def _found_sentence(found: Event) -> str:
    says = found.details
    harm = says["harm_known"]
    return sentence(
        [
            f"Found by {plain(says['found_by'])}" if says["found_by"] else "Found",
            says["returned_to"] and f"now with: {plain(says['returned_to'])}",
            harm and f"harm known: {harm}",
        ]
    )
