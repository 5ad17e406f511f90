"""`kith handover` without a database: what it asks the append for, once, and what it refuses.

The steps are taken by the hub in memory; `tests/integration/test_cli_handover.py` takes the real
ones.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from typer.testing import CliRunner, Result

from kith.cli import app
from kith.settings import AGENCIES_FILE
from projections.append.arrivals import Fate, Grasp, Outcome, Step
from projections.queries.in_hand import InHand, LastHandOver
from safeguarding.case import ExpectationState
from safeguarding.commands import Refused
from safeguarding.facts import HandedOver, Recipient
from schemas.agencies import load_agencies
from tests.unit.rules.hub import Hub, teams
from tests.unit.rules.said import NHS_NUMBER, incident, london
from tests.unit.rules.spec import given, members, received

EDT = teams()["edt"]
TEAM = ("--agency", "social-care", "--team", "edt", "--role", "edt")
LIGATURE = incident("ligature", "2021-10-02 02:40")


@dataclass
class Append:
    """Takes steps as the append does: one that was taken is not taken again."""

    hub: Hub
    now: datetime
    taken: set[UUID] = field(default_factory=set)

    def append(self, inbounds: Sequence[object], steps: Sequence[Step]) -> list[Outcome]:
        assert not inbounds
        return [self._take(step) for step in steps]

    def _take(self, step: Step) -> Outcome:
        if step.step_id in self.taken:
            return Outcome(Fate.DUPLICATE, step.child_id)
        grasp = Grasp({each: self.hub.alerts[each] for each in step.alert_ids}, frozenset())
        answer = step.decide(self.hub.case, grasp, self.hub.context(self.now))
        if isinstance(answer, Refused):
            return Outcome(Fate.REFUSED, step.child_id, reason=answer.reason)
        for fact in answer:
            self.hub.enter(fact, self.now)
        self.taken.add(step.step_id)
        return Outcome(Fate.RECORDED, step.child_id, self.hub.case.sequence)

    @property
    def handed(self) -> list[HandedOver]:
        return [each.body for each in self.hub.entries if isinstance(each.body, HandedOver)]

    def in_hand(self, recipient: Recipient) -> list[InHand]:
        """What the tables would say. (What is answered is left out: no spec here needs it.)"""
        return [
            InHand(
                child_id=self.hub.case.child_id,
                alert_id=each.alert_id,
                rule=record.rule,
                severity=record.severity,
                alert=self.hub.alerts[each.alert_id],
                due_at=each.due_at,
                answer=None,
                handed=self._last(each.alert_id),
            )
            for each in self.hub.case.expectations.values()
            if each.recipient == recipient
            and each.state is ExpectationState.OPEN
            and (record := self.hub.case.alert(each.alert_id)) is not None
        ]

    def _last(self, alert_id: UUID) -> LastHandOver | None:
        found = [
            LastHandOver(each.sequence, each.body)
            for each in self.hub.entries
            if isinstance(each.body, HandedOver) and each.body.alert_id == alert_id
        ]
        return found[-1] if found else None


Run = Callable[..., Result]


@pytest.fixture
def append() -> Append:
    hub = given(members("edt"), received(LIGATURE, at="2021-10-02 02:41")).hub
    return Append(hub, london("2021-10-02 02:50"))


@pytest.fixture
def run(append: Append, monkeypatch: pytest.MonkeyPatch) -> Run:
    world = SimpleNamespace(scenario=False, now=lambda: append.now, keys=None, registry=None)
    connection = SimpleNamespace(transaction=nullcontext)
    wiring = SimpleNamespace(world=world)
    hub = SimpleNamespace(
        wiring=wiring, agencies=load_agencies(Path(AGENCIES_FILE)), connection=connection
    )

    @contextmanager
    def reading(state_dir: Path | None) -> Iterator[Any]:
        from kith.cli.reading import explained

        assert state_dir is None
        with explained():
            yield hub

    def read(_: object, recipient: Recipient, *more: object) -> list[InHand]:
        assert len(more) == 3
        return append.in_hand(recipient)

    monkeypatch.setattr("kith.cli.handover.reading", reading)
    monkeypatch.setattr("projections.queries.in_hand.read_in_hand", read)
    monkeypatch.setattr("kith.cli.handing_over.appending", lambda _: nullcontext(append))
    monkeypatch.setattr("kith.cli.handing_over.wait_until_sent", lambda *_: True)
    runner = CliRunner()
    return lambda *more: runner.invoke(app, ["handover", *TEAM, *more], env={"COLUMNS": "110"})


def test_without_a_next_worker_it_shows_and_records_nothing(run: Run, append: Append) -> None:
    ran = run()
    assert (ran.exit_code, ran.stderr) == (0, "")
    assert "1 to answer, 0 still to do" in ran.stdout
    assert "Answer    by 02:56, in 6 min" in ran.stdout
    assert NHS_NUMBER not in ran.stdout
    assert append.handed == []


def test_with_one_it_records_each_in_its_childs_log(run: Run, append: Append) -> None:
    ran = run("--to", "staff-0587", "--from", "staff-0412", "--note", " Rings at six. ")
    assert (ran.exit_code, ran.stderr) == (0, "")
    assert "Handed over to staff-0587 for social-care/edt/edt: 1 of 1." in ran.stdout
    assert f"committed as entry #{append.hub.case.sequence} of the log" in ran.stdout
    (fact,) = append.handed
    assert (fact.from_worker, fact.to_worker, fact.note) == (
        "staff-0412",
        "staff-0587",
        "Rings at six.",
    )
    assert (fact.recipient, fact.handed_over_at) == (EDT, append.now)
    shown = run().stdout
    assert "With      staff-0587 since 02:50, from staff-0412: Rings at six." in shown
    assert "Answer    by 02:56" in shown


def test_the_same_again_adds_nothing_and_the_next_shift_hands_over_anew(
    run: Run, append: Append
) -> None:
    """Fails without: the look at the last hand-over; its place in the step's id."""
    first = ("--to", "staff-0587", "--from", "staff-0412")
    assert run(*first).exit_code == 0
    again = run(*first)
    assert again.exit_code == 0
    assert "handed over so already" in again.stdout
    assert len(append.handed) == 1
    assert run("--to", "staff-0412", "--from", "staff-0587").exit_code == 0
    assert run(*first).exit_code == 0
    assert [each.to_worker for each in append.handed] == ["staff-0587", "staff-0412", "staff-0587"]


def test_of_two_who_hand_over_from_the_same_page_the_second_is_told(
    run: Run, append: Append, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = append.in_hand(EDT)
    monkeypatch.setattr("projections.queries.in_hand.read_in_hand", lambda *_: page)
    assert run("--to", "staff-0587").exit_code == 0
    second = run("--to", "staff-0611")
    assert second.exit_code == 1
    assert "refused: somebody has just handed it over" in second.stdout
    assert len(append.handed) == 1


def test_what_was_withdrawn_meanwhile_is_refused_with_its_reason(
    run: Run, append: Append, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = append.in_hand(EDT)
    monkeypatch.setattr("projections.queries.in_hand.read_in_hand", lambda *_: page)
    append.hub.receive(LIGATURE.retracted().received(london("2021-10-02 02:49")))
    ran = run("--to", "staff-0587", "--json")
    assert ran.exit_code == 1
    (only,) = json.loads(ran.stdout)["alerts"]
    assert only["refused"] == "the alert was withdrawn: there is nothing left to hand over"


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--from", "staff-0412"), "Say to whom, with --to"),
        (("--note", "x"), "Say to whom, with --to"),
        (("00000000",), "Say to whom, with --to"),
        (("--to", "Sharon Mill"), "a worker is named by the reference"),
        (("--to", "staff-1", "--from", "Sharon Mill"), "a worker is named by the reference"),
        (("--to", "staff-1", "--from", "staff-1"), "name the one who comes on"),
        (("--to", "staff-1", "--note", " "), "Give a reason"),
        (("--role", "nobody"), "There is no role nobody"),
    ],
)
def test_what_is_asked_wrongly_is_said_in_one_line(
    run: Run, append: Append, more: tuple[str, ...], says: str
) -> None:
    ran = run(*more)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert says in ran.stderr
    assert len(ran.stderr.splitlines()) == 1
    assert "Sharon" not in ran.stderr
    assert append.handed == []


def test_json_of_the_page_and_of_nothing(run: Run, append: Append) -> None:
    (only,) = json.loads(run("--json").stdout)["in_hand"]
    assert only["answer_by"] == "2021-10-02T01:56:00Z"
    append.hub.receive(LIGATURE.retracted().received(london("2021-10-02 02:49")))
    assert json.loads(run("--json").stdout)["in_hand"] == []
    assert "has nothing in hand" in run("--to", "staff-0587").stdout
