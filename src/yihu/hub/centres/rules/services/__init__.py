"""The verbs of the rules centre."""
