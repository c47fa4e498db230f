"""What was asked: variables, labels and missing codes kept as a codebook."""
