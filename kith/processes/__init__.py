"""One composition root for each process of the hub: `python -m kith.processes.<name>`."""
