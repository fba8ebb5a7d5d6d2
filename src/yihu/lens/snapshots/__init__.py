"""Snapshots: built aside, verified, published by one switch, read as one whole."""
