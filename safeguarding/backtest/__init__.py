"""Back-testing: what other rules would have told, read from a child's log, and told to nobody."""
