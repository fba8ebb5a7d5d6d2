"""Reads of the tasks centre, bounded by whose list it is."""
