"""Rows in ``kept.page``: matters that a person must see to."""

from collections.abc import Callable
from datetime import datetime

from processors.watch.duties import Page
from projections.database import Connection


def page_into(connect: Callable[[], Connection], now: Callable[[], datetime]) -> Page:
    """Pages over a connection of their own each: they are few, and must not wait for others."""

    def page(reason: str, concerns: str, detail: str) -> None:
        with connect() as connection:
            connection.execute(
                "insert into kept.page (paged_at, reason, concerns, detail) "
                "values (%s, %s, %s, %s)",
                [now(), reason, concerns, detail],
            )

    return page
