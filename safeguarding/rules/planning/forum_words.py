"""What forum-needed says: what a forum is for, where that comes from, who leads and who is needed.

Of what happened it says no more than these rules' own alerts do, and nothing of who told.
"""

from collections.abc import Sequence

from safeguarding.events import Event
from safeguarding.moments import Precision
from safeguarding.rules.days import clock, in_words
from safeguarding.rules.planning.forum_purposes import ASKED, Purpose
from safeguarding.rules.planning.meeting_without_words import set_for
from safeguarding.rules.rule import Thresholds
from safeguarding.rules.wording import plain, sentence

_SHORT = {
    "self_harm": "self-harm",
    "exploitation": "exploitation",
    "risk": "risk score",
    "missing": "missing",
    "moves": "moves",
}


def headline(left: Sequence[Purpose]) -> str:
    """That one is needed, and for what, in a few words."""
    return f"One forum is needed: {', '.join(_SHORT[kind] for kind in _kinds(left))}"


def needed(
    left: Sequence[Purpose],
    last: Purpose,
    roles: Sequence[str],
    called: Event | None,
    thresholds: Thresholds,
) -> str:
    """All that a forum is for, who leads it, who is needed, and one that is called already.

    These words change when a purpose comes, grows or is dealt with, and when a meeting is called.
    """
    said = [
        "One forum is asked for, and not a meeting for each. Lead: the team manager of the "
        "responsible authority.",
        f"It is for: {'; '.join(_lines(left, thresholds))}.",
        f"Last new or graver: {_at(last)}.",
        f"Needed there: {', '.join(map(plain, roles))}." if roles else None,
        # What is to be discussed after an allegation is the law's, and waits for nothing.
        "The strategy discussion does not wait for the rest."
        if "exploitation" in _kinds(left)
        else None,
        _called(called) if called else None,
    ]
    return " ".join(each for each in said if each)


def dealt_with(
    before: Sequence[Purpose],
    left: Sequence[Purpose],
    last: Purpose,
    meeting: Event,
    thresholds: Thresholds,
) -> str:
    """That it was held, and what of it calls for no other."""
    done = [each for each in before if each not in left]
    said = (
        f"Dealt with: {'; '.join(_lines(done, thresholds))}. The last meeting about it: "
        f"{plain(meeting.details['kind'])}, "
        f"{in_words(meeting.placed_at, meeting.occurred.precision)}."
        f" It was last asked for: {_at(last)}."
    )
    if not left:
        return said
    return f"{said} No forum is asked for by this alone: {'; '.join(_lines(left, thresholds))}."


def _lines(purposes: Sequence[Purpose], thresholds: Thresholds) -> list[str]:
    return [
        _line([each for each in purposes if each.kind == kind], thresholds)
        for kind in _kinds(purposes)
    ]


def _line(purposes: Sequence[Purpose], thresholds: Thresholds) -> str:
    """One kind of purpose: since when, when it was at its gravest, and the rule that says so."""
    first = purposes[0]
    gravest = max(purposes, key=lambda each: each.grade)  # Of equals the first.
    graver = f", graver on {_came(gravest)}" if gravest is not first else ""
    said = f"{_said(gravest, thresholds)} (since {_came(first)}{graver}"
    rules = dict.fromkeys([first.rule, gravest.rule])
    return f"{said}; from {', '.join(rules)})"


def _said(purpose: Purpose, thresholds: Thresholds) -> str:
    figures = thresholds["asked"][ASKED[purpose.kind]]
    if purpose.kind == "self_harm":
        return "self-harm that comes again, or in a deadlier way"
    if purpose.kind == "exploitation":
        several = purpose.grade > 1
        return (
            f"a strategy discussion about harm by others{', told of by several agencies' * several}"
        )
    if purpose.kind == "risk":
        return f"a risk score in band {purpose.grade} of {len(figures['bands'])}"
    if purpose.kind == "missing":
        times = figures["pattern_episodes"] * 2 ** (purpose.grade - 1)
        return f"missing at least {times} times within {figures['pattern_days']} days"
    times = figures["moves"] * 2 ** (purpose.grade - 1)
    months = round(figures["window_days"] / 30.5)
    return f"moved at least {times} times in {months} months, the last time not as planned"


def _called(called: Event) -> str:
    says = called.details
    return sentence([f"A meeting is called ({plain(says['kind'])})", set_for(says["set_for"])])


def _kinds(purposes: Sequence[Purpose]) -> list[str]:
    return [kind for kind in ASKED if any(each.kind == kind for each in purposes)]


def _at(purpose: Purpose) -> str:
    """When it came, to the minute where that is known."""
    day, known = _came(purpose), purpose.known.precision
    return day if known in {Precision.DAY, Precision.MONTH} else f"{day}, {clock(purpose.at)}"


def _came(purpose: Purpose) -> str:
    return in_words(purpose.at, purpose.known.precision)
