"""The catalogue as a page: enough to write a first valid event from it alone."""

from collections.abc import Iterator

from schemas.catalogue import EventEntry, FieldEntry, catalogue, header_fields
from schemas.registry import Registry

_HEAD = """# The events

Written by `docs/generate.py` from `schemas/avro`. Do not edit it by hand. The same in a terminal:
`kith events list`, `kith events show custody-incident`, `kith events example custody-incident`. For
programs: [asyncapi.yaml](asyncapi.yaml).

## A first event

An event is one JSON object on one line of a file. It has a kind (`type`), the version of that
kind's schema (`schema`; 1 where it is left out), a header called `event`, and what its kind says
besides. Here an agency of the demo area, `fostering`, says that a carer is worried:

```json
{{"type": "carer-concern", "schema": 1,
 "event": {{"reference": "CN-2024-8",
           "occurred": "2024-06-18T23:10+01:00", "known": "2024-06-18T23:10+01:00",
           "statement": "fact", "said_by": "foster_carer",
           "subject": {{"identifiers": [{{"scheme": "nhs-number", "value": "9991234004"}}]}},
           "basis": "public_task", "purpose": "safeguarding"}},
 "carer": "foster_carer", "concerns": ["will not eat"], "urgency": "now"}}
```

From there to a child's timeline, with a hub of your own:

```
kith events example carer-concern > concern.jsonl           # or write the above, on one line
kith events validate concern.jsonl --agency fostering       # needs no hub
kith up --state-dir .kith-mine
kith publish concern.jsonl --agency fostering --state-dir .kith-mine
kith timeline nhs:9991234004 --state-dir .kith-mine
```

What is wrong is said by line and field, and refused. What is only doubtful (a code that is not in
its list, a role that is no role of the agency's teams) is a warning, and stops nothing. The
agencies are those of `deploy/agencies.yaml`; each publishes under its own name alone.

- `said_by` is the **role** that says it. Where a team of the agency has that role, the team joins
  the child's network for a time because of the event; where none has it, nobody does.
- A **time** is written as `2024-06-18T23:10+01:00`, always with its offset from UTC, or as a day,
  `2024-06-18`, where the hour is not known. Where even that is not known, it is
  `{{"at": "2024-01-01T00:00:00Z", "precision": "unknown"}}`.
- A **code** is `{{"system": "mhsds.legal-status", "code": "02", "display": "Section 2"}}`. The
  lists that the project has read stand in `schemas/codes`, and which field takes codes of which
  list in `schemas/code_fields.yaml`.
- `reference` is your own number of what you speak of. A correction has the same reference, a
  higher `version` (of what is said, not of the schema), and says why
  (`"correction": {{"reason": "wrong_detail"}}`); `retraction` takes it back. `kith publish`
  fills in `agency`, `event_id`, and 1 as `version`.
- Roles are short names such as `social_worker`; never the name of a person.
- Each field is marked by what it may reveal: {sensitivities}.

## The header

{header}

## All {count} of them

{index}
"""


def events_page(registry: Registry) -> str:
    """The whole page, in Markdown."""
    entries = catalogue(registry)
    head = _HEAD.format(
        sensitivities="identity, safeguarding, health, criminal, administrative or free text",
        header="\n".join(_table(header_fields(registry))),
        count=len(entries),
        index="\n".join(_index(entries)),
    )
    return "\n".join([head, *("\n".join(_section(each)) for each in entries)]).rstrip() + "\n"


def _index(entries: list[EventEntry]) -> Iterator[str]:
    yield "| kind | fields | says |"
    yield "|---|---|---|"
    for each in entries:
        kind = each.schema.type
        says = each.schema.doc.split(". ")[0].rstrip(".")
        yield f"| [`{kind}`](#{kind}) | {len(each.fields)} | {_cell(says)} |"


def _section(entry: EventEntry) -> Iterator[str]:
    yield f"## {entry.schema.type}"
    yield ""
    yield f"Version {entry.schema.version}. {entry.schema.doc}"
    yield ""
    yield from _table(list(entry.fields))
    yield ""


def _table(fields: list[FieldEntry]) -> Iterator[str]:
    yield "| field | holds | | may reveal |"
    yield "|---|---|---|---|"
    for each in fields:
        shape = each.shape
        if each.symbols:
            shape = f"{shape} {', '.join(f'`{symbol}`' for symbol in each.symbols)}"
        needed = "**needed**. " if each.required else ""
        source = f" *{each.source}.*" if each.source else ""
        text = f"{needed}{each.doc} {each.meaning}".strip() + source
        sensitivity = each.sensitivity.replace("_", " ")
        yield f"| `{each.path}` | {_cell(shape)} | {_cell(text)} | {sensitivity} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
