"""How the elements came into the sample: weights, strata, stages."""
