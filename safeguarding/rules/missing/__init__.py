"""Rules about a child who is missing, and comes back."""
