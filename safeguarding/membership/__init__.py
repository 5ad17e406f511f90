"""Which teams are on a child's network because of what happened, and until when."""
