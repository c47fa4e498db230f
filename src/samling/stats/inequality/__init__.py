"""WHO's measures of health inequality, with intervals from the covariance of the estimates."""
