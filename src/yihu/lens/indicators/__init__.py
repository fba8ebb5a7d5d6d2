"""Indicators: what a household's invoices, returns, people and partners say about it, one figure at a time."""
