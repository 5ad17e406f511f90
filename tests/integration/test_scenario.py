"""The whole story on a real hub, by the commands: played, then held against what was written."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kith.hub_keys import make_hub_keys
from kith.scenario.library import CHILD_K, SCENARIOS
from schemas.rulesets import NEXT
from tests.integration.cli_hub import environment_of, kith
from tests.services.hub import RunningHub
from tests.services.services import FreshHub
from tests.unit.scenarios.test_loading import change

ALL_RULES = {"KITH_RULES": "v2.yaml", "KITH_NETWORK_RULES": "network-v2.yaml"}
# Alerts of the seven months, each once, however often it was told anew.
RAISED = 135
BACKTEST = ("rules", "backtest")


@pytest.mark.timeout(300)
def test_the_seven_months_are_played_and_checked(
    make_hub: Callable[..., FreshHub], tmp_path: Path
) -> None:
    """Fails without: memberships that follow, briefings, the player's time; any row of the file."""
    hub = make_hub(mode="scenario")
    running = RunningHub(hub, tmp_path / "hub")
    make_hub_keys(hub.settings.state_dir)
    environment = environment_of(hub.settings) | ALL_RULES
    try:
        running.start("timeline", "backfill", "relay", "clock", commands=None, **ALL_RULES)
        before = kith(environment, "scenario", "check", "seven-months")
        assert (before.code, "was not played on this hub" in before.err) == (1, True)

        played = kith(environment, "scenario", "play", "seven-months")
        assert played.code == 0, played.err
        assert "504 steps" in played.out

        checked = kith(environment, "scenario", "check", "seven-months", "--json")
        assert checked.code == 0, checked.out
        assert checked.data["matched"] == 1707

        # Decided once more by the rules that were in force, it is what was told, to everybody.
        tried = kith(environment, *BACKTEST, str(NEXT), "--every-rule", "--json").data
        assert tried["tried"] is None
        assert tried["alerts"] == {"gained": 0, "lost": 0, "earlier": 0, "later": 0, "same": RAISED}
        for told in tried["notifications"]:
            assert told["urgent"]["before"] == told["urgent"]["after"], told
            assert told["digest"]["before"] == told["digest"]["after"], told

        # Where one figure differs, trying what hangs on it gives what trying all of them gives.
        ours = tmp_path / "ours.yaml"
        figure = "    pattern_episodes: 3\n"
        text = NEXT.read_text(encoding="utf-8").replace('version: "2"', 'version: "ours"')
        assert figure in text
        ours.write_text(text.replace(figure, figure.replace("3", "5")), encoding="utf-8")
        partly = kith(environment, *BACKTEST, str(ours), "--json").data
        wholly = kith(environment, *BACKTEST, str(ours), "--every-rule", "--json").data
        assert partly["tried"] == ["forum-needed", "missing"]
        for kind in ("gained", "lost", "earlier", "later"):
            assert partly["alerts"][kind] == wholly["alerts"][kind], kind
            assert partly["examples"][kind] == wholly["examples"][kind], kind
        assert partly["alerts"]["lost"] + partly["alerts"]["later"] > 0
        concern = [each for each in wholly["notifications"] if each["rule"] in partly["tried"]]
        assert partly["notifications"] == concern

        report = kith(environment, "rules", "report", "--json").data
        assert sum(each["raised"] for each in report["rules"]) == RAISED
        copies = sum(each["urgent"] + each["digest"] for each in report["agencies"])
        assert copies == checked.data["matched"]

        again = kith(environment, "scenario", "play", "seven-months")
        assert (again.code, "lived through the story already" in again.err) == (1, True)
    finally:
        running.stop()

    # Whoever wrote something else is told what differs.
    other = Path(shutil.copytree(CHILD_K, tmp_path / CHILD_K.relative_to(SCENARIOS)))
    row = 'to: [fostering/carers/foster_carer]\n    paragraph: ["3.17", "3.18"]'
    changed = row.replace("fostering/carers/foster_carer", "social-care/iro/iro")
    change(other / "expected" / "seven-months.yaml", row, changed)
    differs = kith(environment, "scenario", "check", str(other / "seven-months"), width=300)
    assert differs.code == 1
    at = "seven-months, step to-her-foster-carer: urgent briefing, critical, of custody-ligature"
    for title, who in (("missing", "social-care/iro/iro"), ("not expected", "foster_carer")):
        (line,) = (each for each in differs.out.splitlines() if f"{title}: {at}" in each)
        assert line.endswith(who)


def test_a_production_hub_takes_no_story(fresh_hub: FreshHub) -> None:
    """Fails without: refuse_other_mode in play()."""
    make_hub_keys(fresh_hub.settings.state_dir)
    environment = environment_of(fresh_hub.settings) | ALL_RULES
    refused = kith(environment, "scenario", "play", "seven-months")
    assert refused.code == 2
    assert "its database is not of such a hub" in refused.err
