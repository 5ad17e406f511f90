"""The one transaction in which everything comes to be: events, facts, what is to be sent."""
