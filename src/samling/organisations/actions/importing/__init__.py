"""Spreadsheets of units, enrolment and people: read, previewed, and applied by a button."""
