"""Many statistics for many groups from one scan of the data."""
