"""Microdata from a file to an immutable dataset snapshot with its codebook."""
