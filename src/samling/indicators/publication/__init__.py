"""From checked answers to the tables of a release: estimates, disclosure control, rounding."""
