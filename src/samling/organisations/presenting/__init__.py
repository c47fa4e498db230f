"""Appointments, coverage and agreements as people read them."""
