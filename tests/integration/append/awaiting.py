"""A child who is back after she was missing, so that a return interview is awaited."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from processors.clock.clock import Clock, Ends
from processors.clock.ends import End
from safeguarding.facts import ExpectationLapsed
from schemas.agencies import Feeds
from schemas.rulesets import NEXT, load_ruleset
from tests.integration.append.hub import AppendHub
from tests.integration.append.test_answering import NothingUnread
from tests.unit.rules.said import found, other, report

RULE = "return-interview"
BACK = found("E-1", "2021-07-06 22:00")
GONE = report("E-1", "2021-07-06 20:00")
AROUND_HER = "social_worker team_manager iro missing_coordinator edt foster_carer"
FEEDS = {"social-care": Feeds(usual_days=14, publishes=[RULE])}
MONDAY = "2021-07-12 09:30"
"""In office hours, after the interview was due (2021-07-09 22:00)."""


class Unread:
    """A topic has a record that the hub has not read."""

    def ends(self) -> Mapping[tuple[str, int], End]:
        return {("agency.social-care.events", 0): End(1_000, None)}


def next_rules(hub: AppendHub) -> AppendHub:
    """The same hub with the rules of the next version in force."""
    hub.world = replace(hub.world, ruleset=load_ruleset(NEXT)[0])
    return hub


def child_is_back(hub: AppendHub) -> UUID:
    """Social care was heard from that morning; by night she was missing, and found."""
    hub.clock.move("2021-07-06 09:00")
    hub.say(other("2021-01-01"))
    hub.members(AROUND_HER)
    hub.clock.move("2021-07-06 22:05")
    hub.say(GONE, BACK)
    return hub.children()[0]


def tick(hub: AppendHub, feeds: Mapping[str, Feeds] = FEEDS, ends: Ends | None = None) -> int:
    return clock(hub, feeds, ends).run_once()


def clock(hub: AppendHub, feeds: Mapping[str, Feeds] = FEEDS, ends: Ends | None = None) -> Clock:
    return Clock(hub.connection(), hub.appending(), ends or NothingUnread(), feeds)


def states(hub: AppendHub) -> list[tuple[str, str]]:
    """What is awaited or was, and what became of it."""
    return hub.rows("select key, state from derived.awaited where rule = %s order by 1", RULE)


def state(hub: AppendHub) -> str:
    ((_, only),) = states(hub)
    return only


def alerts(hub: AppendHub) -> list[tuple[str, int]]:
    """The alerts of the rule: state and revision."""
    return hub.rows("select state, revision from derived.alert where rule = %s", RULE)


def lapsed(hub: AppendHub, child: UUID) -> list[ExpectationLapsed]:
    bodies = [entry.body for entry in hub.entries(child)]
    return [body for body in bodies if isinstance(body, ExpectationLapsed)]
