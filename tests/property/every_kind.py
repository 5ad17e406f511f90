"""Statements of every kind that rules read, drawn from the contract, dense enough to meet.

What is drawn begins with the sample of its kind; some fields are then drawn anew from the schema.
Names that tie events together (a custody record, an episode, a spell) come from a few, so that
events of one life belong together. The kinds of one life are those of a few rules.

What is drawn keeps to what the rules can see: a life lasts some weeks, a placement has one start,
and a statement keeps its type through its versions.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from producers.samples import sample
from safeguarding.events import ABOUT_ALERTS, CANARY, RETRACTION
from safeguarding.rules import ALL
from schemas.plain import MOMENT
from schemas.registry import Schema
from schemas.schema_fields import named_types
from tests.unit.rules.hub import teams
from tests.unit.rules.said import Said, london, registry

BEGIN = london("2021-03-01 08:00")
# Said by people about alerts, by the hub to itself, or drawn as versions of the others.
APART = {*ABOUT_ALERTS, CANARY, RETRACTION}
KINDS = tuple(sorted({schema.type for schema in registry().family("events")} - APART))
LENGTHS_DAYS = (2, 10, 30, 60)
ROLES = ("social_worker", "camhs_community", "iro", "foster_carer", "edt", "ward", "team_manager")
CODES: Mapping[str, tuple[str, ...]] = {
    "ssda903.place": ("K2", "U1", "T0", "T1", "P1", "H5"),
    "mhsds.legal-status": ("02", "03", "05", "06", "19", "20"),
    "mhsds.consultation-mechanism": ("01", "02", "09"),
    "ssda903.rec": ("E4A", "X1"),
    "snomed-ct": ("248062006", "276853009", "22298006"),
}
NAMES: Mapping[str, tuple[str, ...]] = {
    "custody_record": ("CR-1", "CR-2"),
    "episode": ("M-1", "M-2", "M-3", "M-4"),
    "spell": ("SP-1", "SP-2"),
    "site": ("RXX01", "RXX01", "RZZ01"),
    "from_site": ("RXX01", "RZZ01"),
    "to_site": ("RXX01", "RZZ01"),
    "meeting": ("MT-1", "MT-2", "MT-3"),
    "allegation": ("AL-1", "AL-2"),
    "order_number": ("CO-1", "CO-2"),
    "search": ("PS-1",),
    "referral": ("RF-1", "RF-2"),
    "place": ("RXX01", "the home"),
    "urn": ("SC900001", "SC900002"),
}
PLACEMENTS = tuple(f"P-{number}" for number in range(1, 6))
AGENCIES = ("police", "social-care", "acute-trust", "camhs", "placement")


@dataclass
class Life:
    """What is said of one child. ``kinds`` are those that its statements are of.

    ``name`` begins each reference, where several lives are told to one hub.
    """

    random: Random
    days: int
    kinds: tuple[str, ...]
    name: str = ""
    # Of a dense life little is said, on the same day, and much of that is said again.
    dense: bool = False
    references: list[str] = field(default_factory=list)
    placed: int = 0

    def statements(self, most: int) -> list[list[Said]]:
        """Statements, each with its versions in order."""
        number = self.random.randint(1, 5 if self.dense else most)
        return [self._versions(self._first(n)) for n in range(number)]

    def _first(self, number: int) -> Said:
        kind = self.random.choice(self.kinds)
        if kind == "placement-start" and self.placed == len(PLACEMENTS):
            kind = "placement-end"
        model = self.random.choice(_models(kind))
        reference = f"{self.name}{kind}/{number}"
        said_by = model["event"].get("said_by")
        agency = teams()[said_by].agency if said_by in teams() else "social-care"
        if self.random.random() < 0.1:
            agency = self.random.choice(AGENCIES)
        own = {each["name"]: model[each["name"]] for each in _fields(kind) if each["name"] in model}
        said = Said(kind, agency, reference, self._when(), None, said_by, own)
        drawn = {each["name"] for each in _fields(kind) if self.random.random() < 0.4}
        said = self._with(said, drawn | {*_ties(kind)})
        if kind == "placement-start":
            said = replace(said, details={**said.details, "placement": PLACEMENTS[self.placed]})
            self.placed += 1
        self.references.append(reference)
        return said

    def _versions(self, said: Said) -> list[Said]:
        random = self.random
        if random.random() < 0.1:
            said = said.as_history()
        versions = [said]
        while random.random() < (0.5 if self.dense else 0.25):
            last = versions[-1]
            if last.type == RETRACTION:
                versions.append(replace(self._changed(said), version=last.version + 1))
            elif random.random() < 0.4:
                versions.append(last.retracted())
            else:
                versions.append(self._changed(last))
        return versions

    def _changed(self, said: Said) -> Said:
        if self.random.random() < 0.3:
            return said.corrected(occurred=self._when())
        names = [each["name"] for each in _fields(said.type)]
        if said.type == "placement-start":
            names.remove("placement")
        chosen = set(self.random.sample(names, min(len(names), 2)))
        return replace(self._with(said, chosen), version=said.version + 1)

    def _with(self, said: Said, names: set[str]) -> Said:
        """The same with these fields drawn anew."""
        own = dict(said.details)
        for each in _fields(said.type):
            if each["name"] in names:
                own[each["name"]] = self._draw(said, each["type"], each["name"], own)
        return replace(said, details=own)

    def _draw(  # noqa: PLR0911 - one for each type that the contract has.
        self, said: Said, avro_type: Any, name: str, own: Mapping[str, Any]
    ) -> Any:
        random, before = self.random, own.get(name)
        if isinstance(avro_type, list):
            if random.random() < 0.25:
                return None
            avro_type = next(each for each in avro_type if each != "null")
        if isinstance(avro_type, str):
            avro_type = _named(said.type).get(avro_type, {"type": avro_type})
        match avro_type.get("logicalType", avro_type["type"]):
            case "enum":
                return random.choice(avro_type["symbols"])
            case "boolean":
                return random.random() < 0.5
            case "int":
                return random.randint(0, 3)
            case "array":
                return self._list(said, avro_type["items"], before)
            case "record" if avro_type["name"] == MOMENT:
                return self._near(said)
            case "record":
                return self._record(said, avro_type, before)
            case _:
                return self._text(name, before)

    def _list(self, said: Said, items: Any, before: Any) -> Any:
        if isinstance(items, str):
            items = _named(said.type).get(items, {"type": items})
        if items["type"] == "enum":
            return self.random.sample(items["symbols"], self.random.randint(1, 2))
        if items["type"] == "record" and before:
            return [self._record(said, items, each) for each in before]
        return self.random.choice(([], before or [], list(ROLES[:2])))

    def _record(self, said: Said, record: Any, before: Any) -> Any:
        if before is None:
            return None
        if "system" in before:
            codes = CODES.get(before["system"], (before["code"],))
            return {"system": before["system"], "code": self.random.choice(codes)}
        drawn = [each for each in record["fields"] if self.random.random() < 0.5]
        return before | {e["name"]: self._draw(said, e["type"], e["name"], before) for e in drawn}

    def _text(self, name: str, before: Any) -> Any:
        if name == "placement":
            return self.random.choice(PLACEMENTS)
        if name.endswith("reference"):
            return self.random.choice([*self.references, "elsewhere/1"])
        if name in NAMES:
            return self.random.choice(NAMES[name])
        if name in {"by", "role", "to_role", "asked_by", "carer", "lead"}:
            return self.random.choice(ROLES)
        return before or "said"

    def _when(self) -> str:
        """In steps of six hours, so that some coincide; sometimes only the day."""
        at = BEGIN + timedelta(hours=6 * self.random.randint(0, self.days * 4))
        return at.date().isoformat() if self.random.random() < 0.1 else at.isoformat()

    def _near(self, said: Said) -> str:
        hours = self.random.choice((-48, -6, 0, 0, 6, 24, 72, 14 * 24))
        at: datetime = london(said.occurred) + timedelta(hours=hours)
        return at.isoformat()


def draw_life(random: Random, name: str = "") -> Life:
    """Of the kinds that some rules watch, and a few others; a dense one of those of one rule."""
    dense = random.random() < 0.4
    rules = random.sample(ALL, 1 if dense else random.randint(1, 3))
    watched = {kind for rule in rules for kind in rule.watches} - APART
    others = [] if dense and watched else random.sample(KINDS, 2)
    days = random.choice((0, 1, 2) if dense else LENGTHS_DAYS)
    return Life(random, days, (*sorted(watched), *others), name, dense)


@cache
def _models(kind: str) -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(line) for line in sample(kind).splitlines())


@cache
def _schema(kind: str) -> Schema:
    return registry().event(kind, 1)


@cache
def _named(kind: str) -> dict[str, Any]:
    return named_types(_schema(kind).source)


@cache
def _fields(kind: str) -> tuple[dict[str, Any], ...]:
    return tuple(each for each in _schema(kind).source["fields"] if each["name"] != "event")


@cache
def _ties(kind: str) -> frozenset[str]:
    """What is always drawn: names that tie it to others, and times."""
    of_moment = {each["name"] for each in _fields(kind) if MOMENT in json.dumps(each["type"])}
    names = {each["name"] for each in _fields(kind)}
    return frozenset((names & {*NAMES, "placement"}) | of_moment)
