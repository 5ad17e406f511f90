"""The file of memberships that follow from events is refused whole when it is wrong."""

from datetime import timedelta
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
    assert ruleset.version == f"{without.version}+network-2"


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("- custody-ligature\n", "- custody-ligatur\n", "briefing.rules"),
        ("attendance_hours:", "atendance_hours:", "hospital.atendance_hours"),
        ("longest_hours: 96", "longest_hours: 0", "custody.longest_hours"),
        ("  urgent_days: 7\n", "", "briefing.urgent_days"),
        ("urgent_days: 7", "urgent_days: 0", "briefing.urgent_days"),
        ("  temporary_codes: [T0, T1, T2, T3, T4]\n", "", "placement.temporary_codes"),
    ],
)
def test_a_fault_is_named_by_its_key(tmp_path: Path, old: str, new: str, key: str) -> None:
    """Fails without: the comparison of ``briefing.rules`` with the rules that there are."""
    with pytest.raises(FileRefused) as refused:
        load_network(written(tmp_path, old, new))
    assert key in str(refused.value)


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("roles: [custody_sergeant,", "roles: [parent, custody_sergeant,", "custody.roles"),
        ("[liaison_and_diversion]", "[household]", "custody.roles_of_area"),
        ("roles: [a_and_e,", "roles: [birth_mother, a_and_e,", "hospital.roles"),
        ("[placement, foster_carer]", "[placement, foster_carer, carers]", "placement.roles"),
    ],
)
def test_the_role_of_a_person_is_refused(tmp_path: Path, old: str, new: str, key: str) -> None:
    """Fails without: ``_persons``, or the key among those that it looks at."""
    with pytest.raises(FileRefused) as refused:
        load_network(written(tmp_path, old, new))
    (fault,) = refused.value.faults
    assert fault.key == key
    assert "a person joins by name only" in fault.problem
    assert "foster_carer" not in fault.problem


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, "- custody-ligature\n", "- custody-ligatur\n")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[liaison_and_diversion]", "[carers]"), encoding="utf-8")
    with pytest.raises(FileRefused) as refused:
        load_network(path)
    assert [each.key for each in refused.value.faults] == [
        "custody.roles_of_area",
        "briefing.rules",
    ]


def test_what_is_urgent_for_a_newcomer_is_so_for_a_week() -> None:
    assert load_network().urgent_window == timedelta(days=7)
