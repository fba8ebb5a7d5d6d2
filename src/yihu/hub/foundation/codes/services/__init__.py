"""The verbs of code standards."""
