"""Reads of the matter centre, bounded by who asks."""
