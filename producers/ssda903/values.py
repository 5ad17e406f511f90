"""Single values of the return: dates, codes, identifiers. None of this raises."""

import re
from datetime import date
from functools import lru_cache

# The return says dd/mm/yyyy. The national XML and many exports write ISO dates, which cannot be
# mistaken for it, and spreadsheets drop the zeros; some add a midnight.
_DATE = re.compile(
    r"(?:(?P<d>[0-9]{1,2})/(?P<m>[0-9]{1,2})/(?P<y>[0-9]{4})|"
    r"(?P<iso>[0-9]{4}-[0-9]{2}-[0-9]{2}))(?:[ T]00:00(?::00(?:\.0{1,6})?)?)?"
)
_EARLIEST_YEAR, _LATEST_YEAR = 1900, 2100

_REWRITTEN_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?[Ee]\+?[0-9]+|[0-9]+\.0+")
_MAX_CHILD_CHARACTERS = 100

_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9][A-Z]{2})")
_URN = re.compile(r"(?:SC)?[0-9]{6,7}")
_URN_OF_OTHER_REGULATOR = "XXXXXXX"


@lru_cache(maxsize=50_000)
def read_date(text: str) -> date | None:
    """Read a date of the return; None when it is none."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    try:
        if match["iso"]:
            day = date.fromisoformat(match["iso"])
        else:
            day = date(int(match["y"]), int(match["m"]), int(match["d"]))
    except ValueError:
        return None
    return day if _EARLIEST_YEAR <= day.year <= _LATEST_YEAR else None


def child_fault(text: str) -> str | None:
    """Tell why a child's identifier cannot be used, as a reason; None when it can."""
    if not text:
        return "child-missing"
    if len(text) > _MAX_CHILD_CHARACTERS or not text.isprintable() or "\ufffd" in text:
        return "child-unreadable"
    return "child-damaged" if _REWRITTEN_NUMBER.fullmatch(text) else None


def read_postcode(text: str) -> str | None:
    """Read a postcode in capitals with one space; None when it has not the form of one."""
    match = _POSTCODE.fullmatch(text.upper())
    return f"{match[1]} {match[2]}" if match else None


def read_urn(text: str) -> str | None:
    """Read the regulator's number; None when it has not the form of one."""
    text = text.upper()
    return text if _URN.fullmatch(text) else None


def is_other_regulator(urn: str) -> bool:
    """Whether the return says that another regulator than Ofsted inspects the home."""
    return urn.upper() == _URN_OF_OTHER_REGULATOR
