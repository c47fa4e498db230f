"""Medians and other quantiles of a numeric variable, for many domains at once."""
