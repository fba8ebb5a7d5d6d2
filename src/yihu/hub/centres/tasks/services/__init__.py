"""The verbs of the tasks centre."""
