"""PostgreSQL: the tables, the one append transaction, and the queries."""
