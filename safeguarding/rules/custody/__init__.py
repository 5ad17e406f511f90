"""Rules about a child in police custody."""
