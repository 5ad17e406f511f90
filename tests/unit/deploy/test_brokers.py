"""One broker or three: what is written into their settings."""

from pathlib import Path

import pytest

from deploy.embedded.kafka import Broker, broker_names, port_names
from deploy.embedded.stack import BrokersChanged, Progress, Stack, is_service
from deploy.embedded.state import StateDir
from deploy.provision import least_in_sync
from kith.settings import AGENCIES_FILE
from kith.supervise import options_for


def settings(tmp_path: Path, count: int) -> list[dict[str, str]]:
    ports = {name: 10_000 + index for index, name in enumerate(port_names(count))}
    written = []
    for index, name in enumerate(broker_names(count)):
        home = tmp_path / name
        home.mkdir()
        Broker(home, (), ports, index, count).server("secret")
        lines = (home / "server.properties").read_text().splitlines()
        written.append(dict(line.split("=", 1) for line in lines))
    return written


def test_three_brokers_find_each_other_and_keep_three_copies(tmp_path: Path) -> None:
    """Fails without: Broker._among_others."""
    three = settings(tmp_path, 3)
    assert [each["node.id"] for each in three] == ["1", "2", "3"]
    voters = {each["controller.quorum.voters"] for each in three}
    assert voters == {"1@127.0.0.1:10001,2@127.0.0.1:10004,3@127.0.0.1:10007"}
    for each in three:
        assert each["min.insync.replicas"] == "2"
        assert each["offsets.topic.replication.factor"] == "3"
        assert each["transaction.state.log.replication.factor"] == "3"
        assert each["transaction.state.log.min.isr"] == "2"
        assert each["unclean.leader.election.enable"] == "false"
    listeners = ",".join(each["listeners"] for each in three)
    assert all(listeners.count(f":{port}") == 1 for port in range(10_000, 10_009))


def test_a_single_broker_has_no_listener_for_others_and_no_super_user(tmp_path: Path) -> None:
    home = tmp_path / "kafka"
    home.mkdir()
    broker = Broker(home, (), dict.fromkeys(port_names(1), 9), 0, 1)
    broker.mark_permitted()
    broker.server("secret")
    text = (home / "server.properties").read_text()
    assert "super.users" not in text
    assert "BROKER:" not in text
    assert port_names(1) == ("kafka_client", "kafka_controller")


def test_a_record_is_on_all_copies_but_one_before_it_counts() -> None:
    assert [least_in_sync(copies) for copies in (1, 2, 3, 5)] == [1, 1, 2, 4]


def test_brokers_and_database_are_services() -> None:
    assert all(map(is_service, ("kafka", "kafka-2", "kafka-3", "postgres")))
    assert not any(map(is_service, ("timeline", "relay", "supervisor")))


def test_a_stack_keeps_the_number_of_its_brokers(tmp_path: Path) -> None:
    state = StateDir(tmp_path / "stack")
    state.make()
    assert state.brokers is None
    (state.root / "brokers").write_text("3\n")
    options = options_for(state.root, AGENCIES_FILE, "production", hub=False, brokers=1)
    said: list[Progress] = []
    with pytest.raises(BrokersChanged, match=r"first started with 3 broker\(s\)"):
        Stack(options, said.append).start()


def test_a_stack_of_before_there_could_be_three_has_one(tmp_path: Path) -> None:
    state = StateDir(tmp_path)
    (state.kafka / "data").mkdir(parents=True)
    assert state.brokers == 1
