"""Reads of code standards."""
