"""What an alert says of a release from custody, and whom it asks."""

from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.rules.custody.custody_matters import MATTERS, Said
from safeguarding.rules.rule import Finding, Reader, Route
from safeguarding.rules.wording import plain, sentence

_IN_WORDS = {
    "self_harm": "self-harm",
    "observation_changed": "a change of observation",
    "force_used": "use of force",
    "healthcare_called": "a healthcare call",
}
_ASKED = "Asked: of custody, to say it now; of the authority, to ask, and to tell the carer."


def missed(opening: Event, release: Event | None, said: Said) -> Finding:
    """Told when it was not all said in time; settled once it was."""
    met = said.met
    ended = release or opening
    only_the_assessment = said.declared is not None and said.handed_over is not None
    lacking = _lacking(said)
    if met is None:
        headline = "Released from custody: not all is said that must be"
        what = f"{_released(release)} Not known: {sentence(lacking)} {_known(said)}{_ASKED}"
    else:
        headline = "Said after the release from custody"
        what = f"{_released(release)} All was said that must be, after the time for it."
    return Finding(
        severity=Severity.MEDIUM if only_the_assessment else Severity.HIGH,
        headline=headline,
        what=what,
        where=ended.details["station"],
        occurred=ended.occurred,
        grounds=tuple(
            each for each in (opening, release, None if met is None else met.by) if each is not None
        ),
        route=Route(
            act=("social_worker", "edt"),
            readers=(Reader("team_manager"), Reader("custody_sergeant", opening.agency)),
            tells_speakers=True,
            # Custody leaves the network when the child does, and it alone can say what is missing.
            answer_for_it=(Reader("custody_inspector", opening.agency),),
        ),
        level=0 if met else 1,
        settled=met is not None,
    )


def _released(release: Event | None) -> str:
    to = None if release is None else release.details["released_to"]
    return sentence(["Released from custody", to and f"to: {plain(to)}"])


def _lacking(said: Said) -> list[str]:
    lacking = []
    if said.declared is None:
        unsaid = [_IN_WORDS[each] for each in MATTERS if each not in said.matters]
        lacking.append(f"whether there was {', '.join(unsaid)}")
    if said.assessed is None:
        lacking.append("a risk assessment before release")
    if said.told_no_night_team:
        lacking.append("whether the emergency duty team was told at the handover")
    elif said.handed_over is None:
        lacking.append("a handover to whoever receives the child")
    return lacking


def _known(said: Said) -> str:
    """What has been said of the four matters, by whomever, where no declaration has."""
    answers = [
        f"{_IN_WORDS[name]} {'yes' if said.matters[name][1] else 'no'}"
        for name in MATTERS
        if name in said.matters
    ]
    return "" if said.declared or not answers else f"Known already: {', '.join(answers)}. "
