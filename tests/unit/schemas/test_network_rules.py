"""The file of memberships that follow from events is refused whole when it is wrong."""

from pathlib import Path

import pytest

from schemas.reviewed_file import FileRefused
from schemas.rulesets import NETWORK, load_network, load_ruleset


def written(folder: Path, old: str, new: str) -> Path:
    text = NETWORK.read_text(encoding="utf-8")
    assert old in text
    path = folder / "network.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def test_it_is_a_rule_set_of_its_own_by_its_version() -> None:
    without, _ = load_ruleset()
    ruleset, _ = load_ruleset(network_path=NETWORK)
    assert without.network is None
    assert ruleset.version == f"{without.version}+network-1"


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("rules: [custody-ligature,", "rules: [custody-ligatur,", "briefing.rules"),
        ("attendance_hours:", "atendance_hours:", "hospital.atendance_hours"),
        ("longest_hours: 96", "longest_hours: 0", "custody.longest_hours"),
    ],
)
def test_a_fault_is_named_by_its_key(tmp_path: Path, old: str, new: str, key: str) -> None:
    """Fails without: the comparison of ``briefing.rules`` with the rules that there are."""
    with pytest.raises(FileRefused) as refused:
        load_network(written(tmp_path, old, new))
    assert key in str(refused.value)
