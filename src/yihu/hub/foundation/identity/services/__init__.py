"""The verbs of signing in; one module for each thing they act on."""
