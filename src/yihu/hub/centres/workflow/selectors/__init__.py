"""Reads of processes, instances and people."""
