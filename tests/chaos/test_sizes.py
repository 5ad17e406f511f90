"""Row 15: records from nothing to 50 MB. Too large is refused, or set aside; others go on."""

from datetime import UTC, datetime
from pathlib import Path

import psutil
import psycopg
import pytest
from confluent_kafka import Producer

from bench.load import PUBLISHER
from producers.preparing import InvalidEvent, Preparer
from schemas.codec import MAX_EVENT_BYTES
from schemas.principals import agency_principal
from schemas.topics import events_topic
from tests.chaos.hub_under_load import HubUnderLoad
from tests.chaos.rows import Row
from tests.services.hub import RunningHub

MB = 1_000_000
SIZES = (0, 1, MB - 1, MB, MB + 1, 10 * MB, 50 * MB)
MOST_MEMORY_MB = 1_500
SECRET = bytes(32)


@pytest.mark.row(15, "0 bytes to 50 MB")
@pytest.mark.timeout(180)
def test_what_is_too_large_is_refused_or_set_aside_and_others_go_on(
    running_hub: RunningHub, row: Row
) -> None:
    """Fails without: the size in Preparer.prepare."""
    settings = running_hub.hub.settings
    running_hub.start("timeline", "relay")
    hub = HubUnderLoad(settings, children=5, seed=15)
    hub.prepare()
    known = hub.recorded()
    preparer = Preparer(PUBLISHER, SECRET)
    # Our own publisher says so before anything is sent.
    event = hub.load.event(0, datetime.now(UTC))
    for size in (MB + 1, 10 * MB, 50 * MB):
        with pytest.raises(InvalidEvent, match=r"where at most 1,000,000 are taken: shorten"):
            preparer.prepare({**event.plain, "station": "x" * size})
    assert MAX_EVENT_BYTES == MB
    # Another client, as the agency itself. Not compressed, the broker refuses what is too large.
    access = settings.kafka(agency_principal(PUBLISHER)).for_confluent()
    large = {"message.max.bytes": 100 * MB, "acks": "all", "linger.ms": 0}
    topic = events_topic(PUBLISHER)
    plain = Producer({**access, **large})
    refused: list[str] = []
    plain.produce(
        topic, b"x" * (2 * MB), partition=0, on_delivery=lambda e, _: refused.append(e.name())
    )
    plain.flush(30)
    assert refused == ["MSG_SIZE_TOO_LARGE"]
    # Compressed, it gets through: after each a good event, which must not wait for it.
    packed = Producer({**access, **large, "compression.type": "gzip"})
    rounds = row.of(ci=1, long=5)
    sent = 0
    for _ in range(rounds):
        for size in SIZES:
            packed.produce(topic, b"x" * size, partition=0)
            good = hub.load.event(sent, datetime.now(UTC))
            sent += 1
            hub.oracle.add(good)
            packed.produce(topic, preparer.prepare(good.plain).message, partition=0)
            assert packed.flush(30) == 0
    timeline = psutil.Process(running_hub.record("timeline").pid)
    hub.wait_recorded(known + sent, 60)
    hub.wait_drained()
    hub.assert_nothing_lost_or_doubled()
    assert running_hub.record("timeline").find() is not None
    assert timeline.is_running()
    peak_mb = _peak_mb(timeline.pid)
    assert peak_mb < MOST_MEMORY_MB
    with psycopg.connect(settings.dsn("reader")) as connection:
        kept = connection.execute(
            "select size_bytes, length(sealed) from kept.quarantine order by size_bytes"
        ).fetchall()
    assert [size for size, _ in kept] == sorted(SIZES * rounds)
    assert all(sealed >= size for size, sealed in kept), "the original is kept whole"
    row.note(set_aside=len(kept), peak_mb=peak_mb, lost=0, doubled=0)


def _peak_mb(pid: int) -> int:
    """The most memory that a process ever had resident, as the kernel says."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    line = next(line for line in status if line.startswith("VmHWM:"))
    return int(line.split()[1]) // 1024
