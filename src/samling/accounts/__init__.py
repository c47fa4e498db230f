"""People: sign-in, roles and rights, sessions, and what is known about each person."""
