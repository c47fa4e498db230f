"""What pages read of organisations, units and appointments."""
