"""What people ask of the tables and the log. Reads only, but for a steward's discards."""
