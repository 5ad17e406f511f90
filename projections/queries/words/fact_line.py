"""The line of a fact: what the hub decided or a person did, and who was told."""

from collections.abc import Iterable
from uuid import UUID

from projections.queries.timeline import Shown
from projections.queries.words.awaited import Closing, of_what
from projections.queries.words.copies import copies_in_words
from projections.queries.words.facts import fact_in_words
from projections.queries.words.line import Line, Tone
from projections.queries.words.names import in_words
from projections.queries.words.surroundings import Surroundings, alert_of
from projections.queries.words.times import instant_in_words, moment_in_words
from safeguarding.facts import (
    Acknowledged,
    AlertRaised,
    AlertUpdated,
    AlertWithdrawn,
    AnswerReminded,
    Briefed,
    ExpectationLapsed,
    ExpectationMet,
    ExpectationMissed,
    ExpectationOpened,
    Fact,
    Ground,
    HandedOver,
    Verdict,
)


def fact_line(shown: Shown, fact: Fact, around: Surroundings) -> Line:
    """The fact in words."""
    entered_at = shown.header.entered_at
    said = fact_in_words(fact, entered_at)
    told = copies_in_words(around.copies(shown), entered_at, around.answers)
    alert = alert_of(fact)
    if alert is not None and not told:
        told = ("Told to: nobody",)
    title = said.title
    if isinstance(fact, Closing):
        awaited = around.awaited(shown, fact.expectation_id)
        title = of_what(title, None if awaited is None else awaited[1])
    return Line(
        sequence=shown.sequence,
        tone=_tone(fact),
        happened=instant_in_words(entered_at),
        title=title,
        by=_because(shown, fact, around),
        details=said.lines,
        told=told,
    )


def _because(shown: Shown, fact: Fact, around: Surroundings) -> str | None:
    alert = alert_of(fact)
    if alert is not None:
        return f"rule {alert.rule}{_grounds(alert.grounds, around)}"
    if isinstance(fact, ExpectationOpened):
        return f"rule {fact.rule}{_grounds((fact.ground,), around)}"
    if isinstance(fact, Closing):
        return _closing(shown, fact, around)
    if isinstance(fact, AnswerReminded | ExpectationMissed | Briefed):
        return _alert_place(fact.alert.alert_id, around)
    if isinstance(fact, Acknowledged | HandedOver):
        return _alert_place(fact.alert_id, around)
    cause = around.cause(shown)
    return f"from #{cause}" if cause is not None else None


def _alert_place(alert_id: UUID, around: Surroundings) -> str | None:
    where = around.alert(alert_id)
    return f"the alert of #{where}" if where is not None else None


def _closing(shown: Shown, fact: Closing, around: Surroundings) -> str:
    awaited = around.awaited(shown, fact.expectation_id)
    where = "" if awaited is None else f", awaited since #{awaited[0]}"
    by = _grounds((fact.by,), around) if isinstance(fact, ExpectationMet) else ""
    return f"rule {fact.rule}{where}{by}"


def _grounds(grounds: Iterable[Ground], around: Surroundings) -> str:
    texts = []
    for ground in grounds:
        where = around.version((ground.agency, ground.reference), ground.version)
        if where is not None:
            texts.append(f"#{where}")
        else:
            happened = moment_in_words(ground.occurred)
            texts.append(f"{in_words(ground.type)} of {ground.agency} ({happened})")
    return f", from {', '.join(texts)}" if texts else ""


def _tone(fact: Fact) -> Tone:
    match fact:
        case AlertRaised(alert=alert) | AlertUpdated(alert=alert):
            return Tone(alert.severity.value)
        case AlertWithdrawn():
            return Tone.WITHDRAWN
        case ExpectationMissed() | ExpectationLapsed(verdict=Verdict.MISSED):
            return Tone.MISSED
        case _:
            return Tone.HUB
