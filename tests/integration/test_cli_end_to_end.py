"""From a published ligature to an answer, by the commands alone, with the hub's own processes."""

import json
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.integration.cli_hub import environment_of, kith
from tests.services.hub import RunningHub
from tests.unit.rules.said import NHS_NUMBER

PATIENCE_SECONDS = 20.0
ROOT = Path(__file__).parents[2]


def test_a_ligature_is_told_answered_and_seen_on_the_timeline(
    running_hub: RunningHub, tmp_path: Path
) -> None:
    running_hub.start("timeline", "relay")
    environment = environment_of(running_hub.hub.settings)
    file = tmp_path / "ligature.jsonl"
    file.write_text(json.dumps(_ligature()))
    follow = _following(environment)
    try:
        published = kith(environment, "publish", "--agency", "police", str(file))
        assert (published.code, published.out) == (0, "1 published\n")
        told = [json.loads(_line(follow))["notification"] for _ in range(2)]
    finally:
        follow.send_signal(signal.SIGINT)
        rest, complaints = follow.communicate(timeout=PATIENCE_SECONDS)
    assert (follow.returncode, rest, complaints) == (0, "", "")
    assert {each["recipient"]["team"] for each in told} == {"edt", "stewards"}
    mine = next(each for each in told if each["recipient"]["team"] == "edt")

    answer = ("ack", "--agency", "social-care", mine["notification_id"], "--action", "Ringing.")
    answered = kith(environment, *answer)
    assert answered.code == 0
    assert answered.out.endswith("Sent.\n")

    shown = kith(environment, "timeline", f"nhs:{NHS_NUMBER}")
    assert shown.code == 0
    assert "Ligature in custody · police, custody sergeant: fact" in shown.out
    assert "To act: social-care/edt/edt; reached " in shown.out
    # Before midnight the deadline is written with its day, and the line is broken.
    assert "; answered " in " ".join(shown.out.split())
    assert "Acknowledged by social-care/edt/edt" in shown.out
    assert "Action: Ringing." in shown.out

    running_hub.stop()
    refused = kith(
        environment | {"KITH_POSTGRES_READER_DSN": "host=127.0.0.1 port=1"}, "timeline", "x"
    )
    assert (refused.code, refused.out) == (2, "")
    assert refused.err == "The database does not answer. Is it running? `kith status` shows it.\n"


def test_on_a_hub_as_it_is_installed_who_detains_a_child_joins_the_network(
    running_hub: RunningHub, tmp_path: Path
) -> None:
    """Fails without: the default of membership_rules (nobody is on the network)."""
    running_hub.start("timeline", KITH_NETWORK_RULES="")
    environment = environment_of(running_hub.hub.settings) | {"KITH_NETWORK_RULES": ""}
    file = tmp_path / "detention.jsonl"
    detained = _ligature() | {"type": "custody-detention", "reason": "bladed article"}
    del detained["kind"]
    file.write_text(json.dumps(detained))
    published = kith(environment, "publish", "--agency", "police", str(file))
    assert (published.code, published.out) == (0, "1 published\n"), published.err
    deadline = time.monotonic() + PATIENCE_SECONDS
    show = ("network", "show", f"nhs:{NHS_NUMBER}", "--json")
    while (shown := kith(environment, *show)).code != 0:
        assert time.monotonic() < deadline, running_hub.log("timeline")
        time.sleep(0.1)
    now = {each["recipient"] for each in shown.data["members"] if each["when"] == "now"}
    assert {"police/custody/custody_sergeant", "police/custody/custody_inspector"} <= now


def _ligature() -> dict[str, Any]:
    now = datetime.now(UTC).isoformat(timespec="minutes")
    return {
        "type": "custody-incident",
        "event": {
            "reference": "CR-1/1",
            "occurred": now,
            "known": now,
            "statement": "fact",
            "said_by": "custody_sergeant",
            "subject": {"identifiers": [{"scheme": "nhs-number", "value": NHS_NUMBER}]},
            "basis": "vital_interests",
            "purpose": "safeguarding",
        },
        "custody_record": "CR-1",
        "station": "north",
        "kind": "ligature",
    }


def _following(environment: dict[str, str]) -> "subprocess.Popen[str]":
    """`kith alerts --follow`, as a duty team leaves it running."""
    return subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from kith.cli import app; app()",
            *("alerts", "--agency", "social-care", "--follow", "--from-start", "--json"),
        ],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _line(following: "subprocess.Popen[str]") -> str:
    """The next line that it prints. The test's own time-out ends a wait that is in vain."""
    assert following.stdout is not None
    deadline = time.monotonic() + PATIENCE_SECONDS
    line = following.stdout.readline()
    assert line, "the command ended"
    assert time.monotonic() < deadline
    return line
