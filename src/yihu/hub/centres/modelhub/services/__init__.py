"""The verbs of the model centre."""
