"""Which duties the watch has, from the settings: its composition root, apart from its process."""

from kith.settings import Settings
from kith.wiring import now
from processors.watch.duties import Duty, Page
from processors.watch.paging import page_into
from projections.database import Connection, connect

PRINCIPAL = "hub-watch"


def duties(settings: Settings) -> list[Duty]:
    """Every duty of the watch. A new one is added here."""
    del settings
    return []


def pages(settings: Settings) -> Page:
    """How the watch tells a person."""
    return page_into(lambda: watch_connection(settings), now)


def watch_connection(settings: Settings) -> Connection:
    """A connection of the role that looks, and writes pages only."""
    return connect(settings.dsn("watch"), application="kith-watch")
