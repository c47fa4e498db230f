"""Samling: one shared, living picture of a county's health and its social determinants."""

__version__ = "0.1.0"
