"""Pages of the log centre."""
