"""Inequality between intersectional strata: a multilevel model with people within strata."""
