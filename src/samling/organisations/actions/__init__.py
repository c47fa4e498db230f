"""Changes of organisations, units, memberships, appointments and agreements."""
