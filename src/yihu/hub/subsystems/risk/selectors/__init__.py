"""Reads of the risk pages."""
