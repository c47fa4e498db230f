"""Pages about organisations, units and appointments."""
