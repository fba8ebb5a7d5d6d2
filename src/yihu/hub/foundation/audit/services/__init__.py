"""The verbs of the log centre."""
