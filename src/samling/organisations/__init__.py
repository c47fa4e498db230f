"""Organisations, their units, and who is appointed to what in them."""
