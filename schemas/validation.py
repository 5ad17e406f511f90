"""What an event must have beyond its schema, for the hub to be able to keep it.

Few rules, each for something that would break or mislead: an event refused here is quarantined,
and for as long nobody is told. What is merely doubtful (an identifier that fails its check, a time
that cannot be) is appended and flagged; :mod:`schemas.advice` warns the producer of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from safeguarding.commands import WORKER_REFERENCE, names_a_worker
from safeguarding.events import ABOUT_ALERTS, ALERT_HANDOVER, CANARY, COMPANIONS, RETRACTION

MAX_REFERENCE_CHARACTERS = 200
MAX_IDENTIFIERS = 20
MAX_LABELS = 20
MAX_LABEL_CHARACTERS = 64
MAX_VERSION = 2**31 - 1

# About an alert, or found by its reference: the hub needs no child from these.
_WITHOUT_CHILD = ABOUT_ALERTS | {RETRACTION}


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with a field: where, what, and what to do. Never holds the field's value."""

    path: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.path or 'the event'} {self.problem}: {self.remedy}"


def validate_event(
    datum: Mapping[str, Any],
    *,
    agency: str,
    type: str,  # noqa: A002 - it is the event's type.
) -> list[FieldError]:
    """List what is wrong with a decoded event that came on this agency's topic.

    ``datum`` fits its schema already: it was decoded, or read by :mod:`schemas.plain`.
    """
    return [
        *_canary_errors(datum["event"], agency, type),
        *_header_errors(datum["event"], agency, type),
        *_subject_errors(datum["event"]["subject"], type),
        *_identifier_errors(datum.get(COMPANIONS, ()), COMPANIONS),
        *(_worker_errors(datum) if type == ALERT_HANDOVER else ()),
        *(_text_errors(datum) if _holds_zero(datum) else ()),
    ]


def _canary_errors(header: Mapping[str, Any], agency: str, event_type: str) -> Iterator[FieldError]:
    """Keep the hub's own agency and real children apart."""
    if (event_type == CANARY) != (agency == CANARY):
        yield FieldError(
            "type",
            "is not one that this agency may publish",
            f"{CANARY} is the hub's own agency: it publishes {CANARY}, and nobody else does",
        )
    elif event_type == CANARY and any(
        each["scheme"] != "local" or each["issuer"] not in (None, CANARY)
        for each in header["subject"]["identifiers"]
    ):
        yield FieldError(
            "event.subject.identifiers",
            "may name a child",
            "give one with scheme local, which the agency made up",
        )


def _header_errors(header: Mapping[str, Any], agency: str, event_type: str) -> Iterator[FieldError]:
    if header["agency"] != agency:
        yield FieldError(
            "event.agency",
            "names another agency than the one whose topic this is",
            f"publish it on that agency's own topic, or name {agency}",
        )
    if not 1 <= len(header["reference"]) <= MAX_REFERENCE_CHARACTERS:
        yield FieldError(
            "event.reference",
            f"must have 1 to {MAX_REFERENCE_CHARACTERS} characters",
            "give your own number of the record that this comes from",
        )
    yield from _version_errors(header, event_type)
    if len(header["labels"]) > MAX_LABELS:
        yield FieldError("event.labels", f"has more than {MAX_LABELS}", "merge some")
    for index, label in enumerate(header["labels"]):
        if not 1 <= len(label) <= MAX_LABEL_CHARACTERS:
            yield FieldError(
                f"event.labels[{index}]",
                f"must have 1 to {MAX_LABEL_CHARACTERS} characters",
                "use a short label such as court_derived",
            )


def _version_errors(header: Mapping[str, Any], event_type: str) -> Iterator[FieldError]:
    version, correction = header["version"], header["correction"]
    if not 1 <= version <= MAX_VERSION:
        yield FieldError(
            "event.version",
            f"must be from 1 to {MAX_VERSION}",
            "use 1 for the first statement and one more for each correction",
        )
    elif event_type == "retraction":
        if version == 1:
            yield FieldError(
                "event.version",
                "of a retraction must be above 1",
                "use one more than the version that is taken back",
            )
    elif version > 1 and correction is None:
        yield FieldError(
            "event.correction",
            "must be given when version is above 1",
            "say why the earlier version is replaced",
        )
    elif version == 1 and correction is not None:
        yield FieldError(
            "event.correction",
            "must not be given at version 1",
            "leave it out, or give the version that this correction is",
        )


def _subject_errors(subject: Mapping[str, Any], event_type: str) -> Iterator[FieldError]:
    identifiers = subject["identifiers"]
    if not identifiers and event_type not in _WITHOUT_CHILD:
        yield FieldError(
            "event.subject.identifiers",
            "is empty",
            "give at least one; your own case number will do, with scheme local",
        )
    yield from _identifier_errors(identifiers, "event.subject.identifiers")


def _identifier_errors(identifiers: Sequence[Mapping[str, Any]], path: str) -> Iterator[FieldError]:
    if len(identifiers) > MAX_IDENTIFIERS:
        yield FieldError(
            path,
            f"has more than {MAX_IDENTIFIERS}",
            "give those that you trust most",
        )
    for index, identifier in enumerate(identifiers):
        for name in ("scheme", "value", "issuer"):
            if len(identifier[name] or "") > MAX_REFERENCE_CHARACTERS:
                yield FieldError(
                    f"{path}[{index}].{name}",
                    f"has more than {MAX_REFERENCE_CHARACTERS} characters",
                    "give the identifier alone, without other text",
                )


def _worker_errors(datum: Mapping[str, Any]) -> Iterator[FieldError]:
    for path in ("from_worker", "to_worker"):
        worker = datum[path]
        if worker is not None and not names_a_worker(worker):
            yield FieldError(path, "names no worker", f"name them by {WORKER_REFERENCE}")


def _holds_zero(value: Any) -> bool:
    """Whether there is a zero character anywhere: hardly ever, and every event is asked."""
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(map(_holds_zero, value.values()))
    return isinstance(value, list) and any(map(_holds_zero, value))


def _text_errors(datum: Mapping[str, Any]) -> Iterator[FieldError]:
    """Find text with a zero character, which PostgreSQL cannot hold."""
    for path, text in texts(datum):
        if "\0" in text:
            yield FieldError(path, "holds a zero character", "send plain text")


def texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a datum after the path of its field, enum symbols too."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from texts(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from texts(inner, f"{path}[{index}]")
