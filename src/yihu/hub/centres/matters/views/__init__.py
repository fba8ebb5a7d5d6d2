"""Pages of the matter centre."""
