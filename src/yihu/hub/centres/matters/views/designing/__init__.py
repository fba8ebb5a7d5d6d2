"""Pages of the designers."""
