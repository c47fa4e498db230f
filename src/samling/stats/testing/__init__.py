"""Tests of association and of fit, with the design in their distribution."""
