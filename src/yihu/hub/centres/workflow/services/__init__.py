"""The verbs and the engine."""
