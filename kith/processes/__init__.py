"""One composition root for each process of the hub: `python -m kith.processes.<name>`."""

# In the order in which they are started.
HUB_PROCESSES = ("timeline", "backfill", "relay", "clock", "watch")
