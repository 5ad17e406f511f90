"""A plain event to change in tests. The NHS number is of the test range."""

import copy
from typing import Any

_INCIDENT: dict[str, Any] = {
    "type": "custody-incident",
    "schema": 1,
    "event": {
        "event_id": "0b0e7b0e-3c0a-5f0e-9d53-2f6d1c1f3a10",
        "agency": "police",
        "reference": "CR/7",
        "version": 1,
        "occurred": "2024-07-03T02:40+01:00",
        "known": "2024-07-03T02:41:07+01:00",
        "statement": "fact",
        "said_by": "custody_sergeant",
        "subject": {"identifiers": [{"scheme": "nhs-number", "value": "9991234004"}]},
        "basis": "public_task",
        "purpose": "safeguarding",
    },
    "custody_record": "CR/7",
    "station": "Northgate",
    "kind": "ligature",
}


def incident(**own: Any) -> dict[str, Any]:
    """A valid custody incident; keyword arguments replace or add its own fields."""
    return copy.deepcopy(_INCIDENT) | own


def incident_with(**header: Any) -> dict[str, Any]:
    """A custody incident in whose header these are replaced or added."""
    event = incident()
    event["event"] |= header
    return event
