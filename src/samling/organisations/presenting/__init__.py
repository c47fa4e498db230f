"""The registry as people read it."""
