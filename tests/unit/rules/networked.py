"""What the specs of memberships that follow from events share."""

from typing import Any

from safeguarding.facts import Briefed, Fact
from safeguarding.network import on_network
from tests.unit.rules.hub import Hub, rules_with_network
from tests.unit.rules.said import Said, london, placed
from tests.unit.rules.spec import Doing, Scene
from tests.unit.rules.spec import given as given_in

DETAINED = "2021-10-02 01:00"
CUSTODY = "custody_inspector custody_sergeant liaison_and_diversion"
HOSPITAL = "a_and_e safeguarding_nurse ward"
HOME = "SC900001"


def given(*doings: Doing) -> Scene:
    """A hub in which memberships follow from events; nobody is on it for having published."""
    return given_in(*doings, hub=Hub(ruleset=rules_with_network()))


def on_it(scene: Scene, at: str, *, published: bool = False, of: str | None = None) -> str:
    """Who is on the network then, by role; of those who published only when asked.

    ``of`` names an agency, where only its teams are asked for.
    """
    memberships = scene.hub.case.memberships.values()
    counted = [m for m in memberships if published or not m.ground.startswith("published:")]
    present = on_network(counted, london(at))
    return " ".join(sorted(who.role for who in present if of in {None, who.agency}))


def facts(scene: Scene, kind: type[Fact]) -> list[Any]:
    return [each.body for each in scene.hub.entries if isinstance(each.body, kind)]


def discharge(
    occurred: str, *, agency: str = "acute-trust", spell: str = "SP-1", site: str = "RXX01"
) -> Said:
    says = {"site": site, "spell": spell}
    return Said("hospital-discharge", agency, f"{spell}/end", occurred, None, "ward", says)


def transfer(
    occurred: str,
    kind: str,
    *,
    agency: str = "acute-trust",
    spell: str = "SP-1",
    site: str = "RXX01",
    to: str = "RXX02",
) -> Said:
    says = {"from_site": site, "to_site": to, "spell": spell, "kind": kind}
    name = f"{spell}/{kind}"
    return Said("hospital-transfer", agency, name, occurred, None, "ward", says)


def allegation(occurred: str, *, against_carer: bool | None = True) -> Said:
    says = {
        "allegation": "AL-1",
        "kinds": ["supply"],
        "child_is": "victim",
        "against": "carer",
        "against_carer": against_carer,
    }
    return Said("allegation", "police", "AL-1", occurred, None, "custody_inspector", says)


def outcome(occurred: str, result: str) -> Said:
    says = {"allegation": "AL-1", "outcome": result}
    return Said(
        "allegation-outcome", "police", "AL-1/end", occurred, None, "custody_inspector", says
    )


def at_home(occurred: str = "2021-09-01", placement: str = "P-1") -> Said:
    return placed(placement, occurred, urn=HOME)


def briefed(scene: Scene) -> list[tuple[str, str, str]]:
    """Who was sent what was open, by role: rule and mode."""
    return sorted(
        (each.recipient.role, each.alert.rule, each.mode.value) for each in facts(scene, Briefed)
    )
