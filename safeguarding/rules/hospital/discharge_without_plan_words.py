"""What an alert says of a discharge that nobody planned together, and whom it asks."""

from collections.abc import Sequence

from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.rules.absence import Met
from safeguarding.rules.hospital.hospital_stay import HospitalStay
from safeguarding.rules.rule import Finding, Reader, Route
from safeguarding.rules.wording import plain, sentence

_READERS = (
    *("senior_manager", "iro", "edt", "host_authority", "camhs_crisis", "ward"),
    *("placement", "foster_carer"),
)
_ASKED = "Asked: to meet now, with all who have a part, and agree one plan to keep the child safe."


def missed(
    stay: HospitalStay,
    met: Met | None,
    held: Event | None,
    without: Sequence[str],
    others: Sequence[str],
) -> Finding:
    """Told when the child left without it. ``held`` is a meeting that lacked ``without``."""
    ended = stay.end or stay.admission
    to = None if stay.end is None else stay.end.details["destination"]
    left = sentence(["Discharged from hospital", to and f"to: {plain(to)}"])
    if met is not None:
        headline = "Discharge planned together after the child left"
        what = f"{left} A discharge-planning meeting for this admission was held after it."
    elif held is not None:
        headline = "Discharged: not all who are needed had a part in planning it"
        missing = ", ".join(without)
        what = (
            f"{left} A discharge-planning meeting was held, as far as is known without {missing}."
        )
    else:
        headline = "Discharged from hospital: no meeting planned it"
        kinds = ", ".join(plain(each) for each in others)
        other = f" Other meetings meanwhile: {kinds}." if kinds else ""
        what = f"{left} No discharge-planning meeting for this admission is known.{other}"
    if met is None:
        what += f" {_ASKED}"
    grounds = (stay.admission, stay.end, met.by if met else held)
    return Finding(
        severity=Severity.MEDIUM if held is not None and met is None else Severity.HIGH,
        headline=headline,
        what=what,
        where=None,
        occurred=ended.occurred,
        grounds=tuple(each for each in grounds if each is not None),
        route=Route(
            act=("social_worker", "team_manager", "camhs_community"),
            readers=tuple(Reader(role) for role in _READERS),
            # A meeting is called in office hours; what is needed tonight is told by other rules.
            office_work=True,
            tells_speakers=True,
            # The hospital leaves the network when the child does.
            answer_for_it=(Reader("safeguarding_nurse", ended.agency),),
        ),
        level=0 if met else 1,
        settled=met is not None,
    )
