"""From estimates with a covariance to intervals, tests and flags."""
