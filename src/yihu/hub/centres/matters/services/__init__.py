"""The verbs of the matter centre."""
