"""What an import has to say about files and rows: refused, taken once, or taken with a doubt.

The texts are fixed and hold no value of any row, so that a report may be mailed to whoever mends
the return. A number in brackets is the national validation rule of that fault.
"""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class Outcome(StrEnum):
    """What became of a row. Of a file there are only notes."""

    REFUSED = "refused"
    DUPLICATE = "duplicate"
    WARNING = "warning"
    NOTE = "note"


class Source(NamedTuple):
    """Where something stands: a file of the folder and a line of it, from 1 (0: the file)."""

    file: str
    module: str
    line: int


class Finding(NamedTuple):
    """One line of the report."""

    source: Source
    reason: str
    field: str

    @property
    def outcome(self) -> Outcome:
        """What the reason means for the row."""
        return REASONS[self.reason][0]

    @property
    def text(self) -> str:
        """What is wrong and what to do, in words."""
        return REASONS[self.reason][1]


class Findings:
    """Everything found in one run, in the order of finding."""

    def __init__(self) -> None:
        self.all: list[Finding] = []

    def add(self, reason: str, source: Source, field: str = "") -> None:
        """Note a finding. Raises KeyError for a reason that has no text."""
        REASONS[reason]
        self.all.append(Finding(source, reason, field))

    def count(self, outcome: Outcome) -> dict[str, int]:
        """How often each reason with this outcome was found, the most frequent first."""
        return dict(Counter(f.reason for f in self.all if f.outcome is outcome).most_common())


_REFUSED: Mapping[str, str] = {
    "wrong-number-of-fields": (
        "The line has another number of fields than the header row. Is a comma not in quotes, or"
        " the line cut off?"
    ),
    "child-missing": "CHILD is blank. Give the authority's identifier of the child.",
    "child-damaged": (
        "CHILD looks like a number that a spreadsheet has rewritten (1.2E+05, 123.0), so that two"
        " children may look like one. Export it as text."
    ),
    "child-unreadable": (
        "CHILD has more than 100 characters, or some that cannot be printed. Give the identifier"
        " alone."
    ),
    "date-missing": "The date is blank, and nothing can be said without it. Give it.",
    "date-wrong": "This is no date in the form dd/mm/yyyy, or there is no such day. Correct it.",
    "end-before-start": "The end is before the start (356, 567). Correct the one that is wrong.",
    "code-missing": "The code is blank, and nothing can be said without it. Give it.",
    "code-unknown": (
        "The code is not on its list, and nothing can be said without it. Correct it, or have the"
        " code added with its source to schemas/codes/ssda903."
    ),
    "episodes-conflict": (
        "Another row has the same CHILD and DECOM and says something else. Which is right cannot"
        " be told, so none of them is taken. Correct them. If they come from returns of several"
        " years, import each year from a folder of its own, the oldest first."
    ),
    "episode-within-a-day": (
        "The episode ends on the day it starts, and another one of this child starts that day"
        " (355). The other one is taken."
    ),
    "event-invalid": (
        "The contract does not take an event made from this row, for the field named. That is a"
        " fault of the import: please tell who runs Kith."
    ),
}

_DUPLICATE: Mapping[str, str] = {
    "said-twice": "Another row says the same. It is taken once.",
    "said-with-end": "Another row says the same and gives the end as well. That one is taken.",
}

_WARNING: Mapping[str, str] = {
    "child-not-in-header": (
        "The Header module has no row for this child, so no date of birth is sent. Told once for"
        " each child and module."
    ),
    "upn-doubtful": (
        "The UPN does not pass its check, so it is not sent. Events go with the authority's own"
        " identifier."
    ),
    "headers-differ": (
        "Rows of the Header differ for this child. A date of birth or UPN on which they differ is"
        " not sent."
    ),
    "birth-date-wrong": "DOB is blank or no date in the form dd/mm/yyyy, so it is not sent.",
    "birth-date-differs": "DOB is not that of the Header module, which is used.",
    "date-before-birth": "The date is before the child's date of birth (302, 586).",
    "date-in-future": "The date is after the day of this import.",
    "date-too-early": "No episode of a return can start before 14 October 1991 (353).",
    "detail-code-unknown": (
        "The code is not on its list, so this detail is not sent; the rest of the row is."
    ),
    "detail-malformed": (
        "The value has not the form of its field, so this detail is not sent; the rest of the row"
        " is."
    ),
    "end-reason-without-date": (
        "REC or REASON_PLACE_CHANGE is given and DEC is not (148). The episode is taken as open,"
        " and the reason is not sent."
    ),
    "end-date-without-reason": "DEC is given and REC is not (148).",
    "next-episode-missing": (
        "The episode says that another follows on the same day, and the folder has none (388)."
        " Where no reason for a change of placement is given, no end of the placement is sent."
    ),
    "place-change-reason-missing": (
        "The next episode is in another placement, and REASON_PLACE_CHANGE is blank (225). The end"
        " is sent without a reason."
    ),
    "place-change-reason-not-needed": (
        "REASON_PLACE_CHANGE is given where the placement does not change, or where care ends"
        " (226). It is not sent."
    ),
    "episode-within-a-day-alone": "The episode ends on the day it starts (355).",
    "episode-before-open": (
        "An earlier episode of this child has no end (142). No end is made up for it."
    ),
    "episodes-overlap": "The episode starts before the one before it has ended (501).",
    "gap-before-episode": (
        "The episode continues one that ended on an earlier day (433). What happened between is"
        " not known here."
    ),
    "start-while-looked-after": (
        "RNE says that care starts, and the episode before says that care goes on (431)."
    ),
    "no-start-after-care-ended": (
        "The episode before says that care ended, and RNE does not say that it starts again (432)."
        " Placement and legal status are sent as starting."
    ),
    "change-not-told": (
        "Placement or legal status is not that of the episode before, and RNE does not say so"
        " (434, 435). The change is sent."
    ),
    "change-not-seen": (
        "RNE says that placement or legal status changed, and it is that of the episode before"
        " (434 to 436). It is sent as RNE says."
    ),
    "missing-overlap": (
        "The child was already missing or away by another row (574). Both are sent."
    ),
    "participation-differs": (
        "Rows of one child and day differ in how the child took part. One review is sent, without"
        " it."
    ),
    "replaced-since": (
        "A later folder has already corrected what this row says, and the correction stands. If"
        " this row is right after all, correct the record in the authority's system, or retract it."
    ),
    "told-with-more": (
        "This was sent before with the child's date of birth or UPN, which this folder lacks. It"
        " is not sent again."
    ),
}

_NOTE: Mapping[str, str] = {
    "file-imported": "The file is read as the module named.",
    "module-not-imported": "The file is a module of the return that Kith does not import yet.",
    "file-unknown": "The header row is that of no module of the return. The file is left.",
    "file-resembles": (
        "The file has most columns of the module named, but not exactly those in that order. It"
        " is left: correct its header row."
    ),
    "file-empty": "The file has no header row. It is left.",
    "file-unreadable": "The file cannot be read. Is it open elsewhere, or not yours to read?",
    "file-utf16": 'The file is in UTF-16. Save it again as "CSV UTF-8".',
    "folder-inside": "Folders inside the folder are not read.",
    "no-header-module": "The folder has no Header module, so no dates of birth or UPNs are sent.",
}

REASONS: Mapping[str, tuple[Outcome, str]] = {
    reason: (outcome, text)
    for outcome, texts in (
        (Outcome.REFUSED, _REFUSED),
        (Outcome.DUPLICATE, _DUPLICATE),
        (Outcome.WARNING, _WARNING),
        (Outcome.NOTE, _NOTE),
    )
    for reason, text in texts.items()
}
