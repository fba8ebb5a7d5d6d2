"""Risk pages."""
