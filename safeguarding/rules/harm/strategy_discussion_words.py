"""What strategy-discussion says."""

from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.rules.absence import Met
from safeguarding.rules.harm.exploitation_words import happened
from safeguarding.rules.rule import Finding, Reader, Route
from safeguarding.rules.statements import view

_DECIDE = ("social_worker", "team_manager")
# Who would be asked to it, and who watches over the plan. Never a carer: it may be about them.
_READERS = tuple(
    Reader(role)
    for role in (
        "iro",
        "senior_manager",
        "missing_coordinator",
        "camhs_community",
        "safeguarding_nurse",
        "lado",
    )
)


def not_held(said: Event, held: Met | None, days: int) -> Finding:
    """That the discussion is late, or not known at all."""
    within = f"{days} working day{'s' * (days != 1)} after this was known"
    if held is not None:
        headline = "Strategy discussion held after the time for it"
        follows = f"A strategy discussion was held, later than {within}."
    else:
        headline = "No strategy discussion is known"
        follows = (
            f"{within[0].upper()}{within[1:]} no strategy discussion is known to have been held. "
            "Whether one is needed is for children's social care to decide with the police and "
            "health; where it was decided, an answer can say so."
        )
    return Finding(
        severity=Severity.HIGH,
        headline=headline,
        what=" ".join(each for each in (happened(said), view(said), follows) if each),
        where=None,
        occurred=said.occurred,
        grounds=(said, held.by) if held is not None else (said,),
        route=Route(
            act=_DECIDE,
            readers=_READERS,
            office_work=True,
            tells_speakers=held is None,
        ),
        level=0 if held is not None else 1,
        settled=held is not None,
    )
