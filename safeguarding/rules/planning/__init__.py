"""Rules about assessments, visits, meetings and reviews, and about disagreement."""
