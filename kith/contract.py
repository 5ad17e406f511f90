"""The contract as the hub's processes read it: with a schema registry's ids, where one is set."""

import time

import structlog

from kith.settings import Settings
from schemas.registry import Registry, load_registry
from schemas.registry_server import RegistryAccess, RegistryServer
from schemas.schema_ids import SchemaIds

log = structlog.get_logger()


def registry_access(settings: Settings) -> RegistryAccess | None:
    """The way to the schema registry, None where none is used."""
    if settings.schema_registry is None:
        return None
    login, ca_file = settings.schema_registry_login, settings.schema_registry_ca_file
    return RegistryAccess(
        settings.schema_registry,
        login.get_secret_value() if login else None,
        str(ca_file) if ca_file else None,
    )


def contract(settings: Settings) -> Registry:
    """All schemas; messages in the Confluent wire format are read only with a registry."""
    registry = load_registry()
    access = registry_access(settings)
    if access is None:
        return registry
    return registry.with_ids(
        SchemaIds(
            RegistryServer(access),
            registry,
            clock=time.monotonic,
            sleep=time.sleep,
            tell=log.warning,
        )
    )
