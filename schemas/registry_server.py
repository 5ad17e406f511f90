"""A schema registry that speaks Confluent's interface, over HTTP: the four questions we ask it.

Apicurio answers it under ``/apis/ccompat/v7``. Confluent's own client was not taken for this: it
brings two HTTP and OAuth libraries with it, and tries again for longer than a batch may wait.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import urllib3

from schemas.registry import RegistryAway

if TYPE_CHECKING:
    from schemas.registry import Schema

CONNECT_SECONDS = 1.0
ANSWER_SECONDS = 2.0
COMPATIBILITY = "FULL_TRANSITIVE"


class NotRegistered(LookupError):
    """The schema registry answered, and has no such thing."""


class RegistrationRefused(ValueError):
    """The schema registry does not take this schema. The text names it and gives the reason."""


@dataclass(frozen=True, slots=True)
class RegistryAccess:
    """Where the registry is: ``http(s)://host:port/path``. ``login`` is ``user:password``."""

    address: str
    login: str | None = None
    ca_file: str | None = None

    def __repr__(self) -> str:
        """Leave out all: the address may hold a login as well."""
        return "RegistryAccess(...)"


class RegistryServer:
    """Each call is one request, over within a few seconds. Threads may share it."""

    def __init__(self, access: RegistryAccess) -> None:
        self._address = access.address.rstrip("/")
        self._headers = {
            "Content-Type": "application/vnd.schemaregistry.v1+json",
            "Accept": "application/vnd.schemaregistry.v1+json, application/json",
        }
        if access.login:
            self._headers |= urllib3.make_headers(basic_auth=access.login)
        self._pool = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=ANSWER_SECONDS),
            retries=False,
            ca_certs=access.ca_file,
        )

    def schema(self, schema_id: int) -> Any:
        """The schema with this id, as parsed JSON. Raises NotRegistered, RegistryAway."""
        answer = self._ask("GET", f"/schemas/ids/{schema_id}")
        try:
            return json.loads(answer["schema"])
        except (KeyError, TypeError, ValueError):
            raise RegistryAway("the schema registry answers in another form") from None

    def id_of(self, schema: Schema) -> int:
        """The id that the registry has given this schema. Raises NotRegistered, RegistryAway."""
        return _id(self._ask("POST", f"/subjects/{subject_of(schema)}", _body(schema)))

    def register(self, schema: Schema) -> int:
        """Register a schema and have its subject keep compatible; the same again changes nothing.

        Raises RegistrationRefused, RegistryAway.
        """
        subject = subject_of(schema)
        try:
            answer = self._ask("POST", f"/subjects/{subject}/versions", _body(schema))
            self._ask("PUT", f"/config/{subject}", {"compatibility": COMPATIBILITY})
        except NotRegistered:
            raise RegistryAway("the schema registry takes no schemas at this address") from None
        return _id(answer)

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        try:
            answer = self._pool.request(
                method,
                self._address + path,
                body=None if body is None else json.dumps(body).encode(),
                headers=self._headers,
                redirect=False,
            )
            found = json.loads(answer.data) if answer.status in (200, 404, 409, 422) else None
        except (urllib3.exceptions.HTTPError, ValueError) as fault:
            # Only the kind: the text holds the address, and that may hold a password.
            raise RegistryAway(
                f"the schema registry does not answer ({type(fault).__name__})"
            ) from None
        if answer.status in (409, 422):
            said = found.get("message", "") if isinstance(found, dict) else ""
            raise RegistrationRefused(f"the schema registry refuses {path}: {said}")
        if answer.status == 404:
            # Whoever answers 404 to everything is another server, and not a registry.
            if not (isinstance(found, dict) and str(found.get("error_code", ""))[:3] == "404"):
                raise RegistryAway("what answers at this address is no schema registry")
            raise NotRegistered(f"the schema registry has nothing at {path}")
        if answer.status != 200:
            raise RegistryAway(f"the schema registry answers HTTP {answer.status}")
        return found


def subject_of(schema: Schema) -> str:
    """Under which subject a schema is registered: its full name (RecordNameStrategy).

    One kind of event means the same on each agency's topic, so the topic is no part of it.
    """
    return schema.name


def _body(schema: Schema) -> dict[str, Any]:
    return {"schemaType": "AVRO", "schema": json.dumps(schema.source)}


def _id(answer: Any) -> int:
    found = answer.get("id") if isinstance(answer, dict) else None
    if not isinstance(found, int):
        raise RegistryAway("the schema registry answers in another form")
    return found
