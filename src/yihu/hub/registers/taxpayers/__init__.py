"""Taxpayers by registration: whose they are, how sensitive, and the row-level security that holds for all."""
