"""Reading topics in bulk, to their ends and no further, as principals that can write nowhere."""
