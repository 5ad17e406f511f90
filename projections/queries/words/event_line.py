"""The line of an event: what its agency says, when it knew, when it told, if it still stands."""

from typing import Any

from projections.queries.standing import Replaced
from projections.queries.timeline import Shown
from projections.queries.words.events import event_in_words
from projections.queries.words.line import Line, Tone
from projections.queries.words.names import in_words, role_in_words
from projections.queries.words.said import lines, text_of
from projections.queries.words.surroundings import Surroundings
from projections.queries.words.times import after_in_words, instant_in_words, moment_in_words
from safeguarding.events import ABOUT_ALERTS, ACKNOWLEDGEMENT, RETRACTION, Event
from safeguarding.moments import Moment, Precision

_VIEWS = {
    "agrees": "the child agrees",
    "denies": "the child denies it",
    "not_asked": "the child was not asked",
}


def event_line(shown: Shown, event: Event, around: Surroundings) -> Line:
    """The event in words."""
    said = event_in_words(event.type, event.details)
    stated: dict[str, Any] = (shown.stated or {}).get("event", {})
    fate = around.replaced.get(shown.sequence)
    return Line(
        sequence=shown.sequence,
        tone=Tone.EVENT,
        happened=moment_in_words(event.occurred),
        title=said.title,
        by=_speaker(event, stated.get("subject_view")),
        asides=_asides(event),
        details=lines(
            _corrects(event, stated.get("correction"), around),
            *said.lines,
            _answers(shown, event, around),
        ),
        struck=_struck(fate) if fate is not None else None,
    )


def _asides(event: Event) -> tuple[str, ...]:
    known = None
    if event.known != event.occurred and event.known.precision is not Precision.UNKNOWN:
        known = f"known {_beside(event.known, event.occurred)}"
    return lines(
        known,
        f"told {instant_in_words(event.received_at, beside=event.occurred.at)}",
        after_in_words(event.known, event.received_at),
        "loaded as history" if event.backfilled else None,
    )


def _beside(moment: Moment, other: Moment) -> str:
    if moment.precision in {Precision.MINUTE, Precision.EXACT}:
        return instant_in_words(moment.at, beside=other.at)
    return moment_in_words(moment)


def _speaker(event: Event, view: str | None) -> str:
    role = f", {role_in_words(event.said_by)}" if event.said_by else ""
    # What is not a fact must not pass for one.
    statement = event.statement if event.statement == "fact" else event.statement.upper()
    text = f"{event.agency}{role}: {statement}"
    return f"{text}; {_VIEWS.get(view, in_words(view))}" if view else text


def _corrects(event: Event, correction: dict[str, Any] | None, around: Surroundings) -> str | None:
    before = around.earlier(event) if event.version > 1 else None
    where = f"#{before}" if before is not None else "an earlier version"
    if correction is not None:
        note = text_of(correction["note"])
        text = f"Corrects {where}: {in_words(correction['reason'])}"
        return f"{text}. {note}" if note else text
    if event.type == RETRACTION:
        return f"Takes back {where}"
    return f"Replaces {where}" if event.version > 1 else None


def _answers(shown: Shown, event: Event, around: Surroundings) -> str | None:
    if event.type not in ABOUT_ALERTS:
        return None
    where = around.alert(event.details["alert_id"])
    alert = f"the alert of #{where}" if where is not None else "an alert"
    taken_as = "answer to" if event.type == ACKNOWLEDGEMENT else "hand-over of"
    became = around.became(shown)
    if became is None:
        article = "an" if event.type == ACKNOWLEDGEMENT else "a"
        return f"Not taken as {article} {taken_as} {alert}: the hub's people were told why"
    return f"Taken as the {taken_as} {alert} (#{became})"


def _struck(fate: Replaced) -> str:
    if fate.before_it_came:
        return f"never stood: #{fate.by} had replaced it before it came"
    return f"taken back by #{fate.by}" if fate.retracted else f"replaced by #{fate.by}"
