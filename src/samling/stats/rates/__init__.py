"""Rates, standardisation and life expectancy from aggregated counts, and standardised surveys."""
