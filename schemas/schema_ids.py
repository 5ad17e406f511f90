"""Which schema of the contract an id of the schema registry stands for, and the other way round.

What was asked once is remembered while the process runs, so it goes on without the registry. A new
id is asked for again while the registry is away, for a short time in each outage and no longer:
one message must not keep all others waiting. From then on new ids are refused at once, as
``registry-away``, until the registry answers again.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from fastavro.schema import fingerprint, parse_schema, to_parsing_canonical_form

from schemas.registry import RegistryAway, UnknownSchema
from schemas.registry_server import NotRegistered
from schemas.resolution import obstacles

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemas.registry import Registry, Schema

PATIENCE_SECONDS = 2.0
"""With the three that the last question may take, within the five of the next good event."""

PAUSE_SECONDS = 0.5
REST_SECONDS = 10.0
"""While it is away it is asked this seldom, so that good messages hardly wait."""

UNKNOWN_SECONDS = 60.0
"""An id that the registry has not may come to be; a schema of others stays what it is."""

MOST_UNKNOWN = 10_000

T = TypeVar("T")


class Server(Protocol):
    """The part of a schema registry that is asked here."""

    def schema(self, schema_id: int) -> Any:
        """The schema with this id. Raises NotRegistered, RegistryAway."""

    def id_of(self, schema: Schema) -> int:
        """The id of this schema. Raises NotRegistered, RegistryAway."""


class SchemaIds:
    """Remembers ids. Threads may share it; one at a time asks.

    ``clock`` counts seconds, monotonically. ``tell`` hears ``schema-registry-away`` and
    ``schema-registry-back``, once an outage. Without patience a new id is asked for once.
    """

    def __init__(
        self,
        server: Server,
        contract: Registry,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        tell: Callable[[str], None],
        patience_seconds: float = PATIENCE_SECONDS,
        rest_seconds: float = REST_SECONDS,
    ) -> None:
        self._server = server
        self._contract = contract
        self._clock, self._sleep, self._tell = clock, sleep, tell
        self._patience_seconds, self._rest_seconds = patience_seconds, rest_seconds
        self._schemas: dict[int, Schema] = {}
        self._ids: dict[str, int] = {}
        self._unknown: dict[int | str, float] = {}
        self._away_since: float | None = None
        self._asked_at = float("-inf")
        self._lock = Lock()

    def schema_of(self, schema_id: int) -> Schema:
        """The contract's schema. Raises UnknownSchema, and RegistryAway for an id that is new."""
        found = self._schemas.get(schema_id)
        if found is not None:
            return found
        with self._lock:
            self._refuse_unknown(schema_id, f"the schema with the id {schema_id}")
            try:
                given = self._patiently(lambda: self._server.schema(schema_id))
                found = self._of_the_contract(given, schema_id)
            except (NotRegistered, UnknownSchema) as fault:
                self._remember_unknown(schema_id)
                raise UnknownSchema(str(fault)) from None
            self._schemas[schema_id] = found
            return found

    def id_of(self, schema: Schema) -> int | None:
        """The id under which to write; None while there is none to be had."""
        found = self._ids.get(schema.name)
        if found is not None:
            return found
        with self._lock:
            try:
                self._refuse_unknown(schema.name, schema.name)
                found = self._patiently(lambda: self._server.id_of(schema))
            except NotRegistered:
                self._remember_unknown(schema.name)
                self._tell("schema-not-registered")
                return None
            except (UnknownSchema, RegistryAway):
                return None
            self._ids[schema.name] = found
            return found

    def _of_the_contract(self, given: Any, schema_id: int) -> Schema:
        refused = f"the schema with the id {schema_id} is none of the contract"
        try:
            given = parse_schema(given, _write_hint=False)
            mark = bytes.fromhex(fingerprint(to_parsing_canonical_form(given), "CRC-64-AVRO"))
            ours = self._contract.by_fingerprint(mark)
        except UnknownSchema:
            raise UnknownSchema(f"{refused}: register with `kith schemas register`") from None
        except Exception:  # noqa: BLE001 - fastavro raises many kinds for what is no Avro schema.
            raise UnknownSchema(refused) from None
        # A fingerprint does not see what a number means: a time in milliseconds, say.
        for found in obstacles(given, ours.source):
            raise UnknownSchema(f"{refused}: {ours.name}: {found.path}: {found.reason}")
        return ours

    def _patiently(self, ask: Callable[[], T]) -> T:
        resting_seconds = self._clock() - self._asked_at
        if resting_seconds > UNKNOWN_SECONDS:
            # So long ago that it is another outage, if it is one.
            self._away_since = None
        if self._away_since is not None and resting_seconds < self._rest_seconds:
            raise RegistryAway("the schema registry is away, and this id is new")
        while True:
            try:
                answer = ask()
            except NotRegistered:
                self._is_back()
                raise
            except RegistryAway:
                self._asked_at = self._clock()
                if self._away_since is None:
                    self._away_since = self._asked_at
                    self._tell("schema-registry-away")
                if self._asked_at - self._away_since + PAUSE_SECONDS > self._patience_seconds:
                    raise
                self._sleep(PAUSE_SECONDS)
            else:
                self._is_back()
                return answer

    def _is_back(self) -> None:
        if self._away_since is not None:
            self._away_since = None
            self._tell("schema-registry-back")

    def _refuse_unknown(self, key: int | str, what: str) -> None:
        if self._clock() < self._unknown.get(key, float("-inf")):
            raise UnknownSchema(f"{what} was not known a moment ago")

    def _remember_unknown(self, key: int | str) -> None:
        if len(self._unknown) >= MOST_UNKNOWN:
            self._unknown.clear()
        self._unknown[key] = self._clock() + UNKNOWN_SECONDS
