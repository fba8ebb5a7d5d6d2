"""Approval by SMS: reading a reply, sending a code, deciding by it."""
