"""Deciding in spite of faults: rules that raise, times that cannot be."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.moments import Moment, Precision, implausible
from safeguarding.rules.rule import Finding, Need, Thresholds
from tests.unit.rules.hub import Hub, rules_together
from tests.unit.rules.said import incident, london, other, report
from tests.unit.rules.spec import flagged, given, members, raised, received, rule_failed


class Failing:
    """A rule with a fault of ours in it."""

    id = "failing"
    paragraphs: tuple[str, ...] = ("1.1",)
    why = "To see what becomes of the others."
    watches = frozenset({"custody-incident"})

    def needs(self, thresholds: Thresholds) -> tuple[Need, ...]:
        del thresholds
        return ()

    def keys(self, case: Case, about: Event) -> Iterable[str]:
        del case, about
        return ()

    def assess(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> Mapping[str, Finding | None]:
        del case, thresholds
        raise ZeroDivisionError(f"this text must stand nowhere: {about.details}")


def hub_with(rule: Failing) -> Hub:
    ruleset, _ = rules_together()
    thresholds = {**ruleset.thresholds, rule.id: {}}
    return Hub(ruleset=replace(ruleset, rules=(rule, *ruleset.rules), thresholds=thresholds))


def test_a_rule_that_raises_is_a_fact_and_the_others_decide() -> None:
    given(members("edt"), hub=hub_with(Failing())).when(
        received(incident("ligature")),
    ).then(
        rule_failed("failing", "ZeroDivisionError"),
        raised("custody-ligature", "critical", urgent="edt"),
    )


def test_the_fact_names_the_event_and_holds_nothing_of_what_it_says() -> None:
    hub = hub_with(Failing())
    said = incident("ligature", means="cord", reference="I-1")
    facts = hub.receive(said.received(london("2021-10-02 02:41")))
    assert "I-1" in repr(facts[0])
    assert "cord" not in repr(facts[0])
    assert "stand nowhere" not in repr(facts[0])


def test_a_rule_that_watches_other_events_does_not_get_to_fail() -> None:
    given(members("edt"), hub=hub_with(Failing())).when(
        received(report("M-1", "2021-10-02 02:40")),
    ).then(
        raised("missing"),
    )


def test_an_event_that_no_rule_watches_tells_nobody() -> None:
    given(members("edt")).when(received(other("2021-10-02"))).then_nothing()


def test_both_times_may_be_flagged() -> None:
    given(members("edt")).when(
        received(
            incident("ligature", "2022-01-01 00:00", known="1980-01-01"), at="2021-10-02 02:41"
        ),
    ).then(
        flagged("occurred", "known"),
        raised("custody-ligature", urgent="edt"),
        raised("late-disclosure"),
    )


@pytest.mark.parametrize(
    ("ahead", "is_flagged"),
    [(timedelta(minutes=5), False), (timedelta(minutes=10), False), (timedelta(days=1), True)],
)
def test_a_clock_may_be_a_little_ahead(ahead: timedelta, is_flagged: bool) -> None:
    at = london("2021-10-02 02:41")
    said = incident("ligature", (at + ahead).isoformat())
    facts = Hub().receive(said.received(at))
    assert [type(fact).__name__ for fact in facts] == [
        *(["TimeFlagged"] if is_flagged else []),
        "AlertRaised",
    ]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("1970-01-01", True),
        ("1989-12-31", True),
        ("1990-01-01", False),
        ("2021-10-02", False),
        ("2021-10-03", True),
        ("2100-01-01", True),
    ],
)
def test_what_cannot_be_is_before_1990_or_after_receipt(text: str, wrong: bool) -> None:
    moment = Moment(london(f"{text} 12:00"), Precision.DAY)
    received_at = london("2021-10-02 12:00")
    assert implausible(moment, received_at, timedelta(minutes=10)) is wrong
    assert not implausible(
        replace(moment, precision=Precision.UNKNOWN), received_at, timedelta(minutes=10)
    )


@pytest.mark.parametrize(
    ("precision", "latest"),
    [
        (Precision.EXACT, "2021-10-02 00:00"),
        (Precision.MINUTE, "2021-10-02 00:01"),
        (Precision.HOUR, "2021-10-02 01:00"),
        (Precision.DAY, "2021-10-03 01:00"),
        (Precision.MONTH, "2021-11-02 00:00+00:00"),
    ],
)
def test_the_last_instant_that_a_time_can_mean(precision: Precision, latest: str) -> None:
    assert Moment(london("2021-10-02 00:00"), precision).latest == london(latest)


def test_the_last_of_all_days_has_no_end() -> None:
    last = london("9999-12-31 00:00")
    assert Moment(last, Precision.MONTH).latest is not None
    assert Moment(last, Precision.UNKNOWN).latest is None


def test_an_event_has_its_place_where_it_occurred_or_else_where_it_was_received() -> None:
    at = london("2021-10-02 02:41")

    def placed_at(occurred: str) -> object:
        return incident("ligature", occurred).received(at).placed_at

    assert placed_at("2021-10-01 12:00") == london("2021-10-01 12:00")
    assert placed_at("1990-01-01 12:00") == london("1990-01-01 12:00")
    for wrong in ("1970-01-01", "2021-10-02 02:42", "2100-01-01", "0001-01-01", "9999-12-31"):
        assert placed_at(wrong) == at
