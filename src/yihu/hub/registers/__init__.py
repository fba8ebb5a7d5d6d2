"""Authoritative records that every subsystem reads."""
