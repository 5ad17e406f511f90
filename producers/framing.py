"""How an agency's events are framed where a schema registry is used."""

import logging
import time

from schemas.registry import Registry, load_registry
from schemas.registry_server import RegistryAccess, RegistryServer
from schemas.schema_ids import SchemaIds

log = logging.getLogger(__name__)

REST_SECONDS = 30.0
"""Writing never waits for the registry, and looks for it again this seldom."""


def contract_with(access: RegistryAccess | None) -> Registry:
    """The contract for ``Publisher(registry=...)``: in the Confluent wire format with a registry.

    What the registry does not know, and all while it is away, is written as single objects, which
    the hub reads as well; the log says so.
    """
    contract = load_registry()
    if access is None:
        return contract
    ids = SchemaIds(
        RegistryServer(access),
        contract,
        clock=time.monotonic,
        sleep=time.sleep,
        tell=_say,
        patience_seconds=0,
        rest_seconds=REST_SECONDS,
    )
    return contract.with_ids(ids)


_IN_WORDS = {
    "schema-registry-away": "the schema registry is away: events are written as single objects",
    "schema-not-registered": "the schema registry has not the contract's schema: "
    "run `kith schemas register`; events are written as single objects until then",
}


def _say(what: str) -> None:
    if what in _IN_WORDS:
        log.warning("%s", _IN_WORDS[what])
