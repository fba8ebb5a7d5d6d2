"""Reads of the rules centre."""
