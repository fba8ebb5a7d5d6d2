"""Pages of the rules centre."""
