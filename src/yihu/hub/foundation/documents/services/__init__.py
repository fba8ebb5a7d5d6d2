"""The verbs of stored files."""
