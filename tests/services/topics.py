"""What lies on a topic."""

from typing import Any

from kafka import KafkaConsumer, TopicPartition

from tests.services.services import Services


def read_topic(services: Services, topic: str) -> list[Any]:
    """All records of a topic, read as the timeline processor may."""
    consumer = KafkaConsumer(
        **services.access("hub-timeline").for_kafka_python(), enable_auto_commit=False
    )
    try:
        parts = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic)]
        consumer.assign(parts)
        consumer.seek_to_beginning(*parts)
        ends = consumer.end_offsets(parts)
        records: list[Any] = []
        while any(consumer.position(part) < ends[part] for part in parts):
            for batch in consumer.poll(timeout_ms=500).values():
                records += batch
        return records
    finally:
        consumer.close()
