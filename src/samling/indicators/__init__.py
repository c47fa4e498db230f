"""Definitions, releases, explorer and area profiles."""
