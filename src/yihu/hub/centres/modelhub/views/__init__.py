"""Pages of the model centre."""
