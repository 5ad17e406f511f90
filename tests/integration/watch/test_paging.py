"""Pages reach somebody: from the table to a real web hook, and past a database that is away."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from processors.watch.bell import Bell
from processors.watch.paging import Pager
from processors.watch.web_hook import WebHook
from projections.database import Connection, connect
from tests.services.services import Services
from tests.services.web_hook import Hooked, web_hook


@pytest.fixture
def hook() -> Iterator[Hooked]:
    with web_hook() as hooked:
        yield hooked


class Telling:
    """A pager on a real database and a real hook, and its time."""

    def __init__(self, services: Services, database: str, hook: Hooked) -> None:
        self.dsn = services.dsn("watch", database)
        self.owner = services.dsn("owner", database)
        self.away = False
        self.at = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
        self.seconds = 0.0
        self.pager = self.new_pager(hook)

    def anew(self, hook: Hooked) -> None:
        """The watch was killed and started anew."""
        self.pager.close()
        self.pager = self.new_pager(hook)

    def new_pager(self, hook: Hooked) -> Pager:
        bell = Bell(WebHook(hook.address), lambda: self.seconds)
        return Pager(self.connect, bell, lambda: self.at, lambda: self.seconds, 0.3)

    def connect(self) -> Connection:
        if self.away:
            raise psycopg.OperationalError("away")
        return connect(self.dsn, application="kith-test")

    def matter(self, reason: str, concerns: str, minutes: float = 0) -> None:
        """As any process of the hub pages."""
        with psycopg.connect(self.owner) as connection:
            connection.execute(
                "insert into kept.page (paged_at, reason, concerns, detail) "
                "values (%s, %s, %s, '')",
                [self.at + timedelta(minutes=minutes), reason, concerns],
            )

    def turn(self) -> None:
        self.pager.run_once()
        self.pager.bell.run_once()
        self.pager.run_once()

    def rows(self) -> list[tuple[str, bool, int | None]]:
        with psycopg.connect(self.owner) as connection:
            return connection.execute(
                "select reason, told_at is not null, gathered_into from kept.page order by page_id"
            ).fetchall()


@pytest.fixture
def telling(services: Services, database: str, hook: Hooked) -> Iterator[Telling]:
    telling = Telling(services, database, hook)
    yield telling
    telling.pager.close()


def test_a_page_of_any_process_is_told_once_and_repeats_are_counted(
    telling: Telling, hook: Hooked
) -> None:
    """Fails without: gathered_into (five come), told_at (each comes at every turn)."""
    for minutes in (0, 1, 2):
        telling.matter("rule-failed", "one", minutes)
    telling.matter("rule-failed", "another", 3)
    telling.turn()
    telling.turn()
    told = [(each["reason"], each["concerns"], each["count"]) for each in hook.came]
    assert told == [("rule-failed", "one", 3), ("rule-failed", "another", 1)]
    telling.matter("rule-failed", "one", 59)
    telling.matter("rule-failed", "one", 61)
    telling.turn()
    assert [each["page_id"] for each in hook.came] == [1, 4, 6]
    assert telling.rows() == [
        ("rule-failed", True, None),
        ("rule-failed", False, 1),
        ("rule-failed", False, 1),
        ("rule-failed", True, None),
        ("rule-failed", False, 1),
        ("rule-failed", True, None),
    ]


def test_what_a_hook_did_not_take_is_told_by_the_next_watch(
    telling: Telling, hook: Hooked, capfd: pytest.CaptureFixture[str]
) -> None:
    """Fails without: writing told_at only after the hook has answered."""
    hook.status = 503
    telling.matter("position-old", "agency.police.events/0")
    telling.turn()
    said = capfd.readouterr()
    assert "web-hook-down" in said.out + said.err
    assert "s3cret" not in said.out + said.err
    assert telling.rows() == [("position-old", False, None)]
    hook.status = 200
    telling.anew(hook)
    telling.turn()
    assert hook.reasons() == ["position-old"]
    assert telling.rows() == [("position-old", True, None)]


def test_a_hook_that_nobody_listens_at_blocks_nothing(telling: Telling, hook: Hooked) -> None:
    gone = Hooked()
    gone.address = "http://127.0.0.1:9/"
    telling.anew(gone)
    telling.matter("position-old", "agency.police.events/0")
    telling.turn()
    assert telling.rows() == [("position-old", False, None)]
    assert hook.came == []


def test_without_the_database_a_page_is_told_all_the_same_and_written_down_later(
    telling: Telling, hook: Hooked
) -> None:
    """Fails without: Pager._tell_directly (nothing comes), Ring.page_id (it comes twice)."""
    telling.away = True
    for _ in range(2):
        telling.pager.page("canary-missing", "canary", "not heard of")
    telling.turn()
    telling.seconds += 31.0
    telling.turn()
    assert hook.reasons() == ["canary-missing", "database-away"]
    telling.away = False
    telling.turn()
    assert hook.reasons() == ["canary-missing", "database-away"]
    assert telling.rows() == [
        ("canary-missing", True, None),
        ("canary-missing", False, 1),
        ("database-away", True, None),
    ]


def test_who_pages_waits_until_it_is_written_and_never_long(telling: Telling, hook: Hooked) -> None:
    """Fails without: the patience (a database that hangs would hang whoever pages)."""
    thread = threading.Thread(target=telling.pager.page, args=("watch-duty", "canary", "hangs"))
    started_at = time.monotonic()
    thread.start()
    telling.turn()
    thread.join(10.0)
    assert not thread.is_alive()
    assert time.monotonic() - started_at < 10.0
    assert [reason for reason, _, _ in telling.rows()] == ["watch-duty"]
    assert hook.reasons() == ["watch-duty"]
