"""Why something is in quarantine, and what a steward can do about it, in words."""

_UNDECODABLE = (
    "The bytes are no event of the contract. Ask the agency to send it again with the producer "
    "library, or write the event yourself and redrive it with --corrected."
)
_ADVICE = {
    "empty": "The record has no bytes. Ask the agency what it meant to say; then discard it.",
    "unknown-schema": (
        "The agency writes with a schema that this hub does not have. Once the hub has it, "
        "redrive the record as it is."
    ),
    "registry-away": (
        "It names its schema by an id that the hub could not ask the schema registry for, which "
        "was away. Nothing is wrong with it: once the registry answers, the worker redrives it. "
        "Until then nobody was told: ring the agency if that takes long."
    ),
    "not-an-event": "It is a record of the hub's own, which no agency sends. Ask why; discard it.",
    "scenario-time": "It was made for a scenario. Ask why it came here; discard it.",
    "another-agency": (
        "It names another agency than the one whose topic it came on. Ask the sender; a corrected "
        "event can only speak for the topic's own agency."
    ),
    "invalid": "A field is wrong or missing. Ask the agency, and redrive it with --corrected.",
    "conflict": (
        "Another event with this id was recorded, and says something else. If it is a correction, "
        "redrive it with --corrected, a higher version and an id of its own."
    ),
    "version-conflict": (
        "Another event with this reference and version was recorded. If it is a correction, "
        "redrive it with --corrected and a higher version."
    ),
    "unknown-alert": (
        "It acknowledges an alert that the hub has not raised. Ask the agency which one it means."
    ),
    "undecided": (
        "The hub itself failed on it: nobody was told of it. Ring the child's network, tell the "
        "operators, and redrive it as it is once the fault is mended."
    ),
}


def advice(reason: str) -> str:
    """What to do about a record that was quarantined for this reason."""
    return _ADVICE.get(reason, _UNDECODABLE)
