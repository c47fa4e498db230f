"""Forms about organisations, units and appointments."""
