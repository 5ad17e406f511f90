"""The hub's long-running processes: timeline, relay, clock."""
