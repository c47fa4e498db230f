"""From files to areas: reading, checking and outlines. Nothing here writes to the database."""
