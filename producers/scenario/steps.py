"""Writes one step of a file out as the steps that it stands for."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from producers.scenario.events import complete
from producers.scenario.form import JoinForm, NetworkForm, StepForm, StoryForm
from producers.scenario.reading import by_name, read_file, recipient_faults, recipient_from
from producers.scenario.story import (
    Acknowledge,
    Action,
    AlertName,
    NetworkJoin,
    NetworkLeave,
    Publish,
    Step,
    Tick,
)
from schemas.agencies import Agencies

_ANSWERS_CHOSEN = {"step": "The review does not say how long anybody takes to answer."}


def written_out(form: StepForm, story: StoryForm, path: Path, agencies: Agencies) -> Iterator[Step]:
    """The steps that one step of the file stands for. Raises FileRefused for a network's file."""
    if form.network is not None:
        yield from _network(form, path.parent / form.network, agencies)
        return
    actions = list(_actions(form, story))
    for number, action in enumerate(actions, start=1):
        yield _step(form, form.id if len(actions) == 1 else f"{form.id}.{number}", action)
    for number, (answer, minutes) in enumerate(_answers(form), start=1):
        at = form.at + timedelta(minutes=minutes)
        what = f"{answer.recipient.role} acknowledges {answer.alert.rule}."
        step_id = f"{form.id}.answer-{number}"
        yield Step(step_id, form.id, at, what, (), None, _ANSWERS_CHOSEN, answer)


def _step(form: StepForm, step_id: str, action: Action) -> Step:
    when = form.why if form.when else None
    chosen = {str(aspect): said for aspect, said in (form.chosen or {}).items()}
    return Step(step_id, form.id, form.at, form.what, form.paragraphs, when, chosen, action)


def _actions(form: StepForm, story: StoryForm) -> Iterable[Action]:
    if form.publish is not None and form.agency is not None:
        return [Publish(form.agency, form.backfill, complete(form, story))]
    if form.network_join is not None:
        return _joins(form.network_join, form.at)
    if form.network_leave is not None:
        leave = form.network_leave
        return [NetworkLeave(recipient_from(text), leave.reason) for text in leave.recipients]
    if form.acknowledge is not None:
        answer = form.acknowledge
        alert = _alert_name(answer.alert.rule, answer.alert.raised_by)
        recipient = recipient_from(answer.recipient)
        return [Acknowledge(alert, recipient, answer.action, answer.already_known)]
    return [Tick()]


def _joins(join: JoinForm, at: datetime) -> list[Action]:
    return [
        NetworkJoin(recipient_from(text), at, join.until, join.reason) for text in join.recipients
    ]


def _answers(form: StepForm) -> Iterator[tuple[Acknowledge, int]]:
    for alert, answers in form.acknowledged.items():
        for text, after in answers.items():
            name, _, raised_by = alert.partition(" of ")
            named = _alert_name(name, raised_by or form.id)
            yield Acknowledge(named, recipient_from(text), None, False), int(after.split()[0])


def _alert_name(text: str, raised_by: str) -> AlertName:
    rule, _, key = text.partition("/")
    return AlertName(rule, key or None, raised_by)


def _network(form: StepForm, path: Path, agencies: Agencies) -> Iterator[Step]:
    """Those who are on the network when it is entered, or will be; not those who have left."""
    file, network = read_file(path, NetworkForm, "memberships")
    named = (
        (("memberships", index, "recipient"), each.recipient)
        for index, each in enumerate(network.memberships)
    )
    faults = list(recipient_faults(file, agencies, named))
    if faults:
        raise by_name(file, "memberships", faults)
    for each in network.memberships:
        if each.until is None or each.until > form.at:
            who = recipient_from(each.recipient)
            join = NetworkJoin(who, each.starts, each.until, each.reason)
            when = each.why if each.chosen else None
            step_id = f"{form.id}.{each.id}"
            yield Step(step_id, form.id, form.at, each.reason, each.paragraphs, when, {}, join)
