"""Shared centres: what every business of a tax service is done with. Each is entered by its `api` only."""
