"""Reads of the model centre."""
