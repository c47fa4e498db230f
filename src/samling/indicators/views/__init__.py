"""Pages of published figures."""
