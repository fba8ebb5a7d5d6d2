"""Reads of the workbench, bounded by what the reader may keep or see."""
