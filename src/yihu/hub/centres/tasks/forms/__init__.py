"""Forms of the tasks centre."""
