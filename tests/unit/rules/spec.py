"""Given, when, then: specs of what the hub tells, and to whom, that read as documentation.

    given(
        members("social_worker edt foster_carer"),
    ).when(
        received(incident("ligature"), at="2021-10-02 02:41"),
    ).then(
        raised("custody-ligature", "critical", urgent="edt foster_carer", digest="social_worker"),
    )

``then`` lists everything that was told since ``when``: what is not listed must not have happened.
Recipients are named by their roles. What an expectation leaves out (None) is not compared; an
empty text says that there is nobody.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Self, TypedDict

from safeguarding.case import AlertRecord, Awaited, ExpectationState
from safeguarding.commands import Acknowledge, JoinNetwork, LeaveNetwork, Refused
from safeguarding.facts import (
    Acknowledged,
    Alert,
    AlertRaised,
    AlertUpdated,
    AlertWithdrawn,
    Announcement,
    AnswerReminded,
    ExpectationCancelled,
    ExpectationLapsed,
    ExpectationMet,
    ExpectationMissed,
    ExpectationOpened,
    Fact,
    Mode,
    NamedAsCompanion,
    NotificationKind,
    RuleFailed,
    TimeFlagged,
)
from tests.unit.rules.hub import Hub, teams
from tests.unit.rules.said import LONDON, Said, london

# Facts that tell nobody: `then_expects` sees them.
Silent = ExpectationOpened | ExpectationMet | ExpectationCancelled | ExpectationLapsed

# --- what is done ------------------------------------------------------------------------------

Answer = list[Fact] | Refused
Doing = Callable[[Hub], Answer]


def received(said: Said, at: str | None = None) -> Doing:
    """The hub receives it at that time; where none is given, when it occurred."""
    event = said.received(london(at or said.occurred))
    return lambda hub: hub.receive(event)


def heard(said: Said, at: str | None = None) -> Doing:
    """The hub receives it as ``received``, and it is about another child."""
    event = said.received(london(at or said.occurred))
    return lambda hub: hub.hear(event)


def in_turn(*doings: Doing) -> Doing:
    """One after the other."""

    def all_of_them(hub: Hub) -> Answer:
        facts: list[Fact] = []
        for doing in doings:
            answer = doing(hub)
            assert not isinstance(answer, Refused)
            facts += answer
        return facts

    return all_of_them


def members(roles: str, *, since: str = "2000-01-01 00:00", until: str | None = None) -> Doing:
    """Teams in these roles are on the child's network."""

    def join(hub: Hub) -> Answer:
        ends_at = london(until) if until else None
        for role in roles.split():
            command = JoinNetwork(teams()[role], "spec", london(since), ends_at)
            assert not isinstance(hub.command(command, london(since)), Refused)
        return []

    return join


def leaves(role: str, at: str) -> Doing:
    """The team in this role leaves the network."""
    command = LeaveNetwork(teams()[role], "spec", london(at))
    return lambda hub: hub.command(command, london(at))


def acknowledged(role: str, alert: str, at: str, *, seen_revision: int | None = None) -> Doing:
    """The team in this role answers for the one alert of that name (``missing/pattern``)."""

    def acknowledge(hub: Hub) -> Answer:
        found = [one.alert_id for one in hub.case.alerts.values() if _name(one) == alert]
        assert len(found) == 1, f"{len(found)} alerts are called {alert}"
        command = Acknowledge(
            found[0], teams()[role], None, None, already_known=False, seen_revision=seen_revision
        )
        return hub.command(command, london(at))

    return acknowledge


def time_passes(to: str, *, unknown: str | None = None) -> Doing:
    """Nothing happens until then, but what falls due; ``unknown``: the hub cannot know of it."""
    return lambda hub: hub.tick(london(to), unknown)


# --- what is expected --------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """An announcement. Reads as a line of a spec, where * stands for anything."""

    kind: str
    alert: str
    severity: str | None = None
    urgent: str | None = None
    digest: str | None = None
    level: int | None = None
    what: str | None = None

    def __str__(self) -> str:
        def shown(value: object) -> object:
            return "*" if value is None else value

        line = f"{self.kind} {self.alert} severity: {shown(self.severity)}"
        line += f" urgent: {shown(self.urgent)} digest: {shown(self.digest)}"
        return f"{line} level: {shown(self.level)} what: {shown(self.what)}"

    def seen_as(self, expected: "Told") -> "Told":
        """Without what the expectation does not speak of."""
        return Told(
            self.kind,
            self.alert,
            *(
                None if getattr(expected, name) is None else getattr(self, name)
                for name in ("severity", "urgent", "digest", "level", "what")
            ),
        )


Expected = Told | str


class Audience(TypedDict):
    """Who is told of something, by role."""

    urgent: str
    digest: str


def raised(
    alert: str,
    severity: str | None = None,
    *,
    urgent: str | None = None,
    digest: str | None = None,
    level: int | None = None,
    what: str | None = None,
) -> Told:
    return Told("raised", alert, severity, _sorted(urgent), _sorted(digest), level, what)


def updated(
    alert: str,
    severity: str | None = None,
    *,
    urgent: str | None = None,
    digest: str | None = None,
    level: int | None = None,
    what: str | None = None,
) -> Told:
    return Told("updated", alert, severity, _sorted(urgent), _sorted(digest), level, what)


def withdrawn(alert: str, *, urgent: str | None = None, digest: str | None = None) -> Told:
    return Told("withdrawn", alert, None, _sorted(urgent), _sorted(digest))


def missed(alert: str, *, reminded: str, escalated: str = "", severity: str | None = None) -> Told:
    """A deadline passed: a reminder, and the next contact (both urgent)."""
    return Told(f"missed (reminded: {reminded})", alert, severity, _sorted(escalated), "")


def asked_again(alert: str, who: str, *, severity: str | None = None) -> Told:
    """A recipient was reminded while there is still time."""
    return Told("reminded", alert, severity, _sorted(who), "")


def answered(role: str) -> str:
    """The acknowledgement of this role was recorded."""
    return f"acknowledged by {role}"


def flagged(*fields: str) -> str:
    """These stated times cannot be right."""
    return f"flagged: {', '.join(fields)}"


def named_by(agency: str) -> str:
    """The child's log says that a report of this agency names the child as a companion."""
    return f"named as a companion by {agency}"


def rule_failed(rule: str, fault: str) -> str:
    return f"rule failed: {rule} ({fault})"


def refused(reason: str) -> str:
    """A command was refused; the reason begins with these words."""
    return f"refused: {reason}"


# --- the scene ---------------------------------------------------------------------------------


def given(*doings: Doing, hub: Hub | None = None) -> "Scene":
    """What has happened before."""
    scene = Scene(hub or Hub())
    for doing in doings:
        doing(scene.hub)
    return scene


class Scene:
    """A child's story so far."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self._facts: list[Fact] = []
        self._refused: list[str] = []

    def when(self, *doings: Doing) -> Self:
        """What happens now."""
        self._facts, self._refused = [], []
        for doing in doings:
            answer = doing(self.hub)
            if isinstance(answer, Refused):
                self._refused.append(answer.reason)
            else:
                self._facts += answer
        return self

    def then(self, *expected: Expected) -> Self:
        """Exactly this was told, in whatever order."""
        happened: list[Expected] = [_seen(f) for f in self._facts if not isinstance(f, Silent)]
        happened += [refused(reason) for reason in self._refused]
        happened.sort(key=_place)
        wanted = sorted(expected, key=_place)
        if len(happened) == len(wanted):
            pairs = zip(happened, wanted, strict=True)
            happened = [_masked(one, beside) for one, beside in pairs]
        assert [str(one) for one in happened] == [str(one) for one in wanted]
        return self

    def then_nothing(self) -> Self:
        """Nobody was told anything."""
        return self.then()

    def then_awaits(self, deadlines: dict[str, str]) -> Self:
        """Exactly these roles are to answer, by these times."""
        open_ones = {
            each.recipient.role: each.due_at
            for each in self.hub.case.expectations.values()
            if each.state is ExpectationState.OPEN
        }
        assert open_ones == {role: london(due) for role, due in deadlines.items()}
        return self

    def then_expects(self, expectations: dict[str, str]) -> Self:
        """Exactly this is awaited or was, by name: its state, and while it is open its time.

        ``return-interview/episode E-1``: ``open 2021-10-05 10:00``, ``open`` (due at an event that
        has not come), ``met``, ``missed``, ``not_known`` or ``cancelled``.
        """
        found = {_awaited(each): _state(each) for each in self.hub.case.awaited.values()}
        assert found == expectations
        return self

    def then_open(self, *alerts: str) -> Self:
        """Exactly these alerts are open: name, severity and level, such as ``missing high 1``."""
        found = [f"{_name(a)} {a.severity} {a.level}" for a in self.hub.open_alerts()]
        assert sorted(found) == sorted(alerts)
        return self

    def facts(self, alert: str) -> list[AlertRaised | AlertUpdated | AlertWithdrawn]:
        """What was said of alerts of this name since ``when``."""
        kinds = AlertRaised | AlertUpdated | AlertWithdrawn
        return [f for f in self._facts if isinstance(f, kinds) and _name(f.alert) == alert]

    @property
    def grounds(self) -> dict[str, set[str]]:
        """The references behind each open alert, by the alert's name."""
        return {
            _name(record): {each.reference for each in self.hub.alerts[record.alert_id].grounds}
            for record in self.hub.open_alerts()
        }


def _seen(fact: Fact) -> Expected:
    match fact:
        case ExpectationMissed() | AnswerReminded():
            return _of_an_answer(fact)
        case AlertRaised() | AlertUpdated() | AlertWithdrawn():
            kind = type(fact).__name__.removeprefix("Alert").lower()
            assert {notice.kind.value for notice in fact.notices} <= {kind}
            return Told(
                kind,
                _name(fact.alert),
                fact.alert.severity.value,
                _roles(fact, modes={Mode.URGENT}),
                _roles(fact, modes={Mode.DIGEST}),
                fact.alert.level,
                fact.alert.what,
            )
        case _:
            return _noted(fact)


def _noted(fact: Fact) -> str:
    match fact:
        case Acknowledged():
            return answered(fact.recipient.role)
        case TimeFlagged():
            return flagged(*fact.fields)
        case NamedAsCompanion():
            return named_by(fact.agency)
        case RuleFailed():
            return rule_failed(fact.rule, fact.fault)
        case _:
            return type(fact).__name__


def _of_an_answer(fact: ExpectationMissed | AnswerReminded) -> Told:
    reminded = _roles(fact, kinds={NotificationKind.REMINDER})
    escalated = _roles(fact, kinds={NotificationKind.ESCALATED})
    assert all(notice.mode is Mode.URGENT for notice in fact.notices)
    kind, who = f"missed (reminded: {reminded})", escalated
    if isinstance(fact, AnswerReminded):
        kind, who = "reminded", reminded
    return Told(kind, _name(fact.alert), fact.alert.severity.value, who, "")


def _roles(
    fact: Announcement,
    *,
    modes: Iterable[Mode] = tuple(Mode),
    kinds: Iterable[NotificationKind] = tuple(NotificationKind),
) -> str:
    roles = [n.recipient.role for n in fact.notices if n.mode in modes and n.kind in kinds]
    assert len(set(roles)) == len(roles), "one recipient was told twice of one thing"
    return " ".join(sorted(roles))


def _name(alert: Alert | AlertRecord) -> str:
    return f"{alert.rule}/pattern" if alert.key.startswith("pattern:") else alert.rule


def _awaited(awaited: Awaited) -> str:
    kind, _, name = awaited.key.split(":", 2)
    return f"{awaited.rule}/{kind} {name}"


def _state(awaited: Awaited) -> str:
    if awaited.state is not ExpectationState.OPEN or awaited.due_at is None:
        return awaited.state.value
    return f"open {awaited.due_at.astimezone(LONDON):%Y-%m-%d %H:%M}"


def _masked(happened: Expected, wanted: Expected) -> Expected:
    if isinstance(happened, Told) and isinstance(wanted, Told):
        return happened.seen_as(wanted)
    if isinstance(happened, str) and isinstance(wanted, str) and wanted.startswith("refused"):
        return happened[: len(wanted)]
    return happened


def _place(one: Expected) -> tuple[str, str]:
    return (one.alert, one.kind) if isinstance(one, Told) else ("", one)


def _sorted(roles: str | None) -> str | None:
    return None if roles is None else " ".join(sorted(roles.split()))
