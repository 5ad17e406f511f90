"""The contract between agencies and the hub: what may be said, its form, and on which topic."""
