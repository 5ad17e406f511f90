"""The contract between agencies and the hub: what may be said, how it is written down, and on which topic."""
