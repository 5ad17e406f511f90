"""Plays stories to their end and reads along on every agency's topic."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kith.scenario.player import Played, Player, Sent
from kith.scenario.topics import AlertsReaders
from kith.settings import Settings
from kith.wiring import Wiring
from producers.scenario.story import Story
from safeguarding.notification import Notification


class PlayedAlready(RuntimeError):
    """The hub knows a child of these stories. A story can be played once on a hub."""


@dataclass(frozen=True, slots=True)
class Performance:
    """What came of a play: each notification's place, and everything that is on the topics."""

    sent: list[Sent]
    received: list[Notification]


def perform(
    settings: Settings,
    wiring: Wiring,
    stories: Sequence[Story],
    watch: Callable[[Played, list[Notification]], None],
) -> Performance:
    """Play stories together; ``watch`` is given each step, with the notifications that it led to.

    Raises PlayedAlready, PlayFailed, TopicUnread.
    """
    sent: list[Sent] = []
    readers = AlertsReaders(settings, wiring.plan.agencies, wiring.world.registry)
    try:
        with Player(wiring, stories) as player:
            if player.was_played():
                raise PlayedAlready("this hub has lived through the story already")
            for played in player.play():
                sent += played.sent
                came = [(each.agency, each.notification_id) for each in played.sent]
                watch(played, readers.until(came))
        readers.rest()
    finally:
        readers.close()
    return Performance(sent, readers.read)
