"""Survey-weighted regression, average marginal predictions, trends and rounds."""
