"""The verbs of the organisation, one module a noun. Each is atomic and leaves a record with what was and what is."""
