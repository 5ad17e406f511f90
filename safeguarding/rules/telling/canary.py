"""canary: an event of the hub's own, told back to the hub's own agency.

It shows that the path which alerts take is open, from an agency's topic to an agency's alerts. It
concerns no child: its subject is a number that stands for nobody, and it is refused from any
agency but the hub's own (:mod:`schemas.validation`).
"""

from collections.abc import Mapping

from safeguarding.case import Case
from safeguarding.events import CANARY, Event
from safeguarding.facts import Recipient, Severity
from safeguarding.rules.rule import Finding, Need, Route, Thresholds, ground_key

WHO = Recipient(CANARY, CANARY, CANARY)


class Canary:
    """One alert for each canary, read by nobody else, which nobody has to answer."""

    id = "canary"
    paragraphs: tuple[str, ...] = ()
    why = (
        "People who wait for an alert have stopped phoning. So the hub sends itself one each "
        "minute, and pages when it does not come."
    )
    watches = frozenset({CANARY})

    def needs(self, thresholds: Thresholds) -> tuple[Need, ...]:
        """Only the event itself."""
        del thresholds
        return ()

    def keys(self, case: Case, about: Event) -> tuple[str, ...]:
        """The event's own reference."""
        del case
        return (_key(about),)

    def assess(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> Mapping[str, Finding | None]:
        """The event stands, and that is all that there is to say."""
        del thresholds
        event = case.standing_event(about.key)
        if event is None or event.agency != CANARY:
            return {_key(about): None}
        return {
            _key(about): Finding(
                severity=Severity.MEDIUM,
                headline="Canary",
                what="Kith reaches itself. This is about no child.",
                where=None,
                occurred=event.occurred,
                grounds=(event,),
                route=Route(readers=(), tells_speakers=True, always=(WHO,)),
            )
        }


def _key(event: Event) -> str:
    return ground_key("event", event.agency, event.reference)
