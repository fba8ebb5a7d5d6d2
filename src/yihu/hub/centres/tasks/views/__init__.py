"""Pages of the tasks centre."""
