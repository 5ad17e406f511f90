"""Meetings in plain words: what for, who was there, who was not asked, what was decided."""

from collections.abc import Mapping, Sequence
from typing import Any

from projections.queries.words.names import in_words, role_in_words, sentence
from projections.queries.words.said import Said, labelled, lines, others, text_of, when

# In this order, since those who were left out are what a reader looks for.
_ATTENDANCE = {
    "attended": "There",
    "sent_views": "Sent their views",
    "invited": "Asked",
    "apologies": "Could not come",
    "absent": "Asked, and did not come",
    "not_invited": "NOT asked",
    "excluded": "Kept out",
}


def meeting(says: Mapping[str, Any]) -> Said:
    """A meeting is called, held or cancelled."""
    planned = {"planned": ", planned", "reactive": ", called because something had happened"}
    kind = sentence(in_words(says["kind"]))
    return Said(
        f"Meeting ({kind.lower()}) {in_words(says['step'])}{planned.get(says['planned'], '')}",
        lines(
            *_people(says["invitees"]),
            *(_decision(each) for each in says["decisions"]),
            *others(says, "kind", "step", "planned", "invitees", "decisions"),
        ),
    )


def _people(invitees: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    known = dict.fromkeys([*_ATTENDANCE, *(each["attendance"] for each in invitees)])
    return lines(
        *(
            labelled(
                _ATTENDANCE.get(attendance, sentence(in_words(attendance))),
                [_who(each) for each in invitees if each["attendance"] == attendance],
            )
            for attendance in known
        )
    )


def _who(invitee: Mapping[str, Any]) -> str:
    asked = f"asked {when(invitee['invited'])}" if invitee["invited"] else None
    besides = lines(text_of(invitee["agency"]), asked, text_of(invitee["reason"]))
    role = role_in_words(invitee["role"])
    return f"{role} ({'; '.join(besides)})" if besides else role


def _decision(decision: Mapping[str, Any]) -> str:
    who = f", {role_in_words(decision['who'])}" if decision["who"] else ""
    by = f", by {when(decision['by'])}" if decision["by"] else ""
    return f"Decided: {text_of(decision['what'])}{who}{by}"
