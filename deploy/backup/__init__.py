"""Backup and restore: PostgreSQL and the children's keys, checked by a manifest.

The master key and the key of identifiers are left out on purpose: with them a backup would open
what it holds. The log on Kafka is not part of it either; what came after the backup is taken from
there when the hub starts again.
"""
