"""Doors by audience."""
