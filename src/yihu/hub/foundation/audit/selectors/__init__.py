"""Reads of the log centre."""
