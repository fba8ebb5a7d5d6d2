"""Primitives without dependencies: money, periods, identifiers, findings."""
