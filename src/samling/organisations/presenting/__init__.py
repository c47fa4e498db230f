"""Organisations, units, appointments and agreements as people read them."""
