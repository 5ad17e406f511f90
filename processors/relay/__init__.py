"""The relay: what was committed goes to Kafka, in order, at least once."""
